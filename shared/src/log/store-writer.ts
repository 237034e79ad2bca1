/** Writes batches to a store one after another. What fails stays queued, in order, and is tried again. */
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { DocAddress, Durability, Entry, LogBatch, LogHeader, LogStore } from './types.ts';

const MAX_RETRY_MS = 30_000;
const EMPTY: LogBatch = { headers: [], entries: [] };

export interface StoreWriterOptions {
  readonly address: DocAddress;
  readonly store: LogStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly gatherMs: number;
  readonly retryMs: number;
  readonly onStored: (batch: LogBatch, durability: Durability) => void;
  readonly onFailed: (error: AppError) => void;
}

export interface StoreWriter {
  /** Resolves once the batch is durable; rejects with 'storage-failed' when the attempt that held it fails (it stays queued). */
  append(batch: LogBatch): Promise<void>;
  /** Resolves when nothing is queued; rejects when a new attempt fails. */
  flush(): Promise<void>;
  /** Entries handed over and not durable yet. */
  readonly queued: number;
  /** Those entries with their headers, in order. */
  pending(): LogBatch;
  /** Stops retrying. */
  close(): void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

export function createStoreWriter(options: StoreWriterOptions): StoreWriter {
  let headers: LogHeader[] = [];
  let entries: Entry[] = [];
  let waiters: Waiter[] = [];
  let writing: LogBatch = EMPTY;
  let isRunning = false;
  let isClosed = false;
  let retryMs = options.retryMs;
  let cancelRetry: (() => void) | undefined;
  let cancelGathering: (() => void) | undefined;

  const scheduleRetry = (): void => {
    if (isClosed) return;
    cancelRetry?.();
    cancelRetry = options.clock.after(retryMs, () => void run());
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  };
  const run = async (): Promise<void> => {
    cancelGathering?.();
    cancelGathering = undefined;
    if (isRunning) return;
    isRunning = true;
    while (headers.length > 0 || entries.length > 0 || waiters.length > 0) {
      const batch: LogBatch = { headers, entries };
      const waiting = waiters;
      headers = [];
      entries = [];
      waiters = [];
      writing = batch;
      try {
        if (batch.headers.length + batch.entries.length > 0) {
          const durability = await options.store.append(options.address, batch);
          writing = EMPTY;
          options.onStored(batch, durability);
        }
        retryMs = options.retryMs;
        for (const waiter of waiting) waiter.resolve();
      } catch (cause) {
        headers = [...batch.headers, ...headers];
        entries = [...batch.entries, ...entries];
        const error = cause instanceof AppError ? cause : new AppError('storage-failed', 'append', { cause });
        options.logger.error('log.store-failed', { entries: entries.length });
        scheduleRetry();
        options.onFailed(error);
        for (const waiter of waiting) waiter.reject(error);
        break;
      } finally {
        writing = EMPTY;
      }
    }
    isRunning = false;
  };
  const wait = (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiters.push({ resolve, reject });
    return promise;
  };
  const runSoon = (): void => {
    if (options.gatherMs <= 0 || isClosed) return void run();
    if (!isRunning) cancelGathering ??= options.clock.after(options.gatherMs, () => void run());
  };

  return {
    append: (batch) => {
      headers.push(...batch.headers);
      for (const entry of batch.entries) entries.push(entry);
      const written = wait();
      runSoon();
      return written;
    },
    flush: () => {
      const written = wait();
      void run();
      return written;
    },
    get queued() {
      return entries.length + writing.entries.length;
    },
    pending: () => ({ headers: [...writing.headers, ...headers], entries: [...writing.entries, ...entries] }),
    close: () => {
      isClosed = true;
      cancelRetry?.();
      cancelGathering?.();
    },
  };
}
