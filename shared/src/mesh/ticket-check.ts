/** Whether a verified ticket admits the peer that showed it (protocol.md 3 and 4). Pure. */
import type { ErrorCode } from '../app-error.ts';
import type { TicketClaims } from '../crypto/claims.ts';
import type { RoomId } from '../ids.ts';
import type { LinkIdentity } from './handshake.ts';

/** The own ticket of a room with its verified claims. */
export interface OwnTicket {
  readonly ticket: string;
  readonly claims: TicketClaims;
}

export interface TicketContext {
  readonly room: RoomId;
  /** The link the ticket came over: it is bound to that device and subject. */
  readonly identity: Pick<LinkIdentity, 'deviceId' | 'claims'>;
  readonly own: OwnTicket;
  /** Tickets with a lower accessEpoch were revoked. */
  readonly leastEpoch: number;
}

/** `undefined` when admitted, else why not. */
export function admits(claims: TicketClaims, context: TicketContext): ErrorCode | undefined {
  const { identity, own } = context;
  if (claims.cnf.jkt !== identity.deviceId) return 'bad-signature';
  if (claims.sub !== identity.claims.sub || claims.iss !== identity.claims.iss) return 'unauthenticated';
  if (claims.iss !== own.claims.iss || claims.ws !== own.claims.ws) return 'forbidden';
  if (claims.room === '*' ? claims.role !== 'archiver' : claims.room !== context.room) return 'forbidden';
  return claims.accessEpoch < context.leastEpoch ? 'revoked' : undefined;
}

/** Revocations heard for one room: the least accessEpoch per user, or per device of a user. */
export interface Revocations {
  add(sub: string, device: string | undefined, accessEpoch: number): void;
  leastEpoch(claims: Pick<TicketClaims, 'sub' | 'cnf'>): number;
}

/** Keeps at most `max` of them, dropping the oldest. */
export function createRevocations(max = 1000): Revocations {
  const epochs = new Map<string, number>();
  const keyOf = (sub: string, device: string | undefined): string => `${sub} ${device ?? '*'}`;
  return {
    add: (sub, device, accessEpoch) => {
      const key = keyOf(sub, device);
      const epoch = Math.max(accessEpoch, epochs.get(key) ?? 0);
      epochs.delete(key);
      epochs.set(key, epoch);
      for (const oldest of epochs.keys()) {
        if (epochs.size <= max) break;
        epochs.delete(oldest);
      }
    },
    leastEpoch: (claims) =>
      Math.max(epochs.get(keyOf(claims.sub, undefined)) ?? 0, epochs.get(keyOf(claims.sub, claims.cnf.jkt)) ?? 0),
  };
}
