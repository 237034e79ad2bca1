/** Sessions as receiving sees them: who may write, what is verified, what waits, and what it costs to keep. */
import { thumbprint } from '../crypto/device-key.ts';
import type { GrantClaims } from '../crypto/claims.ts';
import type { Bytes } from '../bytes.ts';
import type { WorkspaceId } from '../ids.ts';
import { may } from '../roles.ts';
import { entrySize } from './envelope.ts';
import type { LogLimits } from './limits.ts';
import type { SessionLog } from './session.ts';
import type { Entry, LogHeader } from './types.ts';
import type { ValidityRule } from './validity.ts';

/** Whether a session's entries count. `pending`: no grant yet, or its key is not known here. `denied`: its grant does not allow it. */
export type Authority =
  | { readonly kind: 'granted'; readonly claims: GrantClaims }
  | { readonly kind: 'pending' }
  | { readonly kind: 'denied' };

/** An entry whose place in its chain and signature are verified. */
export interface VerifiedEntry {
  readonly entry: Entry;
  readonly hash: Bytes;
}

export interface RemoteSession {
  readonly log: SessionLog;
  readonly author: string;
  authority: Authority;
  /** Rule that an entry broke: nothing of the session counts from there on. */
  endedBy: ValidityRule | undefined;
  /** Clock at which the next entry must begin. */
  nextClock: number;
  /** Verified, in order, from `log.seq + 1`; waiting for references or for the grant. */
  readonly waiting: VerifiedEntry[];
  /** Not verifiable yet: earlier entries are lacking. Several candidates a seq, since anyone can forge one. */
  readonly future: Map<number, Entry[]>;
}

export function createRemoteSession(log: SessionLog): RemoteSession {
  return {
    log,
    author: thumbprint(log.header.devicePub),
    authority: { kind: 'pending' },
    endedBy: undefined,
    nextClock: 0,
    waiting: [],
    future: new Map(),
  };
}

export const verifiedSeq = (session: RemoteSession): number => session.log.seq + session.waiting.length;
export const verifiedHash = (session: RemoteSession): Bytes => session.waiting.at(-1)?.hash ?? session.log.headHash;

/** Whether a verified grant lets the header's device write the document. */
export function authorises(claims: GrantClaims, header: LogHeader, workspace: WorkspaceId | undefined): Authority {
  if (claims.cnf.jkt !== thumbprint(header.devicePub)) return { kind: 'pending' };
  if (claims.room === '*' && workspace === undefined) return { kind: 'pending' };
  const isForRoom =
    claims.room === header.room || (claims.room === '*' && claims.ws === workspace && claims.role === 'archiver');
  if (!isForRoom) return { kind: 'pending' };
  return may(claims.role, `write:${header.doc}`) ? { kind: 'granted', claims } : { kind: 'denied' };
}

const heldBytes = (session: RemoteSession): number => {
  let bytes = 0;
  for (const { entry } of session.waiting) bytes += entrySize(entry);
  for (const candidates of session.future.values()) for (const entry of candidates) bytes += entrySize(entry);
  return bytes;
};
export const heldCount = (session: RemoteSession): number => session.waiting.length + session.future.size;

/**
 * Evicts held entries until the bounds hold: the newest of the author over its bound, then the newest of whoever holds
 * most. Returns the sessions that lost some, which are to be asked for again.
 */
export function enforceHeldLimits(sessions: Iterable<RemoteSession>, limits: LogLimits): ReadonlySet<RemoteSession> {
  const holders = new Map<string, { bytes: number; readonly sessions: RemoteSession[] }>();
  let total = 0;
  for (const session of sessions) {
    const bytes = heldBytes(session);
    if (bytes === 0) continue;
    total += bytes;
    const holder = holders.get(session.author) ?? { bytes: 0, sessions: [] };
    holder.bytes += bytes;
    holder.sessions.push(session);
    holders.set(session.author, holder);
  }
  const losers = new Set<RemoteSession>();
  const evictFrom = (holder: { bytes: number; readonly sessions: RemoteSession[] }): void => {
    const session = holder.sessions.at(-1);
    if (!session) return;
    const freed = evictNewest(session);
    if (freed === 0) holder.sessions.pop();
    else losers.add(session);
    holder.bytes -= freed;
    total -= freed;
  };
  for (const holder of holders.values())
    while (holder.bytes > limits.maxHeldBytesPerAuthor && holder.sessions.length > 0) evictFrom(holder);
  while (total > limits.maxHeldBytes) {
    const largest = [...holders.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a));
    if (largest.sessions.length === 0) break;
    evictFrom(largest);
  }
  return losers;
}

/** Bytes freed; 0 when nothing is held. */
function evictNewest(session: RemoteSession): number {
  const newest = session.future.size > 0 ? Math.max(...session.future.keys()) : undefined;
  if (newest !== undefined) {
    const freed = (session.future.get(newest) ?? []).reduce((sum, entry) => sum + entrySize(entry), 0);
    session.future.delete(newest);
    return freed;
  }
  const last = session.waiting.pop();
  return last ? entrySize(last.entry) : 0;
}
