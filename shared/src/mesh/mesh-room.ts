/** One joined room: ties gossip, catch-up, presence and acknowledgements to the links that carry the room. */
import { Emitter } from '../emitter.ts';
import { fromBase64Url, toBase64Url } from '../bytes.ts';
import type { PeerId, RoomId } from '../ids.ts';
import type { Receipt } from '../log/types.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { createCatchUp } from './catch-up.ts';
import type { Message, ReassemblyBudget } from './frame.ts';
import { createGossip } from './gossip.ts';
import { MESSAGE, decodePeerIds, encodePeerIds } from './messages.ts';
import { createPresence } from './presence.ts';
import { createRoomPeer, type RoomPeerState } from './room-peer.ts';
import type { RoomLink } from './rooms-on-link.ts';
import { admits, createRevocations, type OwnTicket, type Revocations } from './ticket-check.ts';
import type { MeshLimits, MeshOptions, RoomBinding, RoomHandle, RoomPeer, RoomPresence } from './types.ts';

export interface MeshRoomOptions {
  readonly binding: RoomBinding;
  readonly mesh: MeshOptions;
  readonly limits: MeshLimits;
  readonly self: PeerId;
  readonly tabNonce: Uint8Array<ArrayBuffer>;
  readonly budget: ReassemblyBudget;
  readonly ownTicket: () => OwnTicket | undefined;
  readonly isInRoster: (peer: PeerId) => boolean;
  /** The room's roster; empty while signaling is not open. */
  readonly roster: () => readonly PeerId[];
  readonly isWithoutRelay: () => boolean;
  readonly count: (name: string, by?: number) => void;
  /** Takes the room out of the mesh. */
  readonly leave: () => void;
}

export interface MeshRoom {
  readonly handle: RoomHandle;
  readonly room: RoomId;
  readonly revocations: Revocations;
  setAccess(access: RoomHandle['access']): void;
  /** The other end is admitted here: heads may be told while its own admission is awaited. */
  admitted(roomLink: RoomLink): void;
  opened(roomLink: RoomLink): void;
  /** What is known of a peer has changed. */
  renewed(): void;
  closed(roomLink: RoomLink): void;
  receive(roomLink: RoomLink, message: Message): void;
  drained(peer: PeerId): void;
  rosterChanged(): void;
  wake(): void;
  close(): void;
}

/** NEIGHBOURS is sent this long after the last change. */
const NEIGHBOURS_DELAY_MS = 50;

