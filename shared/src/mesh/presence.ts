/**
 * Presence of a room (protocol.md 6): one signed state per session, refreshed while it stands, stale after 30 s on the own
 * monotonic clock, gone with the last link or roster entry. Name, colour, user and role come from verified tickets.
 */
import { AppError } from '../app-error.ts';
import type { Bytes } from '../bytes.ts';
import { utf8 } from '../bytes.ts';
import type { Clock } from '../clock.ts';
import type { TicketClaims } from '../crypto/claims.ts';
import { thumbprint } from '../crypto/device-key.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import { peerIdOf } from '../crypto/transcript.ts';
import { Emitter } from '../emitter.ts';
import type { DeviceId, PeerId, RoomId } from '../ids.ts';
import { MESSAGE } from './messages.ts';
import {
  decodeForwarded,
  decodePresence,
  encodeForwarded,
  encodePresence,
  verifyPresence,
  type PresenceMessage,
  type PresenceState,
} from './presence-message.ts';
import type { RoomPeerState } from './room-peer.ts';
import type { MeshLimits, PresenceEntry, RoomPresence } from './types.ts';

export interface PresenceOptions {
  readonly room: RoomId;
  readonly self: PeerId;
  readonly tabNonce: Bytes;
  readonly signer: DeviceSigner;
  readonly verifySignature: VerifySignature;
  readonly limits: MeshLimits;
  readonly clock: Clock;
  readonly peers: () => Iterable<RoomPeerState>;
  /** Claims of a forwarded ticket when it admits its holder to this room. */
  readonly verifyTicket: (ticket: string, device: DeviceId) => Promise<TicketClaims | undefined>;
  /** Whether to pass a state of `author` on to `peer`. */
  readonly forwards: (author: PeerId, peer: RoomPeerState) => boolean;
  /** Whether signaling is open and its roster names the peer. */
  readonly isInRoster: (peer: PeerId) => boolean;
  readonly count: (name: string) => void;
}

export interface Presence extends RoomPresence {
  opened(peer: RoomPeerState): void;
  closed(peer: RoomPeerState): void;
  rosterChanged(): void;
  receive(peer: RoomPeerState, type: number, payload: Bytes): void;
  /** The peer said whom it has links with: it is told now of those it lacks. */
  neighboursChanged(peer: RoomPeerState): void;
  close(): void;
}

interface Held {
  readonly claims: () => TicketClaims;
  readonly state: PresenceState | null;
  readonly clock: number;
  readonly receivedAt: number;
  /** How it came. */
  readonly via: 'link' | 'archive' | 'peer';
  /** As it is passed on; of what came over a link alone. */
  readonly forwarded?: () => Bytes;
}

const SWEEP_MS = 1_000;
/** Presence messages per peer link: refill per second and burst. */
const RATE_PER_SECOND = 30;
const BURST = 60;
/** A peer is told again of the same session at most this often for what it says of its neighbours, ms. */
const RETELL_MS = 5_000;

