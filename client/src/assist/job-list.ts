/** What was asked of the assistant in a document and what became of it. Pure: entries in, cards out. */
import type * as Y from 'yjs';
import {
  jobRequests,
  jobResults,
  parseEntryKey,
  parseRequest,
  parseResult,
  writerOf,
  type AssistantPresence,
  type EntryKey,
  type JobFailure,
  type JobModel,
  type JobRequest,
  type JobResult,
  type JobTask,
} from '@vicinal/shared/room/jobs.ts';
import { may } from '@vicinal/shared/roles.ts';
import type { Author, AuthorOf } from './authors.ts';

export type DoneResult = Extract<JobResult, { kind: 'done' }>;

export type JobState =
  /** Nobody who could do it has said anything of it yet. */
  | { readonly kind: 'asked' }
  /** 1 is next. */
  | { readonly kind: 'queued'; readonly position: number | undefined }
  | { readonly kind: 'running' }
  /** It failed in a way that passes, and is tried again. */
  | { readonly kind: 'waiting' }
  /** Somebody stopped it; the answer to that is on its way. */
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly code: JobFailure; readonly model: JobModel }
  | {
      readonly kind: 'done';
      readonly key: EntryKey;
      readonly result: DoneResult;
      /** Who put it into the text, in the order known here. */
      readonly acceptedBy: readonly Author[];
    };

export interface AskedJob {
  /** Of the request. */
  readonly key: EntryKey;
  readonly task: JobTask;
  readonly asker: Author;
  readonly state: JobState;
}

/** Cards beyond this are not shown; the newest come first. */
export const MAX_CARDS = 50;

interface Entry<T> {
  readonly key: EntryKey;
  readonly author: Author;
  readonly value: T;
}

/** Newest first, as far as this device knows; those that were put away are left out. Never throws, whatever peers wrote. */
export function readJobs(jobs: Y.Doc, authorOf: AuthorOf, running: AssistantPresence['running']): readonly AskedJob[] {
  const requests = entriesOf(jobRequests(jobs), parseRequest, authorOf).filter(
    ({ author }) => author.role !== 'archiver',
  );
  const results = resultsOf(jobs, authorOf);
  const asks = requests.filter(
    (entry): entry is Entry<Extract<JobRequest, { kind: 'ask' }>> => entry.value.kind === 'ask',
  );
  const askers = new Map(asks.map(({ key, author }) => [key, author]));
  /** Only of whoever may edit, and of the one who asked. */
  const mayEnd = (request: EntryKey, author: Author): boolean =>
    may(author.role, 'write:content') || askers.get(request)?.user === author.user;
  const ended = (kind: 'stop' | 'dismiss'): ReadonlySet<EntryKey> =>
    new Set(
      requests.flatMap(({ value, author }) =>
        value.kind === kind && mayEnd(value.request, author) ? [value.request] : [],
      ),
    );
  const stopped = ended('stop');
  const dismissed = ended('dismiss');
  const acceptedBy = (result: EntryKey): readonly Author[] =>
    requests.flatMap(({ value, author }) =>
      value.kind === 'accept' && value.result === result && may(author.role, 'write:content') ? [author] : [],
    );
  const stateOf = (key: EntryKey): JobState => {
    const entry = results.get(key);
    if (entry?.value.kind === 'done')
      return { kind: 'done', key: entry.key, result: entry.value, acceptedBy: acceptedBy(entry.key) };
    if (entry?.value.kind === 'failed') return { kind: 'failed', code: entry.value.code, model: entry.value.model };
    if (entry) return { kind: 'stopped' };
    if (stopped.has(key)) return { kind: 'stopping' };
    const now = running.find(({ request }) => request === key);
    if (now === undefined) return { kind: 'asked' };
    return now.state === 'queued' ? { kind: 'queued', position: now.position } : { kind: now.state };
  };
  return asks
    .filter(({ key }) => !dismissed.has(key))
    .toReversed()
    .slice(0, MAX_CARDS)
    .map(({ key, author, value }) => ({ key, task: value.task, asker: author, state: stateOf(key) }));
}

/** One result a request: the one with the smallest key, should there ever be two. Only an archiver's count. */
function resultsOf(jobs: Y.Doc, authorOf: AuthorOf): ReadonlyMap<EntryKey, Entry<JobResult>> {
  const found = new Map<EntryKey, Entry<JobResult>>();
  for (const entry of entriesOf(jobResults(jobs), parseResult, authorOf)) {
    const known = found.get(entry.value.request);
    if (entry.author.role === 'archiver' && (known === undefined || entry.key < known.key))
      found.set(entry.value.request, entry);
  }
  return found;
}

function entriesOf<T>(
  map: Y.Map<unknown>,
  parse: (value: unknown) => T | undefined,
  authorOf: AuthorOf,
): readonly Entry<T>[] {
  const entries: Entry<T>[] = [];
  for (const [name, stored] of map.entries()) {
    const key = parseEntryKey(name);
    const value = parse(stored);
    const writer = writerOf(map, name);
    const author = writer === undefined ? undefined : authorOf(writer);
    if (key !== undefined && value !== undefined && author !== undefined) entries.push({ key, author, value });
  }
  return entries;
}
