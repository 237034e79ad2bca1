/** Takes jobs from the queue and runs their handlers: so many at once, attempts with pauses between them, one result each. */
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { JobFailure, JobModel, JobTask } from '@vicinal/shared/room/jobs.ts';
import type { Handler, Outcome } from './handler.ts';
import type { JobQueue, TakenJob } from './queue.ts';
import type { RoomJobs, Standing } from './room-jobs-seam.ts';

export interface RunnerLimits {
  readonly jobConcurrency: number;
  readonly jobAttempts: number;
  /** The queue is looked at this often when nothing tells that something is due. */
  readonly jobPollMs: number;
  readonly jobRetryMinMs: number;
  readonly jobRetryMaxMs: number;
  /** Of one attempt. */
  readonly jobTimeoutMs: number;
}

export interface RunnerOptions {
  readonly queue: JobQueue;
  /** Attends the room; `undefined` when it cannot be opened now. */
  readonly roomJobs: (room: RoomId) => Promise<RoomJobs | undefined>;
  readonly handlers: Readonly<Record<JobTask, Handler>>;
  readonly modelOf: (task: JobTask) => JobModel;
  readonly onTaken: (job: TakenJob) => void;
  /** An attempt ended, after so many seconds. */
  readonly onAttempt: (task: JobTask, outcome: 'done' | JobFailure, seconds: number) => void;
  readonly limits: RunnerLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Runner {
  /** Jobs given out. */
  readonly running: number;
  /** Something may be due. */
  wake(): void;
  /** Ends attempts under way; their jobs are due again at the next start. */
  close(): Promise<void>;
}

type Asked = Extract<Standing, { kind: 'asked' }>;
/** What became of a job taken. */
type End = { readonly kind: 'done' } | { readonly kind: 'again'; readonly code: JobFailure; readonly delayMs: number };
const DONE: End = { kind: 'done' };

export function createRunner(options: RunnerOptions): Runner {
  const { queue, limits, clock, random, logger } = options;
  const active = new Map<string, Promise<void>>();
  const closed = new AbortController();
  const timers = new Set<() => void>();
  let cancelPoll: () => void = () => undefined;
  let taking: Promise<void> | undefined;
  let isWanted = false;

  const pauseMs = (attempt: number): number =>
    Math.min(limits.jobRetryMaxMs, limits.jobRetryMinMs * 2 ** Math.min(attempt - 1, 16)) *
    (0.5 + random.fraction() / 2);
  const wakeIn = (delayMs: number): void => {
    if (closed.signal.aborted) return;
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      wake();
    });
    timers.add(cancel);
  };

  /** One attempt, ended by the signal of the request, by its time, or by the handler. */
  const attempt = async (job: TakenJob, room: RoomJobs, { task, to }: Asked): Promise<Outcome | 'aborted'> => {
    const { content } = room;
    if (content === undefined) return { kind: 'failed', model: options.modelOf(task), code: 'text-too-short' };
    const ended = new AbortController();
    const timedOut = new AbortController();
    const signal = AbortSignal.any([room.signal(job.request), closed.signal, ended.signal, timedOut.signal]);
    const cancel = clock.after(limits.jobTimeoutMs, () => timedOut.abort());
    try {
      const outcome = await options.handlers[task](content, signal, to);
      return signal.aborted && !timedOut.signal.aborted ? 'aborted' : outcome;
    } catch {
      if (timedOut.signal.aborted) return { kind: 'retry', model: options.modelOf(task), code: 'model-timeout' };
      if (signal.aborted) return 'aborted';
      return { kind: 'retry', model: options.modelOf(task), code: 'internal' };
    } finally {
      cancel();
      ended.abort();
    }
  };

  const run = async (job: TakenJob): Promise<End> => {
    const room = await options.roomJobs(job.room);
    if (room === undefined) return again(job, 'internal');
    let end: End = again(job, 'internal');
    try {
      return (end = await runIn(job, room));
    } finally {
      room.mark(job.request, end.kind === 'again' ? 'waiting' : undefined);
    }
  };
  const again = ({ attempt: nth }: TakenJob, code: JobFailure, delayMs = pauseMs(nth)): End => ({
    kind: 'again',
    code,
    delayMs,
  });
  const runIn = async (job: TakenJob, room: RoomJobs): Promise<End> => {
    const { request } = job;
    const standing = await room.standing(request);
    if (standing.kind === 'settled') return DONE;
    if (standing.kind === 'unknown') return again(job, 'internal');
    const { task } = standing;
    const fail = async (code: JobFailure, model = options.modelOf(task)): Promise<End> => {
      await room.answer(request, { kind: 'failed', model, code, attempts: job.attempt });
      return DONE;
    };
    if (job.dead !== undefined) return fail(job.dead.code);
    if (room.isOff) return fail('switched-off');
    room.mark(request, 'running');
    const startedAt = clock.monotonic();
    const outcome = await attempt(job, room, standing);
    if (outcome !== 'aborted') {
      const seconds = (clock.monotonic() - startedAt) / 1000;
      options.onAttempt(task, outcome.kind === 'done' ? 'done' : outcome.code, seconds);
    }
    if (outcome === 'aborted') {
      // Stopped: what is asked of the room writes the result.
      return (await room.standing(request)).kind === 'settled' ? DONE : again(job, 'internal', 0);
    }
    if (outcome.kind === 'done') {
      const { kind, model, text, sources, sent } = outcome;
      await room.answer(request, {
        ...{ kind, model, text, attempts: job.attempt },
        sources: [...sources],
        ...(sent === undefined ? {} : { sent }),
      });
      return DONE;
    }
    if (outcome.kind === 'failed') return await fail(outcome.code, outcome.model);
    logger.info('jobs.attempt-failed', { room: job.room, task, attempt: job.attempt, code: outcome.code });
    if (job.attempt >= limits.jobAttempts) return await fail(outcome.code, outcome.model);
    return again(job, outcome.code, outcome.afterMs ?? pauseMs(job.attempt));
  };

  /** Tells the queue, as often as it takes: a job that is not settled is run again at the next start, and found answered. */
  const settle = async (job: TakenJob, end: End): Promise<void> => {
    for (let failures = 1; ; failures++) {
      try {
        if (end.kind === 'done') return await queue.done(job);
        await queue.again(job, end.code, end.delayMs);
        wakeIn(end.delayMs + 100);
        return;
      } catch {
        if (closed.signal.aborted) return;
        logger.warn('jobs.not-settled', { failures });
        await pause(pauseMs(failures));
      }
    }
  };
  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      closed.signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });

  const start = (job: TakenJob): void => {
    options.onTaken(job);
    const work = async (): Promise<void> => {
      let end: End;
      try {
        end = await run(job);
      } catch {
        end = { kind: 'again', code: 'internal', delayMs: pauseMs(job.attempt) }; // the room was left meanwhile
      }
      await settle(job, end);
    };
    active.set(
      job.id,
      work().finally(() => {
        active.delete(job.id);
        wake();
      }),
    );
  };
  const take = async (): Promise<void> => {
    while (isWanted && !closed.signal.aborted) {
      isWanted = false;
      const free = limits.jobConcurrency - active.size;
      if (free < 1) break;
      try {
        const jobs = await queue.take(free);
        for (const job of jobs) start(job);
        if (jobs.length === free) isWanted = true;
      } catch {
        logger.warn('jobs.queue-not-read');
      }
    }
    cancelPoll();
    if (!closed.signal.aborted) cancelPoll = clock.after(limits.jobPollMs, wake);
  };
  const wake = (): void => {
    if (closed.signal.aborted) return;
    isWanted = true;
    taking ??= take().finally(() => {
      taking = undefined;
      if (isWanted && active.size < limits.jobConcurrency) wake();
    });
  };
  wake();

  return {
    get running() {
      return active.size;
    },
    wake,
    async close() {
      closed.abort();
      cancelPoll();
      for (const cancel of timers) cancel();
      await taking;
      await Promise.all(active.values());
    },
  };
}
