/** Sessions as receiving sees them: who may write, what is verified, what waits, and what it costs to keep. */
import { thumbprint } from '../crypto/device-key.ts';
import type { GrantClaims } from '../crypto/claims.ts';
import type { Bytes } from '../bytes.ts';
import type { PeerId, WorkspaceId } from '../ids.ts';
import { may } from '../roles.ts';
import { entrySize } from './envelope.ts';
import type { LogLimits } from './limits.ts';
import type { SessionLog } from './session.ts';
import type { Entry, LogHeader } from './types.ts';
import type { ValidityRule } from './validity.ts';

/** Whether a session's entries count. `pending`: no grant yet, or its key is not known here. `denied`: its grant does not allow it. */
export type Authority =
  | { readonly kind: 'granted'; readonly claims: Pick<GrantClaims, 'role' | 'sub'> }
  | { readonly kind: 'pending' }
  | { readonly kind: 'denied' };

/** An entry whose place in its chain and signature are verified. */
export interface VerifiedEntry {
  readonly entry: Entry;
  readonly hash: Bytes;
}

/** What somebody brought as an entry of a session. Whose it is shows when it can be verified: until then it is the carrier's. */
export interface Candidate {
  readonly entry: Entry;
  readonly from: PeerId;
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
  /** Not verifiable yet: earlier entries are lacking. Several candidates a seq, since anyone can forge one; one a carrier. */
  readonly future: Map<number, Candidate[]>;
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

export const heldCount = (session: RemoteSession): number => session.waiting.length + session.future.size;

/** Forgets candidates of a carrier. Resolves to those that went. */
export function dropCandidates(session: RemoteSession, from: PeerId): readonly Entry[] {
  const dropped: Entry[] = [];
  for (const [seq, candidates] of session.future) {
    const rest = candidates.filter((candidate) => candidate.from !== from);
    if (rest.length === candidates.length) continue;
    for (const { entry } of candidates.filter((candidate) => candidate.from === from)) dropped.push(entry);
    if (rest.length > 0) session.future.set(seq, rest);
    else session.future.delete(seq);
  }
  return dropped;
}

/** Whom something held is charged to: the author of what is verified, the carrier of what is not. */
interface Holder {
  bytes: number;
  /** In the order of arrival, as far as it is known: the last goes first. */
  readonly held: { readonly session: RemoteSession; readonly bytes: number; readonly evict: () => void }[];
}

function holdersOf(sessions: Iterable<RemoteSession>): ReadonlyMap<string, Holder> {
  const holders = new Map<string, Holder>();
  const charge = (name: string, session: RemoteSession, entry: Entry, evict: () => void): void => {
    const holder = holders.get(name) ?? { bytes: 0, held: [] };
    const bytes = entrySize(entry);
    holder.bytes += bytes;
    holder.held.push({ session, bytes, evict });
    holders.set(name, holder);
  };
  for (const session of sessions) {
    for (const { entry } of session.waiting)
      charge(`author ${session.author}`, session, entry, () => void session.waiting.pop());
    for (const [seq, candidates] of [...session.future].sort(([a], [b]) => a - b)) {
      for (const { entry, from } of candidates) {
        charge(`carrier ${from}`, session, entry, () => {
          const rest = (session.future.get(seq) ?? []).filter((candidate) => candidate.entry !== entry);
          if (rest.length > 0) session.future.set(seq, rest);
          else session.future.delete(seq);
        });
      }
    }
  }
  return holders;
}

/**
 * Evicts held entries until the bounds hold: the newest of an author or carrier over its bound, then the newest of whoever
 * holds most. Returns the sessions that lost some, which are to be asked for again.
 */
export function enforceHeldLimits(sessions: Iterable<RemoteSession>, limits: LogLimits): ReadonlySet<RemoteSession> {
  const holders = holdersOf(sessions);
  const losers = new Set<RemoteSession>();
  let total = 0;
  for (const { bytes } of holders.values()) total += bytes;
  const evictFrom = (holder: Holder): boolean => {
    const last = holder.held.pop();
    if (!last) return false;
    last.evict();
    losers.add(last.session);
    holder.bytes -= last.bytes;
    total -= last.bytes;
    return true;
  };
  for (const holder of holders.values()) while (holder.bytes > limits.maxHeldBytesPerAuthor && evictFrom(holder));
  while (total > limits.maxHeldBytes) {
    const largest = [...holders.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a));
    if (!evictFrom(largest)) break;
  }
  return losers;
}
