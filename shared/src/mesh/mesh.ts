/** The mesh: signaling, links, and the rooms they carry (protocol.md 1, 2, 4, 6). */
import { AppError, isErrorCode, type ErrorCode } from '../app-error.ts';
import { peerIdOf } from '../crypto/transcript.ts';
import { Emitter } from '../emitter.ts';
import type { PeerId, RoomId } from '../ids.ts';
import type { Down } from '../signal/down.ts';
import { createDialer } from './dialer.ts';
import { createReassemblyBudget } from './frame.ts';
import type { LinkIdentity } from './handshake.ts';
import { resolveLimits } from './limits.ts';
import { createPeerTransport } from './link.ts';
import { createMeshRoom, type MeshRoom } from './mesh-room.ts';
import { createOwnTickets, type OwnTickets } from './own-tickets.ts';
import { createRoomsOnLink, type RoomsOnLink } from './rooms-on-link.ts';
import { createRosters } from './rosters.ts';
import { createSecureLink, type SecureLink } from './secure-link.ts';
import { createSpareConnection } from './spare-connection.ts';
import { createSignalingClient } from './signaling-client.ts';
import { fullMesh } from './topology.ts';
import type { Mesh, MeshOptions, RoomBinding, RoomHandle } from './types.ts';

/** Codes after which a room is not ours any more. */
const ENDS_ACCESS: ReadonlySet<ErrorCode> = new Set(['forbidden', 'revoked', 'room-closed']);
const DRAIN_POLL_MS = 10;
const DRAIN_TRIES = 50;
/** Devices and rooms remembered as linked once, for the offline grace. */
const MAX_ADMISSIONS = 10_000;

