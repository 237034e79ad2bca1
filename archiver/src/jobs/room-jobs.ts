/**
 * The jobs of one attended room: which requests have no result yet, who asked and who stopped them, results written at
 * most once each, and what the archiver publishes as its presence.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import { may } from '@vicinal/shared/roles.ts';
import { metaProps } from '@vicinal/shared/room/documents.ts';
import {
  ASSISTANT_PROP,
  jobRequests,
  jobResults,
  jobResultSchema,
  parseEntryKey,
  parseRequest,
  parseResult,
  writerOf,
} from '@vicinal/shared/room/jobs.ts';
import type { AgreedHost, AssistantPresence, EntryKey, JobResult, JobTask } from '@vicinal/shared/room/jobs.ts';
import type * as Y from 'yjs';
import type { Author } from './authors.ts';
import { BUILT_IN } from './handler.ts';
import type { JobName } from './queue.ts';
import type { Answer, JobState, RoomJobs, RoomJobsDeps } from './room-jobs-seam.ts';

/** Changes are gathered for this long before requests are taken on. */
const GATHER_MS = 20;
/** Requests whose author cannot be verified yet, and those the queue did not take, are looked at again after this long. */
const LOOK_AGAIN_MS = 3000;
/** As many as presence can name. */
const MAX_NAMED = 20;

interface Ask {
  readonly task: JobTask;
  readonly to: AgreedHost | undefined;
  readonly author: Author;
}

