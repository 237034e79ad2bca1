/** The menu of blocks behind "/". */
import type { Editor } from '@tiptap/core';
import { findKinds, type BlockKind } from './block-kinds.ts';
import { createTypedMenu } from './typed-menu.ts';

export const slashMenu = createTypedMenu<BlockKind>({ name: 'slash-menu', sign: '/', idOf: ({ id }) => id });

export interface SlashOptions {
  readonly canWrite: () => boolean;
  readonly kinds: (editor: Editor) => readonly BlockKind[];
  /** The next edit begins a new undo step. */
  readonly endUndoStep: () => void;
}

export const createSlashMenu = ({ canWrite, kinds, endUndoStep }: SlashOptions) =>
  slashMenu.createExtension({
    canWrite,
    find: (editor, query) => findKinds(kinds(editor), query),
    choose: (kind, typed, editor) => {
      endUndoStep();
      kind.apply(editor.chain().focus().deleteRange(typed), editor).run();
      endUndoStep();
    },
  });
