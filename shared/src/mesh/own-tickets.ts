/** Keeps the own tickets of joined rooms and the own peer token fresh; reports what changed (protocol.md 3). */
import type { ErrorCode } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import type { RoomId } from '../ids.ts';
import type { OwnTicket } from './ticket-check.ts';
import type { Credentials, MeshLimits, TokenVerifier } from './types.ts';

export interface OwnTicketsOptions {
  readonly credentials: Credentials;
  readonly tokens: TokenVerifier;
  readonly limits: Pick<MeshLimits, 'ticketRetryMs'>;
  readonly clock: Clock;
  /** A first or another ticket. */
  readonly ticketChanged: (room: RoomId, own: OwnTicket) => void;
  readonly ticketRefused: (room: RoomId, code: ErrorCode) => void;
  readonly peerTokenChanged: (token: string) => void;
}

export interface OwnTickets {
  get(room: RoomId): OwnTicket | undefined;
  add(room: RoomId): void;
  remove(room: RoomId): void;
  /** Access ended: drops the ticket but goes on asking, in case access comes back. */
  forget(room: RoomId): void;
  /** Asks for a fresh ticket now, of at least this access epoch where one is given. */
  renew(room: RoomId, leastEpoch?: number): void;
  renewAll(): void;
  close(): void;
}

/** A token is asked for again after this share of what is left of it. */
const RENEWAL_SHARE = 0.5;
const MIN_RENEWAL_MS = 1_000;
/** Failed attempts are repeated at doubling intervals up to this. */
const MAX_RETRY_MS = 60_000;

export function createOwnTickets(options: OwnTicketsOptions): OwnTickets {
  const { credentials, tokens, limits, clock } = options;
  const tickets = new Map<RoomId, OwnTicket | undefined>();
  const timers = new Map<RoomId | 'peer', () => void>();
  const running = new Set<RoomId | 'peer'>();
  const failures = new Map<RoomId | 'peer', number>();
  /** Access epochs that tickets have to reach with the next answer. */
  const wanted = new Map<RoomId, number>();
  let peerToken: string | undefined;
  let isClosed = false;

  const schedule = (key: RoomId | 'peer', delayMs: number, run: () => void): void => {
    timers.get(key)?.();
    timers.set(key, clock.after(delayMs, run));
  };
  const retryDelay = (key: RoomId | 'peer'): number => {
    const failed = failures.get(key) ?? 0;
    failures.set(key, failed + 1);
    return Math.min(MAX_RETRY_MS, limits.ticketRetryMs * 2 ** Math.min(failed, 10));
  };
  /** Lifetimes are taken from the token alone, so that a wrong wall clock does not matter. */
  const renewalDelay = (claims: { readonly iat: number; readonly exp: number }, isNew: boolean): number =>
    isNew
      ? Math.max(MIN_RENEWAL_MS, (claims.exp - claims.iat) * 1000 * RENEWAL_SHARE)
      : Math.max(MIN_RENEWAL_MS, limits.ticketRetryMs);

  const fetchTicket = async (room: RoomId): Promise<void> => {
    if (isClosed || running.has(room) || !tickets.has(room)) return;
    running.add(room);
    let delayMs: number | undefined;
    const leastEpoch = wanted.get(room);
    wanted.delete(room);
    try {
      const answer = await credentials.room(room, leastEpoch);
      if (isClosed || !tickets.has(room)) return;
      if (!answer.ok) return options.ticketRefused(room, answer.error.code);
      const { ticket } = answer.value;
      const verified = await tokens.verifyTicket(ticket, { graceAllowed: true });
      if (isClosed || !tickets.has(room)) return;
      if (!verified.ok) return options.ticketRefused(room, verified.error.code);
      failures.delete(room);
      const isNew = tickets.get(room)?.ticket !== ticket;
      delayMs = renewalDelay(verified.value, isNew);
      if (!isNew) return;
      const own = { ticket, claims: verified.value };
      tickets.set(room, own);
      options.ticketChanged(room, own);
    } finally {
      running.delete(room);
      if (!isClosed && tickets.has(room)) {
        const isAskedAgain = wanted.has(room);
        schedule(room, isAskedAgain ? 0 : (delayMs ?? retryDelay(room)), () => void fetchTicket(room));
      }
    }
  };

  const fetchPeerToken = async (): Promise<void> => {
    if (isClosed || running.has('peer')) return;
    running.add('peer');
    let delayMs: number | undefined;
    try {
      const token = await credentials.peerToken();
      const verified = token.ok ? await tokens.verifyPeerToken(token.value) : token;
      if (isClosed || !token.ok || !verified.ok) return;
      failures.delete('peer');
      const isNew = token.value !== peerToken;
      delayMs = renewalDelay(verified.value, isNew);
      const isRenewal = isNew && peerToken !== undefined;
      peerToken = token.value;
      if (isRenewal) options.peerTokenChanged(token.value);
    } finally {
      running.delete('peer');
      if (!isClosed) schedule('peer', delayMs ?? retryDelay('peer'), () => void fetchPeerToken());
    }
  };

  return {
    get: (room) => tickets.get(room),
    add: (room) => {
      if (tickets.has(room)) return;
      tickets.set(room, undefined);
      void fetchTicket(room);
      if (!timers.has('peer')) void fetchPeerToken();
    },
    remove: (room) => {
      tickets.delete(room);
      wanted.delete(room);
      failures.delete(room);
      timers.get(room)?.();
      timers.delete(room);
    },
    forget: (room) => {
      if (tickets.has(room)) tickets.set(room, undefined);
    },
    renew: (room, leastEpoch) => {
      if (leastEpoch !== undefined) wanted.set(room, Math.max(leastEpoch, wanted.get(room) ?? 0));
      void fetchTicket(room);
    },
    renewAll: () => {
      failures.clear();
      for (const room of tickets.keys()) void fetchTicket(room);
      void fetchPeerToken();
    },
    close: () => {
      isClosed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      tickets.clear();
    },
  };
}
