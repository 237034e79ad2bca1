/** Work that would keep the event loop from the room's peers, on a thread of its own. */
import { Worker } from 'node:worker_threads';

export interface ThreadTask {
  /** Module of the thread: reads `workerData`, posts one message and ends. */
  readonly file: URL;
  readonly data: unknown;
  /** Heap, MiB. */
  readonly memoryMib: number;
}

/**
 * Resolves to what the thread posts. `signal` ends the thread wherever it is. Rejects when it ended without a message, with
 * its error where it had one ({@link isOutOfMemory}). Either way the thread has ended by then.
 */
export async function runInThread({ file, data, memoryMib }: ThreadTask, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  // Nothing of the environment: it holds keys and passwords that no thread needs.
  const worker = new Worker(file, {
    workerData: data,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMib },
  });
  const end = (): void => void worker.terminate();
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      let posted: { readonly message: unknown } | undefined;
      let failure: unknown = new Error('the thread ended without a message');
      worker.once('message', (message) => (posted = { message }));
      worker.once('error', (error) => (failure = error));
      worker.once('exit', () => {
        if (signal.aborted) reject(signal.reason as unknown);
        else if (posted === undefined) reject(failure);
        else resolve(posted.message);
      });
    });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
