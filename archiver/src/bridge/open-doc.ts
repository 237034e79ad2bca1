/** The Y.Doc of an open room, which the stock provider changes by itself: a gate, and bounds on what Yjs keeps aside. */
import { AppError } from '@vicinal/shared/app-error.ts';
import * as Y from 'yjs';

export interface OpenDocOptions {
  /** Asked before every change; false refuses it before anything changes. */
  readonly isTaking: () => boolean;
  /** V1 update of a change that was made. */
  readonly onUpdate: (update: Uint8Array) => void;
  readonly onRefused: () => void;
  /** Updates whose predecessors never came were dropped. */
  readonly onDropped: () => void;
  readonly maxPendingBytes: number;
}

export interface OpenDoc {
  readonly ydoc: Y.Doc;
  /** Applies what is stored, without asking. Throws what Yjs throws. */
  load(updates: readonly Uint8Array[]): void;
  /** The whole document as one V1 update, made from what was applied. */
  state(): Uint8Array<ArrayBuffer>;
  close(): void;
}

export function createOpenDoc(options: OpenDocOptions): OpenDoc {
  const ydoc = new Y.Doc();
  let isLoading = false;

  ydoc.on('beforeTransaction', () => {
    if (isLoading || options.isTaking()) return;
    // Yjs has registered the transaction but not begun it: forget it, as if it had never been asked for.
    ydoc._transaction = null;
    ydoc._transactionCleanups.pop();
    options.onRefused();
    throw new AppError('limit-exceeded', 'the open room takes no updates');
  });
  ydoc.on('beforeObserverCalls', (transaction: Y.Transaction) => {
    // Receiving never writes: Yjs would delete redundant format markers in a transaction of its own.
    Object.defineProperty(transaction, '_needFormattingCleanup', { get: () => false, set: ignore });
  });
  ydoc.on('afterTransaction', () => {
    const { pendingStructs, pendingDs } = ydoc.store;
    if ((pendingStructs?.update.length ?? 0) + (pendingDs?.length ?? 0) <= options.maxPendingBytes) return;
    ydoc.store.pendingStructs = null;
    ydoc.store.pendingDs = null;
    options.onDropped();
  });
  ydoc.on('update', (update: Uint8Array) => {
    if (!isLoading) options.onUpdate(update);
  });

  return {
    ydoc,
    load(updates) {
      isLoading = true;
      try {
        for (const update of updates) Y.applyUpdate(ydoc, update);
      } finally {
        isLoading = false;
      }
    },
    state: () => new Uint8Array(Y.encodeStateAsUpdate(ydoc)),
    close: () => ydoc.destroy(),
  };
}

const ignore = (): void => undefined;

/** Updates one after the other, each after its length as a big-endian u32. Never merged: their bytes are a stranger's. */
export function encodeUpdates(updates: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(updates.reduce((sum, update) => sum + 4 + update.length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const update of updates) {
    view.setUint32(offset, update.length);
    bytes.set(update, offset + 4);
    offset += 4 + update.length;
  }
  return bytes;
}

/** Throws 'storage-failed' for bytes of another form. */
export function decodeUpdates(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const updates: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const end = offset + 4 <= bytes.length ? offset + 4 + view.getUint32(offset) : Infinity;
    if (end > bytes.length) throw new AppError('storage-failed', 'a batch of an open room is cut off');
    updates.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  return updates;
}