export function createMeshRoom(options: MeshRoomOptions): MeshRoom {
  const { mesh, limits, count } = options;
  const { room, replicas } = options.binding;
  const { clock } = mesh;
  const isArchiver = mesh.isArchiver ?? false;
  const emitter = new Emitter<{ peers: []; 'catching-up': []; access: [] }>();
  const peers = new Map<PeerId, RoomPeerState>();
  /** Admitted here, and not yet there. */
  const awaited = new Map<PeerId, RoomPeerState>();
  const revocations = createRevocations();
  let access: RoomHandle['access'] = { kind: 'pending' };
  let wasCatchingUp = false;
  let isClosed = false;
  let cancelNeighbours: (() => void) | undefined;

  const isCatchingUp = (): boolean => [...peers.values()].some((peer) => peer.catchingUp.size > 0);
  const catchingUpChanged = (): void => {
    if (isCatchingUp() === wasCatchingUp) return;
    wasCatchingUp = !wasCatchingUp;
    emitter.emit('catching-up');
  };
  const shared = { replicas, limits, clock, random: mesh.random, peers: () => peers.values(), count };
  const knownPeer = (roomLink: RoomLink): RoomPeerState | undefined => {
    const { peerId } = roomLink.link;
    return [peers.get(peerId), awaited.get(peerId)].find((peer) => peer?.roomLink === roomLink);
  };
  const gossip = createGossip({ ...shared, isArchiver });
  const catchUp = createCatchUp({
    ...shared,
    isReached: (peer) => knownPeer(peer.roomLink) === peer,
    budget: options.budget,
    changed: catchingUpChanged,
  });
  const acknowledgements = createAcknowledgements({
    ...shared,
    signer: mesh.signer,
    verifySignature: mesh.verifySignature,
    acknowledges: !isArchiver,
  });
  const presence = createPresence({
    ...shared,
    room,
    self: options.self,
    tabNonce: options.tabNonce,
    signer: mesh.signer,
    verifySignature: mesh.verifySignature,
    forwards: (author, peer) => gossip.duty(author, peer) !== undefined,
    isInRoster: options.isInRoster,
    verifyTicket: async (ticket, deviceId) => {
      const verified = await mesh.tokens.verifyTicket(ticket, { graceAllowed: true });
      const own = options.ownTicket();
      if (!verified.ok || !own) return undefined;
      const claims = verified.value;
      const identity = { deviceId, claims };
      return admits(claims, { room, identity, own, leastEpoch: revocations.leastEpoch(claims) }) === undefined
        ? claims
        : undefined;
    },
  });

  const sendNeighbours = (): void => {
    cancelNeighbours = undefined;
    const ids = [...peers.keys()]
      .slice(0, 1024)
      .map((id) => fromBase64Url(id))
      .filter((id) => id !== undefined);
    for (const peer of peers.values()) peer.roomLink.send('control', MESSAGE.neighbours, encodePeerIds(ids));
  };
  const peersChanged = (): void => {
    cancelNeighbours ??= clock.after(NEIGHBOURS_DELAY_MS, sendNeighbours);
    emitter.emit('peers');
    catchingUpChanged();
  };

  const describe = ({ roomLink, peerId }: RoomPeerState): RoomPeer => {
    const { claims, identity, link } = roomLink;
    return {
      peerId,
      deviceId: identity.deviceId,
      userId: claims.sub,
      name: claims.name,
      colour: claims.colour,
      role: claims.role,
      isArchiver: claims.role === 'archiver',
      path: link.path,
      ...(link.rttMs === undefined ? {} : { rttMs: link.rttMs }),
    };
  };

  const roomPresence: RoomPresence = { set: presence.set, entries: presence.entries, on: presence.on };
  const handle: RoomHandle = {
    room,
    peers: () => [...peers.values()].map(describe),
    get isCatchingUp() {
      return isCatchingUp();
    },
    presence: roomPresence,
    get unreached() {
      return options.roster().filter((peer) => peer !== options.self && !peers.has(peer)).length;
    },
    get isWithoutRelay() {
      return options.isWithoutRelay();
    },
    sendReceipt: (receipt: Receipt, to?: PeerId) => acknowledgements.send(receipt, to),
    get access() {
      return access;
    },
    on: (event, listener) => emitter.on(event, listener),
    leave: () => {
      if (!isClosed) options.leave();
      return Promise.resolve();
    },
  };

  return {
    handle,
    room,
    revocations,
    setAccess: (next) => {
      const isSame =
        access.kind === next.kind &&
        (access.kind !== 'granted' || next.kind !== 'granted' || access.role === next.role);
      if (isSame) return;
      access = next;
      emitter.emit('access');
    },
    admitted: (roomLink) => {
      const peer = createRoomPeer(roomLink);
      awaited.set(peer.peerId, peer);
      catchUp.opened(peer);
    },
    opened: (roomLink) => {
      const peer = knownPeer(roomLink) ?? createRoomPeer(roomLink);
      awaited.delete(peer.peerId);
      peers.set(peer.peerId, peer);
      catchUp.opened(peer);
      presence.opened(peer);
      acknowledgements.opened(peer);
      peersChanged();
    },
    renewed: () => emitter.emit('peers'),
    closed: (roomLink) => {
      const { peerId } = roomLink.link;
      if (awaited.get(peerId)?.roomLink === roomLink) awaited.delete(peerId);
      const peer = peers.get(peerId);
      if (!peer || peer.roomLink !== roomLink) return;
      peers.delete(peer.peerId);
      presence.closed(peer);
      peersChanged();
    },
    receive: (roomLink, message) => {
      // Entries may come before the other's ADMIT: it was admitted here, which is what counts for receiving.
      const peer = knownPeer(roomLink) ?? createRoomPeer(roomLink);
      switch (message.type) {
        case MESSAGE.neighbours: {
          const ids = decodePeerIds(message.payload);
          if (!ids.ok) return count('neighbours-malformed');
          peer.neighbours = new Set(ids.value.map((id) => toBase64Url(id) as PeerId)); // 16 bytes encode to a peer id
          return presence.neighboursChanged(peer);
        }
        case MESSAGE.receipt:
          return acknowledgements.receive(peer, message.payload);
        case MESSAGE.presence:
        case MESSAGE.forwardedPresence:
          return presence.receive(peer, message.type, message.payload);
        default:
          if (!catchUp.receive(peer, message)) count(message.isIgnorable ? 'message-ignored' : 'message-unknown');
      }
    },
    drained: (peerId) => {
      const peer = peers.get(peerId);
      if (peer) catchUp.drained(peer);
    },
    rosterChanged: () => {
      presence.rosterChanged();
      emitter.emit('peers');
    },
    wake: () => catchUp.wake(),
    close: () => {
      isClosed = true;
      cancelNeighbours?.();
      gossip.close();
      catchUp.close();
      acknowledgements.close();
      presence.close();
      peers.clear();
      awaited.clear();
      emitter.clear();
    },
  };
}
