/** A {@link LogStore} in memory, with faults on demand. */
import { AppError } from '../app-error.ts';
import { sessionClientId } from '../log/session.ts';
import type {
  Checkpoint,
  DocAddress,
  Durability,
  Entry,
  LogBatch,
  LogHeader,
  LogStore,
  StoredReceiptHeads,
} from '../log/types.ts';

interface StoredDocument {
  readonly headers: Map<number, LogHeader>;
  readonly entries: Map<string, Entry>;
  readonly receipted: Map<string, StoredReceiptHeads>;
  checkpoint?: Checkpoint;
}

export interface MemoryStore extends LogStore {
  /** `load` rejects from now on. */
  failLoads(fails: boolean): void;
  /** `append` rejects from now on. */
  failAppends(fails: boolean): void;
  /** Every entry held, in the order stored. */
  entries(address: DocAddress): readonly Entry[];
}

export function createMemoryStore(durability: Durability = 'device'): MemoryStore {
  const documents = new Map<string, StoredDocument>();
  let loadFails = false;
  let appendFails = false;
  const documentOf = (address: DocAddress): StoredDocument => {
    const key = `${address.room}/${address.doc}/${address.gen}`;
    const known = documents.get(key);
    if (known) return known;
    const fresh: StoredDocument = { headers: new Map(), entries: new Map(), receipted: new Map() };
    documents.set(key, fresh);
    return fresh;
  };
  return {
    failLoads: (fails) => void (loadFails = fails),
    failAppends: (fails) => void (appendFails = fails),
    entries: (address) => [...documentOf(address).entries.values()],
    load: async (address) => {
      if (loadFails) throw new AppError('storage-failed', 'injected');
      const { headers, entries, receipted, checkpoint } = documentOf(address);
      return {
        headers: [...headers.values()],
        entries: [...entries.values()],
        receipted: [...receipted.values()],
        ...(checkpoint ? { checkpoint } : {}),
      };
    },
    append: async (address, batch: LogBatch) => {
      if (appendFails) throw new AppError('storage-failed', 'injected');
      const document = documentOf(address);
      for (const header of batch.headers) {
        const clientId = sessionClientId(header);
        const known = document.headers.get(clientId);
        if (!known || header.grant !== '') document.headers.set(clientId, header);
      }
      for (const entry of batch.entries) {
        const key = `${entry.clientId}/${entry.seq}`;
        if (!document.entries.has(key)) document.entries.set(key, entry);
      }
      return durability;
    },
    saveCheckpoint: async (checkpoint) => void (documentOf(checkpoint).checkpoint = checkpoint),
    saveReceipted: async (address, heads) => void documentOf(address).receipted.set(heads.by, heads),
    close: async () => undefined,
  };
}
