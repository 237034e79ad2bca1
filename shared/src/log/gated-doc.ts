/**
 * The Y.Doc of a replica. It changes in two ways only: by local transactions while writing is allowed, and by
 * {@link GatedDoc.apply}. Pinned to yjs 13.6.33 by a contract test: it relies on `beforeTransaction` and
 * `beforeObserverCalls` running before a transaction's function and before its observers.
 */
import * as Y from 'yjs';
import { AppError } from '../app-error.ts';
import { ROOTS } from '../room/documents.ts';
import type { RootType } from '../room/documents.ts';
import type { RemoteOrigin } from '../room/origins.ts';
import type { DocKind } from '../roles.ts';

export interface GatedDocOptions {
  readonly doc: DocKind;
  /** Asked before every local transaction; an error refuses it before anything changes, and is thrown at the caller. */
  readonly beforeLocal: () => AppError | undefined;
  /** V1 update of a local transaction that changed something. */
  readonly onLocalUpdate: (update: Uint8Array) => void;
  /** An observer threw while a remote change was delivered; the change itself is applied. */
  readonly onObserverError: (error: unknown) => void;
}

export interface GatedDoc {
  readonly ydoc: Y.Doc;
  /** Runs `body`, in which {@link GatedDoc.apply} may be called, as one transaction that writes nothing of its own. */
  transactRemote(origin: RemoteOrigin, body: () => void): void;
  /** Applies a validated V1 update. Throws AppError('internal') when Yjs would have to keep a part of it pending. */
  apply(update: Uint8Array, origin: RemoteOrigin): void;
  destroy(): void;
}

export function createGatedDoc(options: GatedDocOptions): GatedDoc {
  const ydoc = new Y.Doc({ gc: false });
  for (const [name, type] of Object.entries(ROOTS[options.doc])) defineRoot(ydoc, name, type);
  let isApplying = false;

  ydoc.on('beforeTransaction', (transaction: Y.Transaction) => {
    if (isApplying && !transaction.local) return;
    const refusal = transaction.local
      ? options.beforeLocal()
      : new AppError('forbidden', 'only entries and checkpoints change a document');
    if (!refusal) return;
    abandon(ydoc);
    throw refusal;
  });
  const onUpdate = (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    if (transaction.local) options.onLocalUpdate(update);
  };
  const listen = (): void => void ydoc.on('update', onUpdate);
  listen();
  ydoc.on('beforeObserverCalls', (transaction: Y.Transaction) => {
    listen();
    if (!transaction.local) suppressCleanUp(transaction);
  });
  // Yjs encodes a transaction anew as soon as anybody listens: nobody does here while a remote one ends.
  ydoc.on('afterTransactionCleanup', (transaction: Y.Transaction) => {
    // with others listening it is encoded anyway, and who listened first goes on being told first
    if (!transaction.local && ydoc._observers.get('update')?.size === 1) ydoc.off('update', onUpdate);
  });
  ydoc.on('afterAllTransactions', listen);

  const transactRemote = (origin: RemoteOrigin, body: () => void): void => {
    let bodyError: { readonly thrown: unknown } | undefined;
    const guarded = (): void => {
      isApplying = true;
      try {
        body();
      } catch (error) {
        bodyError = { thrown: error };
      } finally {
        isApplying = false;
      }
    };
    isApplying = true;
    try {
      Y.transact(ydoc, guarded, origin, false);
    } catch (error) {
      options.onObserverError(error);
    } finally {
      isApplying = false;
    }
    // oxlint-disable-next-line typescript/only-throw-error -- handed on as it was thrown
    if (bodyError) throw bodyError.thrown;
  };

  return {
    ydoc,
    transactRemote,
    apply: (update, origin) => {
      Y.applyUpdate(ydoc, update, origin);
      if (ydoc.store.pendingStructs !== null || ydoc.store.pendingDs !== null)
        throw new AppError('internal', 'yjs kept a part of a valid update pending');
    },
    destroy: () => ydoc.destroy(),
  };
}

function defineRoot(ydoc: Y.Doc, name: string, type: RootType): void {
  switch (type) {
    case 'map':
      return void ydoc.getMap(name);
    case 'text':
      return void ydoc.getText(name);
    case 'xml':
      return void ydoc.getXmlFragment(name);
    case 'array':
      return void ydoc.getArray(name);
  }
}

/** Yjs has registered the transaction but not begun it: forget it, as if it had never been asked for. */
function abandon(ydoc: Y.Doc): void {
  ydoc._transaction = null;
  ydoc._transactionCleanups.pop();
}

const ignore = (): void => undefined;

/**
 * Receiving never writes: after a remote change to formatted text Yjs deletes redundant format markers in a local
 * transaction of its own (YText `_callObserver`). The flag that asks for it reads false for good.
 */
function suppressCleanUp(transaction: Y.Transaction): void {
  Object.defineProperty(transaction, '_needFormattingCleanup', { get: () => false, set: ignore });
}
