/**
 * Reading a log without a replica. Plain Yjs deletes redundant format markers while it receives, in an order of its own,
 * and in the end may show other formatting than every replica does: logs are read into a gated document only.
 */
import type * as Y from 'yjs';
import { AppError } from '../app-error.ts';
import type { DocKind } from '../roles.ts';
import { RemoteOrigin } from '../room/origins.ts';
import { createGatedDoc } from './gated-doc.ts';

/**
 * What replicas show that hold these V1 updates, given in an order that applies; their validity is not looked at. Local
 * transactions throw 'forbidden'; the caller destroys the document. Throws AppError('internal') when an update refers to
 * what is not there, and what Yjs throws for bytes of another form.
 */
export function rebuildDocument(doc: DocKind, updates: Iterable<Uint8Array>): Y.Doc {
  const gated = createGatedDoc({
    doc,
    beforeLocal: () => new AppError('forbidden', 'a rebuilt document is read only'),
    onLocalUpdate: () => undefined,
    onObserverError: (error) => {
      throw error;
    },
  });
  const origin = new RemoteOrigin();
  try {
    gated.transactRemote(origin, () => {
      for (const update of updates) gated.apply(update, origin);
    });
  } catch (error) {
    gated.destroy();
    throw error;
  }
  return gated.ydoc;
}
