/** Decides what of a batch is new, pure: the statements that follow insert exactly that. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { equalBytes } from '@vicinal/shared/bytes.ts';
import type { Bytes } from '@vicinal/shared/bytes.ts';
import { encodeEntry } from '@vicinal/shared/log/envelope.ts';
import { clientIdOf, entryBody, entryHash, headerHash } from '@vicinal/shared/log/session.ts';
import type { DocAddress, Entry, Head, LogBatch, LogHeader } from '@vicinal/shared/log/types.ts';
import { err, ok } from '@vicinal/shared/result.ts';
import type { Result } from '@vicinal/shared/result.ts';

/** One session as stored, or as it will be after the batches planned so far. */
export interface SessionState {
  readonly headerHash: Bytes;
  readonly grant: string;
  /** 0 before the first entry. */
  readonly seq: number;
  /** Hash of the last entry; the header's before the first. */
  readonly hash: Bytes;
}

/** What is known of the stored logs while planning one transaction. */
export interface KnownLogs {
  session(address: DocAddress, clientId: number): SessionState | undefined;
  /** A stored or planned entry at or below the session's head, encoded. */
  entry(address: DocAddress, clientId: number, seq: number): Bytes | undefined;
}

export interface PlannedEntry {
  readonly clientId: number;
  readonly seq: number;
  readonly encoded: Bytes;
  readonly hash: Bytes;
}
export interface Plan {
  readonly newHeaders: readonly { readonly header: LogHeader; readonly clientId: number; readonly hash: Bytes }[];
  readonly completedGrants: readonly { readonly clientId: number; readonly grant: string }[];
  readonly entries: readonly PlannedEntry[];
  /** Heads after this batch of every session it has entries of, also of those that were stored before. */
  readonly heads: readonly Head[];
  readonly grown: ReadonlySet<number>;
  /** State of every session of the batch afterwards. */
  readonly sessions: ReadonlyMap<number, SessionState>;
}

/** Client ids of the batch: what has to be looked up before planning. */
export function touchedSessions(batch: LogBatch): ReadonlySet<number> {
  return new Set([
    ...batch.headers.map((header) => clientIdOf(headerHash(header))),
    ...batch.entries.map((entry) => entry.clientId),
  ]);
}

/** Plans the whole batch or refuses all of it. Refusals are 'storage-failed' with the reason in the message. */
export function planBatch(address: DocAddress, batch: LogBatch, known: KnownLogs): Result<Plan, AppError> {
  const sessions = new Map<number, SessionState>();
  const fresh = new Map<string, PlannedEntry>();
  const newHeaders: { header: LogHeader; clientId: number; hash: Bytes }[] = [];
  const completedGrants: { clientId: number; grant: string }[] = [];
  const grown = new Set<number>();
  const stateOf = (clientId: number) => sessions.get(clientId) ?? known.session(address, clientId);

  for (const header of batch.headers) {
    if (header.room !== address.room || header.doc !== address.doc || header.gen !== address.gen)
      return refuse('header of another document');
    const hash = headerHash(header);
    const clientId = clientIdOf(hash);
    const state = stateOf(clientId);
    if (state === undefined) {
      newHeaders.push({ header, clientId, hash });
      sessions.set(clientId, { headerHash: hash, grant: header.grant, seq: 0, hash });
    } else {
      if (!equalBytes(state.headerHash, hash)) return refuse('two headers with one client id');
      // The grant is outside the signature, so a carrier can spoil it: the replica hands a header over again once it knows better.
      if (header.grant !== '' && header.grant !== state.grant) {
        completedGrants.push({ clientId, grant: header.grant });
        sessions.set(clientId, { ...state, grant: header.grant });
      }
    }
  }
  for (const entry of batch.entries) {
    const state = stateOf(entry.clientId);
    if (state === undefined) return refuse('entry without header');
    if (entry.seq <= state.seq) {
      const stored = fresh.get(keyOf(entry))?.encoded ?? known.entry(address, entry.clientId, entry.seq);
      if (stored === undefined || !equalBytes(stored, encodeEntry(entry)))
        return refuse('another entry is stored under this number');
      continue;
    }
    if (entry.seq !== state.seq + 1) return refuse(`gap after entry ${state.seq}`);
    const hash = entryHash(entryBody(state.headerHash, state.hash, entry));
    fresh.set(keyOf(entry), { clientId: entry.clientId, seq: entry.seq, encoded: encodeEntry(entry), hash });
    sessions.set(entry.clientId, { ...state, seq: entry.seq, hash });
    grown.add(entry.clientId);
  }
  return ok({
    newHeaders,
    completedGrants,
    entries: [...fresh.values()],
    heads: [...new Set(batch.entries.map((entry) => entry.clientId))].map((clientId) => {
      const state = stateOf(clientId);
      if (state === undefined) throw new TypeError('an entry was planned, so its session is known');
      return { clientId, seq: state.seq, hash: state.hash };
    }),
    grown,
    sessions,
  });
}

const keyOf = (entry: Entry): string => `${entry.clientId}:${entry.seq}`;
const refuse = (message: string): Result<never, AppError> => err(new AppError('storage-failed', message));
