/** Undo of one's own edits only, at most {@link MAX_UNDO_STEPS} of them. */
import * as Y from 'yjs';
import type { BodySync } from './sync-plugin.ts';

export const MAX_UNDO_STEPS = 200;
/** Edits closer together than this are one step. */
export const UNDO_CAPTURE_MS = 500;

export interface BodyUndo {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): void;
  redo(): void;
  /** The next edit begins a new step. */
  endStep(): void;
  isOrigin(origin: unknown): boolean;
  on(event: 'change', listener: () => void): () => void;
  close(): void;
}

/** Does nothing while `canWrite` says no. `close()` must be called: the undo manager listens to the Y.Doc, which outlives the editor. */
export function createBodyUndo(sync: Pick<BodySync, 'body' | 'origin'>, canWrite: () => boolean): BodyUndo {
  const { body, origin } = sync;
  /** Client ids written under here; a changed role begins another. */
  const mine = new Set<number>();
  const undoManager = new Y.UndoManager(body, {
    trackedOrigins: new Set([origin]),
    captureTimeout: UNDO_CAPTURE_MS,
    deleteFilter: (item) => !holdsOthersText(item, mine),
  });
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  undoManager.on('stack-item-added', () => {
    if (body.doc) mine.add(body.doc.clientID);
    dropOldest(undoManager, body);
    changed();
  });
  undoManager.on('stack-item-popped', changed);
  undoManager.on('stack-cleared', changed);
  return {
    get canUndo() {
      return undoManager.undoStack.length > 0;
    },
    get canRedo() {
      return undoManager.redoStack.length > 0;
    },
    undo: () => void (canWrite() && undoManager.undo()),
    redo: () => void (canWrite() && undoManager.redo()),
    endStep: () => undoManager.stopCapturing(),
    isOrigin: (value) => value === undoManager,
    on: (_, listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      listeners.clear();
      undoManager.clear();
      undoManager.destroy();
      // UndoManager.destroy leaves this listener, which it registered itself
      body.doc?.off('destroy', undoManager.destroy);
    },
  };
}

/** Undoing the making of a block keeps it while it holds what another person wrote; a paragraph, while it holds text. */
function holdsOthersText(item: Y.Item, mine: ReadonlySet<number>): boolean {
  if (!(item.content instanceof Y.ContentType)) return false;
  const { type } = item.content;
  const isHolder = type instanceof Y.XmlText || (type instanceof Y.XmlElement && type.nodeName === 'paragraph');
  return (isHolder && type._length > 0) || holdsForeign(type, mine);
}

function holdsForeign(type: { readonly _start: Y.Item | null }, mine: ReadonlySet<number>): boolean {
  for (let child = type._start; child; child = child.right) {
    if (child.deleted) continue;
    if (!mine.has(child.id.client)) return true;
    if (child.content instanceof Y.ContentType && holdsForeign(child.content.type, mine)) return true;
  }
  return false;
}

function dropOldest(undoManager: Y.UndoManager, body: Y.XmlFragment): void {
  const dropped = undoManager.undoStack.splice(0, Math.max(0, undoManager.undoStack.length - MAX_UNDO_STEPS));
  if (dropped.length === 0) return;
  body.doc?.transact((transaction) => {
    for (const step of dropped) {
      Y.iterateDeletedStructs(transaction, step.deletions, (struct) => {
        if (struct instanceof Y.Item && Y.isParentOf(body, struct)) release(struct);
      });
    }
  });
}

/** As Yjs's own keepItem(item, false), which is not exported. */
function release(item: Y.Item): void {
  let at: Y.Item | null = item;
  while (at?.keep) {
    at.keep = false;
    at = at.parent instanceof Y.AbstractType ? at.parent._item : null;
  }
}