export function createRoomJobs(deps: RoomJobsDeps): RoomJobs {
  const { room, replicas, clock, logger, quota } = deps;
  const jobs = replicas.get('jobs')?.ydoc;
  if (jobs === undefined) throw new TypeError('a room has its jobs');
  const requests = jobRequests(jobs);
  const results = jobResults(jobs);
  const answered = new Set<EntryKey>();
  const asks = new Map<EntryKey, Ask>();
  const stoppers = new Map<EntryKey, Author[]>();
  /** Asked, and neither taken on nor answered. */
  const open = new Set<EntryKey>();
  const unread = new Set<string>();
  const states = new Map<EntryKey, JobState>();
  const aborts = new Map<EntryKey, AbortController>();
  let timer: { readonly cancel: () => void; readonly at: number } | undefined;
  let working: Promise<void> = Promise.resolve();
  let answering: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const isOff = (): boolean => {
    const meta = replicas.get('meta');
    return !deps.isOn || (meta !== undefined && metaProps(meta.ydoc).get(ASSISTANT_PROP) === 'off');
  };
  const isStopped = (request: EntryKey): boolean => {
    const ask = asks.get(request);
    return (
      ask !== undefined &&
      (stoppers.get(request) ?? []).some(
        ({ role, userId }) => may(role, 'write:content') || userId === ask.author.userId,
      )
    );
  };
  const jobOf = (request: EntryKey, { task }: Ask): JobName => ({ room, request, task });

  const publish = (): void => {
    if (closing) return;
    const running = [...states].slice(0, MAX_NAMED).map(([request, state]) => {
      const ask = asks.get(request);
      const position = state === 'queued' && ask !== undefined ? deps.position(jobOf(request, ask)) : undefined;
      return { request, state, ...(position === undefined ? {} : { position }) };
    });
    const provider = deps.provider();
    const assistant: AssistantPresence = { isOn: !isOff(), ...(provider ? { provider } : {}), running };
    deps.presence.set({ assistant });
  };
  const mark = (request: EntryKey, state: JobState | undefined): void => {
    if (states.get(request) === state) return;
    if (state === undefined) {
      states.delete(request);
      aborts.delete(request);
    } else states.set(request, state);
    publish();
  };

  const readResult = (key: string): void => {
    const result = parseResult(results.get(key));
    if (result === undefined) return;
    answered.add(result.request);
    open.delete(result.request);
    aborts.get(result.request)?.abort();
    mark(result.request, undefined);
  };
  const readRequest = async (key: string): Promise<void> => {
    unread.delete(key);
    const request = parseRequest(requests.get(key));
    const entryKey = parseEntryKey(key);
    const writer = writerOf(requests, key);
    if (request === undefined || entryKey === undefined || writer === undefined || request.kind === 'accept') return;
    const author = await deps.authorOf(writer);
    if (author === undefined) return void unread.add(key);
    if (request.kind === 'ask') {
      asks.set(entryKey, { task: request.task, to: request.to, author });
      if (!answered.has(entryKey) && !states.has(entryKey)) open.add(entryKey);
      return;
    }
    const target = request.request;
    const known = stoppers.get(target) ?? [];
    if (known.some(({ role, userId }) => may(role, 'write:content') || userId === author.userId)) return;
    stoppers.set(target, [...known, author]);
    if (!isStopped(target) || answered.has(target)) return;
    aborts.get(target)?.abort();
    if (!states.has(target) || states.get(target) !== 'running') open.add(target);
  };

  /** Takes on what the quota leaves room for. Resolves to whether something is left to be looked at again. */
  const takeOn = async (): Promise<{ readonly againInMs: number } | undefined> => {
    for (const request of open) {
      const ask = asks.get(request);
      if (ask === undefined || closing) continue;
      if (isStopped(request)) {
        void answer(request, { kind: 'stopped' }).catch(() => undefined); // the room is closed or opened anew
        open.delete(request);
        continue;
      }
      if (states.has(request)) {
        open.delete(request);
        continue;
      }
      if (!quota.take(ask.author.userId, room)) continue;
      if (isOff()) {
        const refusal = { kind: 'failed', model: BUILT_IN, code: 'switched-off', attempts: 0 } as const;
        void answer(request, refusal).catch(() => undefined); // as above
        open.delete(request);
        continue;
      }
      try {
        await deps.enqueue(jobOf(request, ask));
      } catch {
        return { againInMs: LOOK_AGAIN_MS };
      }
      open.delete(request);
      if (!answered.has(request) && !states.has(request)) mark(request, 'queued');
    }
    return open.size > 0 ? { againInMs: quota.renewsInMs } : undefined;
  };
  const work = async (): Promise<void> => {
    for (const key of [...unread]) await readRequest(key);
    const left = await takeOn();
    if (unread.size > 0) schedule(LOOK_AGAIN_MS);
    if (left !== undefined) schedule(left.againInMs);
  };
  const schedule = (delayMs: number): void => {
    if (closing) return;
    const at = clock.monotonic() + delayMs;
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    const cancel = clock.after(delayMs, () => {
      timer = undefined;
      working = working.then(work).catch(() => logger.warn('jobs.work-failed', { room }));
    });
    timer = { at, cancel };
  };

  const answer = (request: EntryKey, given: Answer): Promise<void> => {
    const turn = answering.then(() => write(request, given));
    answering = turn.catch(() => undefined);
    return turn;
  };
  const write = async (request: EntryKey, given: Answer): Promise<void> => {
    const task = asks.get(request)?.task;
    if (answered.has(request) || task === undefined) return;
    const parsed = jobResultSchema.safeParse({ v: 1, request, task, ...given });
    const result: JobResult = parsed.success
      ? parsed.data
      : { v: 1, kind: 'failed', request, task, model: BUILT_IN, code: 'internal', attempts: 1 };
    for (;;) {
      if (closing) throw new AppError('shutting-down');
      try {
        await deps.writer.write(result);
        logger.info('jobs.answered', { room, kind: result.kind, task });
        return;
      } catch (error) {
        const code = error instanceof AppError ? error.code : 'internal';
        logger.warn('jobs.not-answered', { room, code });
        if (code === 'storage-failed') {
          deps.onFailed();
          throw error;
        }
        await pause(LOOK_AGAIN_MS);
      }
    }
  };
  const wakers = new Set<() => void>();
  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        wakers.delete(wake);
        resolve();
      };
      const cancel = clock.after(delayMs, wake);
      wakers.add(wake);
    });

  const onRequests = (event: Y.YMapEvent<unknown>): void => {
    for (const key of event.keysChanged) unread.add(key);
    schedule(GATHER_MS);
  };
  const onResults = (event: Y.YMapEvent<unknown>): void => {
    for (const key of event.keysChanged) readResult(key);
  };
  const onMeta = (): void => publish();
  for (const key of results.keys()) readResult(key);
  for (const key of requests.keys()) unread.add(key);
  requests.observe(onRequests);
  results.observe(onResults);
  const meta = replicas.get('meta')?.ydoc;
  if (meta !== undefined) metaProps(meta).observe(onMeta);
  publish();
  if (unread.size > 0) schedule(0);

  return {
    room,
    get content() {
      return replicas.get('content')?.ydoc;
    },
    async standing(request) {
      if (unread.has(request)) await (working = working.then(work));
      if (unread.has(request)) return { kind: 'unknown' };
      const ask = asks.get(request);
      if (ask === undefined || answered.has(request)) return { kind: 'settled' };
      if (!isStopped(request)) return { kind: 'asked', task: ask.task, to: ask.to };
      await answer(request, { kind: 'stopped' });
      return { kind: 'settled' };
    },
    get isOff() {
      return isOff();
    },
    answer,
    mark,
    signal(request) {
      const abort = aborts.get(request) ?? new AbortController();
      aborts.set(request, abort);
      if (closing || isStopped(request)) abort.abort();
      return abort.signal;
    },
    publish,
    get isBusy() {
      return [...states.values()].some((state) => state !== 'waiting');
    },
    close: () =>
      (closing ??= (async () => {
        timer?.cancel();
        requests.unobserve(onRequests);
        results.unobserve(onResults);
        if (meta !== undefined) metaProps(meta).unobserve(onMeta);
        for (const abort of aborts.values()) abort.abort();
        for (const wake of wakers) wake();
        await working.catch(() => undefined); // logged
        await answering;
        await deps.writer.close();
      })()),
  };
}