export function createPresence(options: PresenceOptions): Presence {
  const { room, limits, clock, count } = options;
  const emitter = new Emitter<{ change: [] }>();
  const held = new Map<PeerId, Held>();
  const buckets = new WeakMap<RoomPeerState, { tokens: number; at: number }>();
  let own: PresenceState | undefined;
  // Wall time, so that a session that left the room and came back goes on above what others remember.
  let ownClock = Math.floor(clock.now());
  let lastSentAt = Number.NEGATIVE_INFINITY;
  let cancelSend: (() => void) | undefined;
  let cancelRefresh: (() => void) | undefined;
  let cancelSweep: (() => void) | undefined;
  let isClosed = false;

  const isLinked = (peerId: PeerId): boolean => [...options.peers()].some((peer) => peer.peerId === peerId);

  const sign = (): Promise<Bytes> => encodePresence(room, options.signer, options.tabNonce, (ownClock += 1), own);
  const broadcast = async (): Promise<void> => {
    cancelSend = undefined;
    lastSentAt = clock.monotonic();
    cancelRefresh?.();
    cancelRefresh = own === undefined ? undefined : clock.after(limits.presenceRefreshMs, () => void broadcast());
    const bytes = await sign();
    if (isClosed) return;
    for (const peer of options.peers()) peer.roomLink.sendLatest('own', MESSAGE.presence, bytes);
  };
  const scheduleBroadcast = (): void => {
    if (cancelSend || isClosed) return;
    const wait = lastSentAt + limits.presenceIntervalMs - clock.monotonic();
    if (wait <= 0) void broadcast();
    else cancelSend = clock.after(wait, () => void broadcast());
  };

  const remove = (peerId: PeerId): void => {
    const entry = held.get(peerId);
    held.delete(peerId);
    if (entry?.state) emitter.emit('change');
  };
  const sweep = (): void => {
    cancelSweep = undefined;
    for (const [peerId, entry] of held) {
      const isStale = clock.monotonic() - entry.receivedAt > limits.presenceStaleMs;
      if (isStale || !(isLinked(peerId) || options.isInRoster(peerId))) remove(peerId);
    }
    if (held.size > 0) cancelSweep = clock.after(SWEEP_MS, sweep);
  };

  const isWithinRate = (peer: RoomPeerState): boolean => {
    const now = clock.monotonic();
    const bucket = buckets.get(peer) ?? { tokens: BURST, at: now };
    buckets.set(peer, bucket);
    bucket.tokens = Math.min(BURST, bucket.tokens + ((now - bucket.at) / 1000) * RATE_PER_SECOND);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };

  const accept = (
    author: PeerId,
    message: PresenceMessage,
    came: Pick<Held, 'claims' | 'via' | 'forwarded'>,
  ): boolean => {
    const known = held.get(author);
    const isDirect = came.via === 'link';
    if (known && (message.clock <= known.clock || (known.via === 'link' && !isDirect && isLinked(author))))
      return false;
    if (!known && !isDirect && held.size >= limits.maxForwardedPresences) {
      count('presence-over-limit');
      return false;
    }
    held.set(author, { ...came, state: message.state, clock: message.clock, receivedAt: clock.monotonic() });
    cancelSweep ??= clock.after(SWEEP_MS, sweep);
    emitter.emit('change');
    return true;
  };

  /** Of whom each peer was told, and when (monotonic ms). */
  const told = new WeakMap<RoomPeerState, Map<PeerId, number>>();
  const forward = (author: PeerId, peer: RoomPeerState, bytes: () => Bytes): void => {
    if (!options.forwards(author, peer)) return;
    peer.roomLink.sendLatest(author, MESSAGE.forwardedPresence, bytes());
    told.set(peer, (told.get(peer) ?? new Map()).set(author, clock.monotonic()));
    count('presence-forwarded');
  };

  const receiveDirect = async (peer: RoomPeerState, payload: Bytes): Promise<void> => {
    const message = decodePresence(payload, limits.maxPresenceBytes);
    if (!message.ok) return count('presence-malformed');
    const author = peerIdOf(message.value.devicePub, message.value.nonce);
    if (author !== peer.peerId) return count('presence-spoofed');
    if (!(await verifyPresence(room, message.value, options.verifySignature))) return count('presence-spoofed');
    if (isClosed || !peer.roomLink.isOpen) return;
    const { roomLink } = peer;
    const forwarded = (): Bytes => encodeForwarded(roomLink.ticket, payload);
    if (!accept(author, message.value, { claims: () => roomLink.claims, via: 'link', forwarded })) return;
    for (const other of options.peers()) forward(author, other, forwarded);
  };

  const receiveForwarded = async (peer: RoomPeerState, payload: Bytes): Promise<void> => {
    const outer = decodeForwarded(payload);
    const message = outer.ok ? decodePresence(outer.value.message, limits.maxPresenceBytes) : outer;
    if (!outer.ok || !message.ok) return count('presence-malformed');
    const author = peerIdOf(message.value.devicePub, message.value.nonce);
    if (author === options.self || isLinked(author)) return;
    if (!(await verifyPresence(room, message.value, options.verifySignature))) return count('presence-spoofed');
    const claims = await options.verifyTicket(outer.value.ticket, thumbprint(message.value.devicePub));
    if (!claims) return count('presence-spoofed');
    if (isClosed || isLinked(author) || !peer.roomLink.isOpen) return;
    accept(author, message.value, { claims: () => claims, via: peer.isArchiver ? 'archive' : 'peer' });
  };

  return {
    set: (state) => {
      if (state !== undefined && utf8(JSON.stringify(state)).length > limits.maxPresenceBytes) {
        throw new AppError('limit-exceeded', 'presence state');
      }
      if (state === undefined && own === undefined) return;
      own = state;
      scheduleBroadcast();
    },
    entries: () => {
      const entries: PresenceEntry[] = [];
      for (const [peerId, { claims, state, via }] of held) {
        if (!state) continue;
        const { sub, name, colour, role } = claims();
        entries.push({ peerId, userId: sub, name, colour, role, ...(via === 'link' ? {} : { via }), state });
      }
      return entries;
    },
    on: (event, listener) => emitter.on(event, listener),
    opened: (peer) => {
      if (own === undefined) return;
      // The first one goes over the control channel, which loses nothing.
      void sign().then((bytes) => {
        if (!isClosed && peer.roomLink.isOpen) peer.roomLink.send('control', MESSAGE.presence, bytes);
      });
    },
    closed: (peer) => {
      if (!options.isInRoster(peer.peerId)) remove(peer.peerId);
    },
    rosterChanged: () => {
      for (const peerId of held.keys()) if (!isLinked(peerId) && !options.isInRoster(peerId)) remove(peerId);
    },
    receive: (peer, type, payload) => {
      if (!isWithinRate(peer)) return count('presence-rate');
      void (type === MESSAGE.presence ? receiveDirect(peer, payload) : receiveForwarded(peer, payload));
    },
    neighboursChanged: (peer) => {
      const known = told.get(peer);
      for (const [author, at] of known ?? [])
        if (peer.neighbours.has(author) && clock.monotonic() - at >= RETELL_MS) known?.delete(author);
      for (const [author, { forwarded, state }] of held)
        if (forwarded && state && known?.has(author) !== true && isLinked(author)) forward(author, peer, forwarded);
    },
    close: () => {
      isClosed = true;
      for (const cancel of [cancelSend, cancelRefresh, cancelSweep]) cancel?.();
      held.clear();
      emitter.clear();
    },
  };
}
