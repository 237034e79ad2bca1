/**
 * Makes and keeps the links that the topology wants (protocol.md 4, Dial): only the smaller peer id dials, the other asks
 * with `dial-request`; session ids on every signal; timeouts, backoff per peer, a bound on dials at once. Signals that
 * belong to nothing are dropped and counted.
 */
import { toBase64Url } from '../bytes.ts';
import type { Clock, Random } from '../clock.ts';
import type { PeerId } from '../ids.ts';
import type { SignalData } from '../signal/signal-data.ts';
import type { SecureLink } from './secure-link.ts';
import type { MeshLimits } from './types.ts';

export interface DialerOptions {
  readonly self: PeerId;
  readonly limits: MeshLimits;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether the roster of a joined room names the peer. */
  readonly isKnown: (peer: PeerId) => boolean;
  /** ms that a first dial leaves to others; 0: none. */
  readonly yieldMs: (peer: PeerId) => number;
  /** Makes a link that connects by itself. May throw where the platform has no connections left. */
  readonly createLink: (peer: PeerId, session: string, isInitiator: boolean) => SecureLink;
  /** Whether signaling is open: without it no dial can succeed. */
  readonly canSignal: () => boolean;
  readonly signal: (to: PeerId, session: string, data: SignalData) => boolean;
  readonly count: (name: string) => void;
}

export interface Dialer {
  /** The peers wanted now, most wanted first. */
  want(peers: readonly PeerId[]): void;
  /** A signal that came through signaling. */
  receive(from: PeerId, session: string, data: SignalData): void;
  /** To be called by the owner of links. */
  linkReady(link: SecureLink): void;
  linkClosed(link: SecureLink, wasReady: boolean): void;
  /** Signaling says that the peer (again) entered a room. */
  appeared(peer: PeerId): void;
  /** Forgets backoffs and dials that hang: the network came back. */
  wake(): void;
  /** The READY link with a peer. */
  link(peer: PeerId): SecureLink | undefined;
  links(): readonly SecureLink[];
  readonly pending: number;
  close(): void;
}

const MAX_ENDED_SESSIONS = 256;
/** Several events wake a page at once; a dial begun by the first is not undone by the next. */
const REPEATED_WAKE_MS = 500;

interface Backoff {
  failures: number;
  /** Monotonic ms of the last attempt. */
  attemptedAt: number;
  cancel: (() => void) | undefined;
  /** The first dial waits for others. */
  isYielding: boolean;
}

