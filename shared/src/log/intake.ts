/**
 * Receiving: headers are admitted, chains verified (asynchronously), then everything that is valid is applied in one
 * transaction; the rest is held outside the document. One call at a time.
 */
import type { Clock } from '../clock.ts';
import type { VerifySignature } from '../crypto/signer.ts';
import type { PeerId, UserId, WorkspaceId } from '../ids.ts';
import type { Logger } from '../logger.ts';
import { RemoteOrigin } from '../room/origins.ts';
import { equalBytes } from '../bytes.ts';
import type { GatedDoc } from './gated-doc.ts';
import type { LogLimits } from './limits.ts';
import type { LogBook } from './log-book.ts';
import { entryBody, entryHashSoon, sessionClientId, verifyHeader } from './session.ts';
import {
  authorises,
  createRemoteSession,
  dropCandidates,
  enforceHeldLimits,
  heldCount,
  verifiedHash,
  verifiedSeq,
} from './sessions.ts';
import type { Authority, Candidate, RemoteSession, VerifiedEntry } from './sessions.ts';
import type { DocAddress, Entry, GrantVerifier, LogBatch, LogHeader, MissingRange, ReceiveReport } from './types.ts';
import { judge } from './validity.ts';
import type { Ancestors, ValidityRule, Verdict } from './validity.ts';

const MAX_CANDIDATES = 4;
const PENDING_RETRY_MS = 1000;

export interface IntakeOptions {
  readonly address: DocAddress;
  readonly book: LogBook;
  readonly sessions: Map<number, RemoteSession>;
  readonly doc: GatedDoc;
  readonly ancestors: Ancestors;
  readonly grants: GrantVerifier;
  readonly verifySignature: VerifySignature;
  readonly limits: LogLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly workspace: () => WorkspaceId | undefined;
  /** The session written here now: nobody else has more of it. */
  readonly ownClientId: () => number;
  /** Written by this device in a room that is not registered yet, so without a grant: by another tab, or earlier. */
  readonly isOwnUnregistered: (header: LogHeader) => boolean;
  /** Seals local changes, so that an entry never spans a remote change. */
  readonly beforeApply: () => void;
  /** Rules switched off; for the test that proves each of them is needed. */
  readonly rulesOff?: ReadonlySet<ValidityRule>;
}

/** What a call applied; the caller stores and announces it. */
export interface Received {
  readonly report: ReceiveReport;
  /** Applied entries, with headers that are new or were completed. */
  readonly batch: LogBatch;
}

type Outcome = 'applied' | 'duplicate' | 'invalid' | 'held' | 'unknown-session';
type Blocked = Extract<Verdict, { kind: 'held' }>;

export interface Intake {
  receive(batch: LogBatch, from: PeerId): Promise<Received>;
  /** Looks at the grants of sessions that were loaded, or whose key was not known before. At most once a second. */
  verifyPending(): Promise<void>;
  /** By name: a {@link ValidityRule}, 'forks', 'bad-signatures' or 'foreign-headers'. */
  readonly counters: Readonly<Record<string, number>>;
}

