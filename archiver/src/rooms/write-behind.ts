/**
 * The store as a replica in the archive sees it. Entries are handed on at once and the replica is not kept waiting for
 * the commit: peers go on being forwarded to each other while the database is away, and batches share commits. What is
 * promised to anybody comes from the store's own commits, never from here.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { DocAddress, LogStore } from '@vicinal/shared/log/types.ts';

/** `onFailed` is told once, when a batch can never be stored: the replica is ahead of the disk from then on. */
export function createWriteBehind(store: LogStore, onFailed: (address: DocAddress, error: AppError) => void): LogStore {
  let failure: AppError | undefined;
  return {
    // Peers are served from the first entry on, so the whole log is read and not what follows a checkpoint.
    load: async (address) => {
      const { headers, entries, receipted } = await store.load(address);
      return { headers, entries, receipted };
    },
    append: async (address, batch) => {
      if (failure) throw failure;
      store.append(address, batch).catch((cause: unknown) => {
        if (failure) return;
        failure = cause instanceof AppError ? cause : new AppError('storage-failed', 'append', { cause });
        onFailed(address, failure);
      });
      return 'memory';
    },
    saveCheckpoint: (checkpoint) => store.saveCheckpoint(checkpoint),
    saveReceipted: (address, heads) => store.saveReceipted(address, heads),
    close: async () => undefined,
  };
}