/** One per process: its reassembly budget is the process's. Starts at once; `close()` ends everything it opened. */
export function createMesh(options: MeshOptions): Mesh {
  const { clock, random, signer, logger } = options;
  const limits = resolveLimits(options.limits);
  const tabNonce = options.tabNonce ?? random.bytes(16);
  const self = peerIdOf(signer.publicKey, tabNonce);
  const budget = createReassemblyBudget(limits.reassemblyTotalBytes);
  const topology = fullMesh(limits.maxLinks);
  const emitter = new Emitter<{ attend: [RoomId]; signaling: []; inbox: [] }>();
  const counters: Record<string, number> = Object.create(null) as Record<string, number>; // names come from the code alone
  const rooms = new Map<RoomId, MeshRoom>();
  const linkRooms = new Map<SecureLink, RoomsOnLink>();
  const lingering = new Map<SecureLink, () => void>();
  const admissions = new Set<string>();
  let isClosed = false;
  let isWithoutRelay = false;
  let cancelRecheck: (() => void) | undefined;

  const count = (name: string, by = 1): void => {
    if (by > 0) counters[name] = (counters[name] ?? 0) + by;
  };
  const spare =
    options.webrtc && options.hasSpareConnection === true
      ? createSpareConnection(options.webrtc, clock, limits.spareConnectionMs)
      : undefined;
  const canLink = options.webrtc !== null || options.createTransport !== undefined;

  const rosters = createRosters(limits.maxKnownPeers);
  const rewire = (): void => {
    if (!canLink || isClosed) return;
    dialer.want(
      topology.wanted(
        self,
        rosters.peers().filter((peer) => peer.peerId !== self),
      ),
    );
  };

  // Own tickets
  const tickets: OwnTickets = createOwnTickets({
    credentials: options.credentials,
    tokens: options.tokens,
    limits,
    clock,
    ticketChanged: (room, own) => {
      rooms.get(room)?.setAccess({ kind: 'granted', role: own.claims.role });
      signaling.join(room, own.ticket);
      for (const onLink of linkRooms.values()) {
        onLink.join(room);
        onLink.renew(room);
      }
    },
    ticketRefused: (room, code) => accessRefused(room, code),
    peerTokenChanged: (token) => {
      void signaling.reauth(token);
      for (const link of linkRooms.keys()) {
        void link.reauth(token);
        link.renewIceServers(); // TURN credentials come with the token
      }
    },
  });

  /** The ticket held was refused as one from before a change of access: what is kept does not count. */
  const renewPast = (room: RoomId): void => {
    const own = tickets.get(room);
    tickets.renew(room, own && own.claims.accessEpoch + 1);
  };
  const refusedAt = new Map<RoomId, number>();
  /** A peer says so: believed once in a while, or it could make this device ask without end. */
  const renewRefused = (room: RoomId): void => {
    const now = clock.monotonic();
    if (now - (refusedAt.get(room) ?? Number.NEGATIVE_INFINITY) < limits.refusedRenewalMs) return;
    refusedAt.set(room, now);
    renewPast(room);
  };
  const accessRefused = (room: RoomId, code: ErrorCode): void => {
    count(`own-ticket-${code}`);
    const wasGranted = rooms.get(room)?.handle.access.kind === 'granted';
    if (ENDS_ACCESS.has(code) || (code === 'not-found' && wasGranted)) endAccess(room);
  };
  const endAccess = (room: RoomId): void => {
    rooms.get(room)?.setAccess({ kind: 'revoked' });
    for (const onLink of linkRooms.values()) onLink.leave(room);
    signaling.leave(room);
    tickets.forget(room);
    rosters.drop(room);
    rewire();
  };

  // Signaling
  const joinRooms = (): void => {
    for (const room of rooms.keys()) {
      const own = tickets.get(room);
      if (own) signaling.join(room, own.ticket);
    }
  };
  const signaling = createSignalingClient({
    mesh: options,
    limits,
    tabNonce,
    events: {
      greeted: () => joinRooms(),
      opened: () => {
        joinRooms();
        tickets.renewAll();
        for (const link of dialer.links()) link.signalingReturned();
      },
      changed: () => {
        if (signaling.state.kind !== 'open') rosters.clear();
        for (const room of rooms.values()) room.rosterChanged();
        emitter.emit('signaling');
      },
      message: (message) => receiveDown(message),
      count,
    },
  });

  const receiveDown = (message: Down): void => {
    switch (message.type) {
      case 'roster':
        if (!rooms.has(message.room)) return;
        rosters.set(message.room, message.peers);
        return rosterChanged(message.room);
      case 'peer-joined':
        if (!rooms.has(message.room)) return;
        rosters.add(message.room, message.peer);
        dialer.appeared(message.peer.peerId);
        return rosterChanged(message.room);
      case 'peer-left':
        rosters.remove(message.room, message.peerId);
        if (!rosters.has(message.peerId)) dialer.link(message.peerId)?.doubt();
        return rosterChanged(message.room);
      case 'attend':
        return emitter.emit('attend', message.room);
      case 'signal':
        return dialer.receive(message.from, message.session, message.data);
      case 'revoke':
        return revoke(message);
      case 'error':
        if (message.room === undefined || !isErrorCode(message.code)) return;
        if (message.code === 'token-expired') renewPast(message.room);
        return accessRefused(message.room, message.code);
      case 'notice':
        if (message.kind === 'room-deleted' && message.room) endAccess(message.room);
        if (message.kind === 'inbox') emitter.emit('inbox');
        return;
      case 'challenge':
      case 'welcome':
      case 'pong':
        return;
    }
  };
  const rosterChanged = (room: RoomId): void => {
    rooms.get(room)?.rosterChanged();
    rewire();
  };

  const revoke = (message: Down & { readonly type: 'revoke' }): void => {
    const room = rooms.get(message.room);
    if (!room) return;
    room.revocations.add(message.sub, message.device, message.accessEpoch);
    for (const onLink of linkRooms.values()) {
      const claims = onLink.claims(message.room);
      if (claims && claims.accessEpoch < room.revocations.leastEpoch(claims)) onLink.refuse(message.room, 'revoked');
    }
    const own = tickets.get(message.room);
    if (!own || own.claims.accessEpoch >= room.revocations.leastEpoch(own.claims)) return;
    if (message.role === undefined) endAccess(message.room);
    else tickets.renew(message.room, message.accessEpoch);
  };

  // Links
  /** The text comes sooner from a person who is there: making the link with an archive beside it takes the time of both. */
  const yieldMs = (peer: PeerId): number => {
    if (rosters.isArchiver(peer) === (options.isArchiver ?? false)) return 0;
    if (
      options.isArchiver !== true &&
      dialer.links().some((link) => rosters.has(link.peerId) && !rosters.isArchiver(link.peerId))
    )
      return 0;
    return rosters.isAmongPeople(peer, self) ? limits.archiveYieldMs : 0;
  };
  const dialer = createDialer({
    self,
    limits,
    clock,
    random,
    isKnown: (peer) => rosters.has(peer),
    yieldMs,
    createLink: (peerId, session, isInitiator) =>
      createSecureLink({
        mesh: options,
        limits,
        createTransport: options.createTransport ?? createPeerTransport,
        newConnection: spare?.take,
        budget,
        tabNonce,
        peerId,
        isInitiator,
        session,
        signalThroughServer: (data) => signaling.signal(peerId, session, data),
        events: {
          proven: linkProven,
          ready: linkReady,
          message: (link, channel, message) => linkRooms.get(link)?.receive(channel, message),
          rerouted: (link) => {
            for (const room of linkRooms.get(link)?.openRooms ?? []) rooms.get(room)?.renewed();
          },
          closed: linkClosed,
          addressless: () => setWithoutRelay(options.ice().isRelayOnly ?? false),
          count,
        },
      }),
    canSignal: () => signaling.state.kind === 'open',
    signal: (to, session, data) => signaling.signal(to, session, data),
    count,
  });

  const setWithoutRelay = (value: boolean): void => {
    if (isWithoutRelay === value) return;
    isWithoutRelay = value;
    for (const room of rooms.values()) room.rosterChanged();
  };

  const admissionKey = (identity: LinkIdentity, room: RoomId): string => `${identity.deviceId} ${room}`;
  const linkProven = (link: SecureLink, identity: LinkIdentity): void => {
    const onLink = createRoomsOnLink({
      link,
      identity,
      limits,
      tokens: options.tokens,
      ownTicket: (room) => (rooms.has(room) ? tickets.get(room) : undefined),
      wasAdmitted: (who, room) => admissions.has(admissionKey(who, room)),
      leastEpoch: (room, claims) => rooms.get(room)?.revocations.leastEpoch(claims) ?? 0,
      events: {
        admitted: (roomLink) => rooms.get(roomLink.room)?.admitted(roomLink),
        opened: (roomLink) => {
          if (admissions.size < MAX_ADMISSIONS) admissions.add(admissionKey(identity, roomLink.room));
          rooms.get(roomLink.room)?.opened(roomLink);
        },
        renewed: (roomLink) => rooms.get(roomLink.room)?.renewed(),
        closed: (roomLink) => rooms.get(roomLink.room)?.closed(roomLink),
        message: (roomLink, _channel, message) => rooms.get(roomLink.room)?.receive(roomLink, message),
        refused: (room, code) => {
          count(`own-ticket-refused-${code}`);
          if (code === 'revoked' || code === 'token-expired') renewRefused(room);
        },
        changed: () => linger(link),
        count,
      },
    });
    linkRooms.set(link, onLink);
    link.queue.onDrained = () => {
      for (const room of onLink.openRooms) rooms.get(room)?.drained(link.peerId);
    };
    for (const room of rooms.keys()) onLink.join(room);
  };
  const linkReady = (link: SecureLink): void => {
    logger.info('link-ready', { peer: link.peerId, isInitiator: link.isInitiator });
    count('link-ready');
    setWithoutRelay(false);
    dialer.linkReady(link);
    linger(link);
  };
  const linkClosed = (link: SecureLink, code: ErrorCode, detail: string): void => {
    const wasReady = link.identity !== undefined;
    const onLink = linkRooms.get(link);
    linkRooms.delete(link);
    lingering.get(link)?.();
    lingering.delete(link);
    onLink?.close();
    count(`link-closed-${code}`);
    logger.info('link-closed', { peer: link.peerId, code, detail, wasReady });
    dialer.linkClosed(link, wasReady);
  };
  /** A link that carries no common room for a while is closed. */
  const linger = (link: SecureLink): void => {
    const isIdle = linkRooms.get(link)?.commonRooms === 0;
    if (!isIdle) {
      lingering.get(link)?.();
      lingering.delete(link);
    } else if (!lingering.has(link)) {
      lingering.set(
        link,
        clock.after(limits.linkLingerMs, () => link.close('idle', 'no common room')),
      );
    }
  };
  const recheck = (): void => {
    cancelRecheck = clock.after(limits.digestIntervalMs, recheck);
    for (const onLink of linkRooms.values()) void onLink.recheck();
  };
  cancelRecheck = clock.after(limits.digestIntervalMs, recheck);

  // Rooms
  const leave = (id: RoomId): void => {
    const room = rooms.get(id);
    if (!room) return;
    for (const onLink of linkRooms.values()) onLink.leave(id);
    signaling.leave(id);
    tickets.remove(id);
    rosters.drop(id);
    rooms.delete(id);
    room.close();
    rewire();
  };
  const join = (binding: RoomBinding): RoomHandle => {
    if (isClosed) throw new AppError('shutting-down', 'the mesh is closed');
    if (rooms.has(binding.room)) throw new AppError('conflict', 'the room is joined already');
    const room = createMeshRoom({
      binding,
      mesh: options,
      limits,
      self,
      tabNonce,
      budget,
      ownTicket: () => tickets.get(binding.room),
      isInRoster: (peer) => signaling.state.kind === 'open' && rosters.isIn(binding.room, peer),
      roster: () => rosters.of(binding.room),
      isWithoutRelay: () => isWithoutRelay,
      count,
      leave: () => leave(binding.room),
    });
    rooms.set(binding.room, room);
    tickets.add(binding.room);
    return room.handle;
  };

  /** Gives what was queued a moment to leave: closing a connection drops its buffers. */
  const drained = async (): Promise<void> => {
    const isBusy = (): boolean =>
      dialer.links().some(({ queue, transport }) => queue.queuedBytes > 0 || transport.bufferedAmount() > 0);
    for (let tries = 0; tries < DRAIN_TRIES && isBusy(); tries++) {
      await new Promise<void>((resolve) => void clock.after(DRAIN_POLL_MS, resolve));
    }
  };

  signaling.start();
  spare?.prepare();
  return {
    peerId: self,
    get signaling() {
      return signaling.state;
    },
    join,
    wake: () => {
      signaling.wake();
      dialer.wake();
      for (const link of dialer.links()) link.wake();
      for (const room of rooms.values()) room.wake();
      tickets.renewAll();
    },
    on: (event: 'attend' | 'signaling' | 'inbox', listener: ((room: RoomId) => void) & (() => void)) =>
      emitter.on(event, listener),
    counters: () => ({ ...counters, 'dials-pending': dialer.pending }),
    connection: (peer) => dialer.link(peer)?.transport.connection(),
    restartIce: (peer) => dialer.link(peer)?.restart() ?? Promise.reject(new AppError('network', 'no link')),
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      cancelRecheck?.();
      for (const room of [...rooms.keys()]) leave(room);
      tickets.close();
      await drained();
      dialer.close();
      spare?.close();
      for (const cancel of lingering.values()) cancel();
      signaling.close();
      emitter.clear();
    },
  };
}