export function createIntake(options: IntakeOptions): Intake {
  const { book, sessions, limits, ancestors } = options;
  const counters: Record<string, number> = {};
  const count = (name: string): void => void (counters[name] = (counters[name] ?? 0) + 1);
  const blockedOn = new Map<number, Set<RemoteSession>>();
  const blocks = new Map<RemoteSession, Blocked>();
  /** Sessions whose header is new here or was completed since the last stored batch. */
  const unstored = new Set<RemoteSession>();
  let pendingRetryAt = Number.NEGATIVE_INFINITY;

  const authorityOf = async (header: LogHeader): Promise<Authority> => {
    if (header.grant === '')
      return options.isOwnUnregistered(header)
        ? { kind: 'granted', claims: { role: 'owner', sub: '' as UserId } } // the server has yet to say whose room it is
        : { kind: 'pending' };
    const claims = await options.grants.verify(header.grant);
    return claims.ok ? authorises(claims.value, header, options.workspace()) : { kind: 'pending' };
  };

  const admitHeader = async (header: LogHeader): Promise<void> => {
    const { address } = options;
    if (header.room !== address.room || header.doc !== address.doc || header.gen !== address.gen)
      return count('foreign-headers');
    const clientId = sessionClientId(header);
    const known = sessions.get(clientId);
    if (known) {
      if (known.authority.kind === 'granted' || header.grant === '') return;
      const authority = await authorityOf(header);
      if (authority.kind === 'pending') return;
      known.authority = authority;
      if (authority.kind !== 'granted') return;
      // Another carrier's copy may hold a wrong signature: only the grant is taken from it.
      known.log.header = { ...known.log.header, grant: header.grant };
      unstored.add(known);
      return;
    }
    if (!(await verifyHeader(header, options.verifySignature))) return count('bad-signatures');
    forgetIdle();
    const session = createRemoteSession(book.open(header));
    session.authority = await authorityOf(header);
    sessions.set(clientId, session);
    unstored.add(session);
  };

  /** Headers cost an attacker nothing: the oldest without entries go first. */
  const forgetIdle = (): void => {
    if (sessions.size < limits.maxIdleHeaders) return;
    for (const [clientId, session] of sessions) {
      if (session.log.seq > 0 || heldCount(session) > 0 || clientId === options.ownClientId()) continue;
      sessions.delete(clientId);
      unstored.delete(session);
      book.drop(clientId);
      return;
    }
  };

  const verifyPending = async (): Promise<void> => {
    const now = options.clock.monotonic();
    if (now < pendingRetryAt) return;
    pendingRetryAt = now + PENDING_RETRY_MS;
    for (const session of sessions.values()) {
      if (session.authority.kind === 'pending') session.authority = await authorityOf(session.log.header);
    }
  };

  /** Where an entry belongs before any signature is looked at. */
  const file = (entry: Entry, session: RemoteSession, from: PeerId): Outcome => {
    if (entry.clientId === options.ownClientId() && entry.seq > session.log.seq) return 'invalid';
    if (session.endedBy || session.authority.kind === 'denied') return 'invalid';
    if (entry.seq <= verifiedSeq(session)) {
      const mine = session.log.entry(entry.seq);
      if (mine && !equalBytes(mine.bytes, entry.bytes)) count('forks');
      return 'duplicate';
    }
    const candidates = session.future.get(entry.seq) ?? [];
    if (candidates.some(({ entry: other }) => equalBytes(other.sig, entry.sig) && equalBytes(other.bytes, entry.bytes)))
      return 'duplicate';
    // Newest first: forgeries sent ahead must not keep the entry out that follows them. One a carrier.
    const others = candidates.filter((other) => other.from !== from);
    session.future.set(entry.seq, [{ entry, from }, ...others].slice(0, MAX_CANDIDATES));
    return 'held';
  };

  /**
   * Moves what follows on the verified chain from `future` to `waiting`. What is checked at once is of one carrier, and a
   * carrier whose candidate is no entry loses all it brought of the session: a forgery costs the checks of what came with it.
   */
  const verifyChain = async (session: RemoteSession, outcomes: Map<Entry, Outcome>): Promise<void> => {
    for (;;) {
      const { devicePub } = session.log.header;
      const run: VerifiedEntry[] = [];
      const checks: Promise<boolean>[] = [];
      let prevHash = verifiedHash(session);
      let carrier: PeerId | undefined;
      for (let seq = verifiedSeq(session) + 1; run.length < limits.verifyAhead; seq++) {
        const isNext = ({ from }: Candidate): boolean => carrier === undefined || from === carrier;
        const candidate = session.future.get(seq)?.find(isNext);
        if (!candidate) break;
        const { entry } = candidate;
        carrier = candidate.from;
        const body = entryBody(session.log.hash, prevHash, entry);
        checks.push(options.verifySignature(devicePub, entry.sig, body));
        const hash = entryHashSoon(body);
        prevHash = hash instanceof Promise ? await hash : hash;
        run.push({ entry, hash: prevHash });
      }
      if (carrier === undefined) return;
      const holds = await Promise.all(checks);
      for (const [i, verified] of run.entries()) {
        const { seq } = verified.entry;
        if (holds[i] === true) {
          session.waiting.push(verified);
          session.future.delete(seq);
          continue;
        }
        count('bad-signatures');
        for (const dropped of dropCandidates(session, carrier)) outcomes.set(dropped, 'invalid');
        break;
      }
    }
  };

  const factsOf = (session: RemoteSession, authority: Extract<Authority, { kind: 'granted' }>) => ({
    clientId: session.log.clientId,
    nextClock: session.nextClock,
    doc: options.address.doc,
    role: authority.claims.role,
    userId: authority.claims.sub,
  });

  const isStillBlocked = (session: RemoteSession): boolean => {
    const blocked = blocks.get(session);
    if (!blocked) return false;
    if (blocked.clock !== undefined) return ancestors.stateOf(blocked.client) <= blocked.clock;
    return blocked.seq !== undefined && ancestors.seqOf(blocked.client) < blocked.seq;
  };

  const end = (session: RemoteSession, rule: ValidityRule, outcomes: Map<Entry, Outcome>): void => {
    count(rule);
    options.logger.warn('log.session-ended', { rule, seq: session.log.seq + 1 });
    session.endedBy = rule;
    for (const { entry } of session.waiting) outcomes.set(entry, 'invalid');
    for (const candidates of session.future.values())
      for (const { entry } of candidates) outcomes.set(entry, 'invalid');
    session.waiting.length = 0;
    session.future.clear();
  };

  /** Applies what a session has waiting as far as it goes; returns whether anything was applied. */
  const advance = (
    session: RemoteSession,
    origin: RemoteOrigin,
    applied: Entry[],
    outcomes: Map<Entry, Outcome>,
  ): boolean => {
    let progress = false;
    for (
      let next = session.waiting[0];
      next && session.authority.kind === 'granted' && !isStillBlocked(session);
      next = session.waiting[0]
    ) {
      blocks.delete(session);
      const verdict = judge(next.entry, factsOf(session, session.authority), ancestors, limits, options.rulesOff);
      if (verdict.kind === 'invalid') {
        end(session, verdict.rule, outcomes);
        return progress;
      }
      if (verdict.kind === 'held') {
        blocks.set(session, verdict);
        const others = blockedOn.get(verdict.client) ?? new Set();
        blockedOn.set(verdict.client, others.add(session));
        return progress;
      }
      options.doc.apply(next.entry.bytes, origin);
      session.waiting.shift();
      session.nextClock = verdict.endClock;
      book.record(session.log, next.entry, next.hash);
      applied.push(next.entry);
      outcomes.set(next.entry, 'applied');
      progress = true;
    }
    return progress;
  };

  const applyAll = (touched: ReadonlySet<RemoteSession>, from: PeerId, outcomes: Map<Entry, Outcome>): Entry[] => {
    const ready = [...touched, ...sessions.values()].filter((session) => session.waiting.length > 0);
    const applied: Entry[] = [];
    if (ready.length === 0) return applied;
    options.beforeApply();
    const origin = new RemoteOrigin(from);
    options.doc.transactRemote(origin, () => {
      const queue = new Set(ready);
      for (const session of queue) {
        queue.delete(session);
        if (!advance(session, origin, applied, outcomes)) continue;
        const waiters = blockedOn.get(session.log.clientId) ?? new Set();
        for (const waiter of waiters) {
          if (isStillBlocked(waiter)) continue;
          waiters.delete(waiter);
          queue.add(waiter);
        }
      }
    });
    return applied;
  };

  const missingOf = (touched: Iterable<RemoteSession>): MissingRange[] => {
    const missing = new Map<number, MissingRange>();
    for (const session of touched) {
      if (session.endedBy) continue;
      const blocked = session.waiting.length > 0 ? blocks.get(session) : undefined;
      if (blocked && isStillBlocked(session)) {
        const other = sessions.get(blocked.client);
        if (other && other.waiting.length > 0) continue;
        missing.set(blocked.client, {
          clientId: blocked.client,
          fromSeq: book.seqOf(blocked.client) + 1,
          ...(blocked.seq === undefined ? {} : { toSeq: blocked.seq }),
          needsHeader: !other,
        });
      }
      if (session.future.size > 0) {
        const toSeq = Math.min(...session.future.keys()) - 1;
        missing.set(session.log.clientId, {
          clientId: session.log.clientId,
          fromSeq: verifiedSeq(session) + 1,
          toSeq,
          needsHeader: false,
        });
      }
    }
    return [...missing.values()];
  };

  const receive = async (batch: LogBatch, from: PeerId): Promise<Received> => {
    for (const header of batch.headers) await admitHeader(header);
    await verifyPending();
    const outcomes = new Map<Entry, Outcome>();
    const touched = new Set<RemoteSession>();
    const unknown = new Map<number, MissingRange>();
    for (const entry of batch.entries) {
      const session = sessions.get(entry.clientId);
      if (session) {
        touched.add(session);
        outcomes.set(entry, file(entry, session, from));
      } else {
        unknown.set(entry.clientId, { clientId: entry.clientId, fromSeq: 1, needsHeader: true });
        outcomes.set(entry, 'unknown-session');
      }
    }
    for (const session of touched) await verifyChain(session, outcomes);
    const applied = applyAll(touched, from, outcomes);
    const evicted = [...outcomes.values()].includes('held')
      ? enforceHeldLimits(sessions.values(), limits)
      : new Set<RemoteSession>();
    const missing = [...unknown.values(), ...missingOf(touched)];
    for (const { log, waiting } of evicted) {
      if (waiting.length > 0) continue;
      missing.push({ clientId: log.clientId, fromSeq: log.seq + 1, needsHeader: false });
    }
    return {
      report: { ...tally(outcomes, applied), missing },
      batch: { headers: headersFor(applied), entries: applied },
    };
  };

  /** Headers to be stored and announced: those of applied entries, and completed ones of sessions with entries. */
  const headersFor = (applied: readonly Entry[]): LogHeader[] => {
    const writing = new Set(applied.map((entry) => entry.clientId));
    const due = [...unstored].filter(({ log }) => writing.has(log.clientId) || log.seq > 0);
    for (const session of due) unstored.delete(session);
    return due.map(({ log }) => log.header);
  };

  return { receive, verifyPending, counters };
}

function tally(outcomes: ReadonlyMap<Entry, Outcome>, applied: readonly Entry[]): Omit<ReceiveReport, 'missing'> {
  const of = (outcome: Outcome): number => [...outcomes.values()].filter((other) => other === outcome).length;
  return { applied: applied.length, duplicates: of('duplicate'), held: of('held'), invalid: of('invalid') };
}
