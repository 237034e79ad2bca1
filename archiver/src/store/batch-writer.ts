/**
 * Hands jobs to the one writing connection: coalesced into one transaction, in order, tried again with backoff while
 * they stay in memory. A commit whose answer was lost is repeated; storage is idempotent.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { errorCodeOf, isRetryable } from './connection.ts';
import type { Queryable, WriterConnection } from './connection.ts';

export interface WriterLimits {
  /** How long the first job of a batch waits for others. */
  readonly coalesceMs: number;
  /** Jobs of more bytes than this together start another transaction. */
  readonly maxBatchBytes: number;
  /** More than this waiting refuses further jobs. */
  readonly maxPendingBytes: number;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** How long `close` goes on trying. */
  readonly closeTimeoutMs: number;
}

export interface WriteJob {
  readonly bytes: number;
  /** What the job belongs to, for `idle`. */
  readonly key: string;
  /** Told once why it will never be written. */
  fail(error: AppError): void;
}

export interface BatchWriter<Job> {
  readonly pendingBytes: number;
  readonly isReady: boolean;
  /** Fails the job at once when too much waits or the writer is closed. */
  add(job: Job): void;
  /** Resolves when every job of `key`, or every job at all, that was added before is settled. */
  idle(key?: string): Promise<void>;
  /** Runs a statement of upkeep on the writing connection, between transactions. */
  run<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface BatchWriterOptions<Job> {
  readonly connect: () => Promise<WriterConnection>;
  /** Writes all of `jobs` in one transaction and commits; returns one function per job that tells it the outcome. */
  readonly commit: (db: Queryable, jobs: readonly Job[]) => Promise<readonly (() => void)[]>;
  readonly limits: WriterLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onState: (isReady: boolean) => void;
}

export function createBatchWriter<Job extends WriteJob>(options: BatchWriterOptions<Job>): BatchWriter<Job> {
  const { limits, clock, random, logger } = options;
  const queue: Job[] = [];
  let inFlight: readonly Job[] = [];
  let pendingBytes = 0;
  let connection: WriterConnection | undefined;
  let isReady = false;
  let failures = 0;
  let running: Promise<void> | undefined;
  let wakeUp: (() => void) | undefined;
  let closing = false;
  let aborted = false;
  let waiters: { readonly jobs: Set<Job>; readonly done: () => void }[] = [];
  let exclusive: Promise<unknown> = Promise.resolve();

  const setReady = (next: boolean): void => {
    if (isReady === next) return;
    isReady = next;
    options.onState(next);
  };
  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(delayMs, () => resolve());
      wakeUp = () => {
        cancel();
        resolve();
      };
    });
  const settled = (job: Job): void => {
    pendingBytes -= job.bytes;
    waiters = waiters.filter((waiter) => {
      waiter.jobs.delete(job);
      if (waiter.jobs.size > 0) return true;
      waiter.done();
      return false;
    });
  };
  const takeBatch = (): Job[] => {
    let bytes = 0;
    let count = 0;
    for (const job of queue) {
      if (count > 0 && bytes + job.bytes > limits.maxBatchBytes) break;
      bytes += job.bytes;
      count++;
    }
    return queue.splice(0, count);
  };
  /** One use of the connection at a time: transactions and upkeep take turns. */
  const alone = <T>(work: (db: WriterConnection) => Promise<T>): Promise<T> => {
    const turn = exclusive.then(async () => {
      connection = connection?.isOpen === true ? connection : await options.connect();
      return await work(connection);
    });
    exclusive = turn.catch(() => undefined); // reported to whoever asked
    return turn;
  };
  const dropConnection = async (): Promise<void> => {
    const broken = connection;
    connection = undefined;
    await broken?.end();
  };

  /** Writes `jobs` in one transaction; when one of them is at fault, finds it by writing them one by one. */
  const write = async (jobs: readonly Job[]): Promise<void> => {
    try {
      const settle = await alone((db) => options.commit(db, jobs));
      failures = 0;
      setReady(true);
      jobs.forEach((job, i) => {
        settle[i]?.();
        settled(job);
      });
      inFlight = inFlight.filter((job) => !jobs.includes(job));
    } catch (error) {
      if (isRetryable(error)) throw error;
      const [first, ...others] = jobs;
      if (first !== undefined && others.length === 0) {
        logger.error('archive.batch-refused', { code: errorCodeOf(error) });
        inFlight = inFlight.filter((job) => job !== first);
        first.fail(new AppError('storage-failed', 'the database refused the batch', { cause: error }));
        settled(first);
        return;
      }
      for (const job of jobs) await write([job]);
    }
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0 && !aborted) {
      if (!closing && failures === 0) await pause(limits.coalesceMs);
      const jobs = takeBatch();
      inFlight = jobs;
      try {
        await write(jobs);
      } catch (error) {
        queue.unshift(...inFlight);
        inFlight = [];
        failures++;
        setReady(false);
        await dropConnection();
        const ceiling = Math.min(limits.retryMaxMs, limits.retryMinMs * 2 ** Math.min(failures - 1, 16));
        const delayMs = Math.round(ceiling * (0.5 + random.fraction() / 2));
        logger.warn('archive.commit-failed', { code: errorCodeOf(error), failures, delayMs, pendingBytes });
        if (!aborted) await pause(delayMs);
      }
    }
  };
  const kick = (): void => {
    running ??= drain().finally(() => {
      running = undefined;
      if (queue.length > 0 && !aborted) kick();
    });
  };
  const failRest = (): void => {
    for (const job of [...inFlight, ...queue.splice(0)]) {
      job.fail(new AppError('storage-failed', 'the store was closed'));
      settled(job);
    }
    inFlight = [];
  };

  return {
    get pendingBytes() {
      return pendingBytes;
    },
    get isReady() {
      return isReady && connection?.isOpen === true;
    },
    add(job) {
      if (closing) return job.fail(new AppError('storage-failed', 'the store is closed'));
      if (pendingBytes + job.bytes > limits.maxPendingBytes)
        return job.fail(new AppError('storage-failed', 'too much waits to be stored'));
      pendingBytes += job.bytes;
      queue.push(job);
      kick();
    },
    idle(key) {
      const jobs = new Set([...inFlight, ...queue].filter((job) => key === undefined || job.key === key));
      if (jobs.size === 0) return Promise.resolve();
      return new Promise((resolve) => waiters.push({ jobs, done: resolve }));
    },
    async run(work) {
      try {
        const result = await alone(work);
        setReady(true);
        return result;
      } catch (error) {
        if (isRetryable(error)) {
          setReady(false);
          await dropConnection();
        }
        throw error;
      }
    },
    async close() {
      closing = true;
      wakeUp?.();
      const cancel = clock.after(limits.closeTimeoutMs, () => {
        aborted = true;
        wakeUp?.();
        void dropConnection(); // fails the statement in flight
      });
      await running;
      cancel();
      aborted = true;
      failRest();
      await exclusive;
      await dropConnection();
    },
  };
}
