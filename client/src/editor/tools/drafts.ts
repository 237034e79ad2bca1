/** Puts text that somebody accepted into the document, as their own edit. */
import { Extension } from '@tiptap/core';

declare module '@tiptap/core' {
  interface Storage {
    drafts: DraftStorage;
  }
}

export interface DraftStorage {
  /** The text had the focus once: the caret is where a person put it. */
  hasCaret: boolean;
  /** Paragraphs of plain text below the block of the caret, else at the end; one undo step. False when nothing was written. */
  insert: (paragraphs: readonly string[]) => boolean;
}

export interface DraftOptions {
  readonly canWrite: () => boolean;
  /** The next edit begins a new undo step. */
  readonly endUndoStep: () => void;
}

export const createDrafts = ({ canWrite, endUndoStep }: DraftOptions) =>
  Extension.create<object, DraftStorage>({
    name: 'drafts',
    addStorage: () => ({ hasCaret: false, insert: () => false }),
    onFocus() {
      this.editor.storage.drafts.hasCaret = true;
    },
    onBeforeCreate() {
      const { editor } = this;
      editor.storage.drafts.insert = (paragraphs) => {
        const { doc, selection } = editor.state;
        if (!canWrite() || paragraphs.length === 0) return false;
        const block = editor.storage.drafts.hasCaret ? selection.$head : doc.resolve(doc.content.size);
        // at depth 0 a block itself is selected, or nothing is
        const from = block.depth === 0 ? block.pos : block.before(1);
        const holder = block.depth === 0 ? block.nodeBefore : block.node(1);
        const isEmpty = holder?.type.name === 'paragraph' && holder.content.size === 0;
        const start = block.depth === 0 && isEmpty ? from - holder.nodeSize : from;
        const end = block.depth === 0 ? from : block.after(1);
        const content = paragraphs.map((text) => ({
          type: 'paragraph',
          ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
        }));
        endUndoStep();
        const isIn = editor.commands.insertContentAt(isEmpty ? { from: start, to: end } : end, content, {
          updateSelection: true,
          applyInputRules: false,
          applyPasteRules: false,
        });
        endUndoStep();
        return isIn;
      };
    },
  });
