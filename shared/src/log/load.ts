/** Puts what is stored, or a verified checkpoint, into a document. Signatures were checked when it was accepted. */
import * as Y from 'yjs';
import { AppError } from '../app-error.ts';
import { equalBytes } from '../bytes.ts';
import { RemoteOrigin } from '../room/origins.ts';
import type { GatedDoc } from './gated-doc.ts';
import { DEFAULT_LOG_LIMITS } from './limits.ts';
import type { LogBook } from './log-book.ts';
import { entryHash } from './session.ts';
import { createRemoteSession } from './sessions.ts';
import type { RemoteSession } from './sessions.ts';
import type { Checkpoint, LogBatch, LogHeader } from './types.ts';
import { readUpdateStructs } from './update-structs.ts';

export interface LoadTarget {
  readonly book: LogBook;
  readonly sessions: Map<number, RemoteSession>;
  readonly doc: GatedDoc;
}

const broken = (what: string): AppError => new AppError('storage-failed', what);

/** Its grant is looked at later: first paint waits for no key of a server. */
function openSession(header: LogHeader, { book, sessions }: LoadTarget): RemoteSession {
  const log = book.open(header);
  const known = sessions.get(log.clientId);
  if (known) return known;
  const session = createRemoteSession(log);
  sessions.set(log.clientId, session);
  return session;
}

/** Throws AppError('storage-failed') when the stored log has gaps or does not apply. Order of entries is that of the store. */
export function loadEntries(stored: LogBatch, target: LoadTarget): void {
  const { book, sessions, doc } = target;
  for (const header of stored.headers) openSession(header, target);
  const origin = new RemoteOrigin();
  doc.transactRemote(origin, () => {
    for (const entry of stored.entries) {
      const log = book.get(entry.clientId);
      if (!log) throw broken('an entry without its header');
      if (entry.seq <= log.seq) continue;
      if (entry.seq !== log.seq + 1) throw broken('a gap in a log');
      doc.apply(entry.bytes, origin);
      book.record(log, entry, entryHash(log.bodyOfNext(entry)));
    }
  });
  for (const session of sessions.values()) session.nextClock = Y.getState(doc.ydoc.store, session.log.clientId);
}

/** Throws AppError: 'conflict' when it is on another chain than a log here, 'bad-request' when its state is not what it says. */
export function loadCheckpoint(checkpoint: Checkpoint, target: LoadTarget): void {
  const { book, doc, sessions } = target;
  const contents = readUpdateStructs(checkpoint.state, {
    ...DEFAULT_LOG_LIMITS,
    maxEntryBytes: Infinity,
    maxStructs: Infinity,
    maxDeleteRanges: Infinity,
  });
  if (!contents.ok) throw new AppError('bad-request', `checkpoint state ${contents.error}`);
  const opened = [];
  for (const session of checkpoint.sessions) opened.push({ session: openSession(session.header, target), to: session });
  const included = new Set(opened.map(({ session }) => session.log.clientId));
  for (const { client, structs } of contents.value.sections) {
    if (!included.has(client)) throw new AppError('bad-request', 'checkpoint state of an unlisted session');
    if (structs.some(({ content }) => content === 'gc' || content === 'skip'))
      throw new AppError('bad-request', 'checkpoint state is not whole');
  }
  for (const { session, to } of opened) {
    const mine = session.log.hashAt(to.seq);
    if (mine && !equalBytes(mine, to.hash)) throw new AppError('conflict', 'checkpoint on another chain');
  }
  const origin = new RemoteOrigin();
  doc.transactRemote(origin, () => doc.apply(checkpoint.state, origin));
  for (const { session, to } of opened) {
    if (to.seq <= session.log.seq) continue;
    session.waiting.length = 0;
    for (const seq of session.future.keys()) if (seq <= to.seq) session.future.delete(seq);
    book.startAt(session.log, to.seq, to.hash);
    session.nextClock = Y.getState(doc.ydoc.store, session.log.clientId);
  }
  for (const session of sessions.values())
    session.nextClock = Math.max(session.nextClock, Y.getState(doc.ydoc.store, session.log.clientId));
}
