/** What of each document of a room is acknowledged by whom. Reads acknowledgements; counts nothing that was merely sent. */
import { equalBytes } from '@vicinal/shared/bytes.ts';
import type { BatchSource, LogBatch, Replica } from '@vicinal/shared/log/types.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import type { DocumentProgress } from './sync-status.ts';

export interface Progress {
  read(): readonly DocumentProgress[];
  /** Of one document, or of any. */
  hasEntries(doc?: DocKind): boolean;
  /** Call for every applied batch: it may bring the first entries, own ones too (from another tab or an earlier visit). */
  applied(doc: DocKind, batch: LogBatch, source: BatchSource): void;
}

export function createProgress(replicas: ReadonlyMap<DocKind, Replica>, devicePub: Uint8Array): Progress {
  const own = new Set<DocKind>();
  const looked = new Set<DocKind>();
  /** Once per document after loading: later entries are seen one by one. */
  const hasOwnEntries = (doc: DocKind, replica: Replica): boolean => {
    if (!looked.has(doc) && replica.state !== 'loading') {
      looked.add(doc);
      if (replica.heads().some(({ clientId }) => isOwn(replica.header(clientId)?.devicePub))) own.add(doc);
    }
    return own.has(doc);
  };
  const isOwn = (key: Uint8Array | undefined): boolean => key !== undefined && equalBytes(key, devicePub);
  return {
    read: () =>
      [...replicas].map(([doc, replica]) => ({
        ...replica.receipts.snapshot(),
        hasOwnEntries: hasOwnEntries(doc, replica),
        hasEntries: replica.heads().length > 0,
      })),
    hasEntries: (asked) => [...replicas].some(([doc, replica]) => doc === (asked ?? doc) && replica.heads().length > 0),
    applied: (doc, batch, source) => {
      if (own.has(doc)) return;
      const replica = replicas.get(doc);
      if (source.kind === 'local') own.add(doc);
      else if (batch.entries.some(({ clientId }) => isOwn(replica?.header(clientId)?.devicePub))) own.add(doc);
    },
  };
}