export function createDialer(options: DialerOptions): Dialer {
  const { self, limits, clock, random, count } = options;
  let wanted: readonly PeerId[] = [];
  const ready = new Map<PeerId, SecureLink>();
  const pending = new Map<PeerId, SecureLink>();
  const backoffs = new Map<PeerId, Backoff>();
  const dialedAt = new WeakMap<SecureLink, number>();
  /** Sessions of links that ended here: whoever still signals on one is told so. */
  const ended = new Set<string>();
  let isClosed = false;

  const newSession = (): string => toBase64Url(random.bytes(16));
  const backoffOf = (peer: PeerId): Backoff => {
    const backoff = backoffs.get(peer) ?? {
      failures: 0,
      attemptedAt: Number.NEGATIVE_INFINITY,
      cancel: undefined,
      isYielding: false,
    };
    backoffs.set(peer, backoff);
    return backoff;
  };
  const open = (peer: PeerId, session: string, isInitiator: boolean): SecureLink | undefined => {
    try {
      const link = options.createLink(peer, session, isInitiator);
      pending.set(peer, link);
      dialedAt.set(link, clock.monotonic());
      return link;
    } catch {
      count('link-not-created'); // the platform is out of connections; retried with backoff
      return undefined;
    }
  };
  const dialed = (): number => [...pending.values()].filter((link) => link.isInitiator).length;

  const delayAfter = (failures: number): number => {
    const ceiling = Math.min(limits.dialBackoffMaxMs, limits.dialBackoffMinMs * 2 ** Math.min(failures, 16));
    return ceiling / 2 + (random.fraction() * ceiling) / 2;
  };
  const schedule = (peer: PeerId, delayMs: number): void => {
    const backoff = backoffOf(peer);
    backoff.cancel?.();
    backoff.cancel = clock.after(delayMs, () => {
      backoff.cancel = undefined;
      backoff.isYielding = false;
      attempt(peer);
      fill();
    });
  };

  /** Dials, or asks to be dialled. */
  const attempt = (peer: PeerId): void => {
    if (isClosed || !options.canSignal() || ready.has(peer) || pending.has(peer) || !wanted.includes(peer)) return;
    const backoff = backoffOf(peer);
    backoff.attemptedAt = clock.monotonic();
    if (self < peer) {
      if (dialed() >= limits.maxConcurrentDials) return; // `fill` comes back when a dial ends
      if (!open(peer, newSession(), true)) {
        backoff.failures += 1;
        schedule(peer, delayAfter(backoff.failures));
      }
      return;
    }
    options.signal(peer, newSession(), { kind: 'dial-request' });
    backoff.failures += 1;
    schedule(peer, limits.dialRequestDelayMs + delayAfter(backoff.failures));
  };

  /** Something proves that the peer is there now: waiting longer serves nobody. Not more often than a first backoff. */
  const attemptAgain = (peer: PeerId): void => {
    const backoff = backoffs.get(peer);
    if (backoff?.isYielding) return; // in a room more the same people are there
    if (backoff?.cancel) {
      if (clock.monotonic() - backoff.attemptedAt < limits.dialBackoffMinMs) return;
      backoff.cancel();
      backoff.cancel = undefined;
    }
    attempt(peer);
  };
  /** Dials that got nowhere yet, begun before whatever woke this end or brought the other one back. */
  const dropStaleDials = (minAgeMs: number, isConcerned: (link: SecureLink) => boolean): void => {
    for (const link of [...pending.values()])
      if (isConcerned(link) && clock.monotonic() - (dialedAt.get(link) ?? 0) >= minAgeMs)
        link.close('superseded', 'dialled anew');
  };

  /** Starts what may start now: peers that failed less often come first, so that bogus ones block nobody. */
  const fill = (): void => {
    if (isClosed || !options.canSignal()) return;
    const waiting = wanted.filter((peer) => !ready.has(peer) && !pending.has(peer) && !backoffs.get(peer)?.cancel);
    const ordered = waiting.toSorted((a, b) => (backoffs.get(a)?.failures ?? 0) - (backoffs.get(b)?.failures ?? 0));
    for (const peer of ordered) {
      const yieldMs = self < peer && !backoffs.has(peer) ? options.yieldMs(peer) : 0;
      if (yieldMs > 0) {
        schedule(peer, yieldMs);
        backoffOf(peer).isYielding = true;
      } else if (self < peer) attempt(peer);
      else schedule(peer, limits.dialRequestDelayMs);
    }
  };

  const receiveOffer = (from: PeerId, session: string, data: SignalData): void => {
    if (from > self) return count('signal-wrong-role');
    const current = pending.get(from);
    if (!current && pending.size - dialed() >= limits.maxConcurrentDials) return count('dial-over-limit');
    current?.close('superseded', 'newer offer');
    open(from, session, false)?.signal(data);
  };

  return {
    want: (peers) => {
      wanted = peers;
      for (const [peer, backoff] of backoffs) {
        if (wanted.includes(peer)) continue;
        backoff.cancel?.();
        backoffs.delete(peer);
      }
      fill();
    },
    receive: (from, session, data) => {
      if (isClosed) return;
      if (!options.isKnown(from)) return count('signal-unknown-peer');
      const link = [pending.get(from), ready.get(from)].find((candidate) => candidate?.session === session);
      if (link) return link.signal(data);
      if (ended.has(session)) {
        if (data.kind !== 'hang-up') options.signal(from, session, { kind: 'hang-up' });
        if (data.kind !== 'dial-request') return count('signal-ended');
      }
      if (data.kind === 'description' && data.description.type === 'offer') return receiveOffer(from, session, data);
      if (data.kind !== 'dial-request') return count('signal-stale');
      if (self > from) return count('signal-wrong-role');
      const stale = ready.get(from);
      if (stale) {
        // The other end has no link any more: this one is dead or about to be found so.
        stale.doubt();
        return count('dial-request-linked');
      }
      if (!wanted.includes(from)) return count('dial-request-unwanted');
      // whoever asks has no offer of ours in hand
      dropStaleDials(limits.wakeTimeoutMs, (dial) => dial.isInitiator && dial.peerId === from);
      attemptAgain(from);
    },
    linkReady: (link) => {
      if (pending.get(link.peerId) === link) pending.delete(link.peerId);
      const older = ready.get(link.peerId);
      ready.set(link.peerId, link);
      const backoff = backoffs.get(link.peerId);
      backoff?.cancel?.();
      backoffs.delete(link.peerId);
      if (older !== link) older?.close('superseded', 'newer link');
      fill();
    },
    linkClosed: (link, wasReady) => {
      if (pending.get(link.peerId) === link) pending.delete(link.peerId);
      if (ready.get(link.peerId) === link) ready.delete(link.peerId);
      if (isClosed) return;
      if (wasReady) {
        ended.add(link.session);
        const [oldest] = ended;
        if (ended.size > MAX_ENDED_SESSIONS && oldest !== undefined) ended.delete(oldest);
      }
      if (!ready.has(link.peerId) && !pending.has(link.peerId) && wanted.includes(link.peerId)) {
        const backoff = backoffOf(link.peerId);
        if (!wasReady) backoff.failures += 1;
        schedule(link.peerId, wasReady ? random.fraction() * 200 : delayAfter(backoff.failures));
      }
      fill();
    },
    appeared: (peer) => {
      dropStaleDials(limits.wakeTimeoutMs, (link) => link.isInitiator && link.peerId === peer);
      attemptAgain(peer);
    },
    wake: () => {
      dropStaleDials(REPEATED_WAKE_MS, () => true);
      for (const backoff of backoffs.values()) {
        backoff.cancel?.();
        backoff.cancel = undefined;
        backoff.isYielding = false;
        backoff.failures = 0;
      }
      // no waiting to be dialled: the other end may be waiting out a backoff
      for (const peer of wanted) if (self > peer) attempt(peer);
      fill();
    },
    link: (peer) => ready.get(peer),
    links: () => [...ready.values()],
    get pending() {
      return pending.size;
    },
    close: () => {
      isClosed = true;
      for (const backoff of backoffs.values()) backoff.cancel?.();
      backoffs.clear();
      for (const link of [...pending.values(), ...ready.values()]) link.close('shutting-down');
      pending.clear();
      ready.clear();
    },
  };
}
