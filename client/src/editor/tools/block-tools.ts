/** Moving and changing whole blocks by key; the menu and the handle use the same edits. */
import { Extension, type Editor } from '@tiptap/core';
import type { Transaction } from '@tiptap/pm/state';
import { SHORTCUTS } from '../../context/shortcuts.ts';
import { t } from '../../i18n/messages.ts';
import type { BlockKind } from './block-kinds.ts';
import {
  deleteBlocks,
  duplicateBlocks,
  isList,
  moveBlocks,
  moveBlocksTo,
  placeOf,
  selectedBlocks,
  type BlockRange,
  type Direction,
} from './block-range.ts';

declare module '@tiptap/core' {
  interface EditorEvents {
    /** The menu of the block at the caret is asked for. */
    blockMenu: undefined;
    /** Something to say politely to those who do not see it. */
    say: string;
  }
}

export interface BlockToolsOptions {
  readonly canWrite: () => boolean;
  /** The next edit begins a new undo step. */
  readonly endUndoStep: () => void;
}

declare module '@tiptap/core' {
  interface Storage {
    blockTools: BlockToolsOptions;
  }
}

export const createBlockTools = (options: BlockToolsOptions) =>
  Extension.create<object, BlockToolsOptions>({
    name: 'blockTools',
    priority: 1500,
    addStorage: () => options,
    addKeyboardShortcuts() {
      const { editor } = this;
      const whileWriting = (run: () => void) => () => {
        if (!options.canWrite()) return false;
        run();
        return true;
      };
      return {
        [SHORTCUTS.moveUp.keys]: whileWriting(() => move(editor, selectedBlocks(editor.state.selection), 'up')),
        [SHORTCUTS.moveDown.keys]: whileWriting(() => move(editor, selectedBlocks(editor.state.selection), 'down')),
        [SHORTCUTS.blockMenu.keys]: whileWriting(() => openBlockMenu(editor)),
      };
    },
  });

export const openBlockMenu = (editor: Editor): void => void editor.emit('blockMenu', undefined);

/** Every edit of a whole block is an undo step of its own. */
function dispatch(editor: Editor, transaction: Transaction | undefined): boolean {
  const options = editor.storage.blockTools;
  if (!transaction || !options.canWrite()) return false;
  options.endUndoStep();
  editor.view.dispatch(transaction);
  options.endUndoStep();
  return true;
}

export function move(editor: Editor, range: BlockRange, direction: Direction): void {
  if (!dispatch(editor, moveBlocks(editor.state, range, direction))) {
    editor.emit('say', t(`block.edge.${direction}`));
    return;
  }
  const moved = selectedBlocks(editor.state.selection);
  editor.emit('say', t(`block.moved.${direction}`, { ...placeOf(editor.state.doc, moved) }));
}

/** False when there is nothing to do or the place does not fit. */
export function moveTo(editor: Editor, range: BlockRange, target: number): boolean {
  if (!dispatch(editor, moveBlocksTo(editor.state, range, target))) return false;
  const moved = selectedBlocks(editor.state.selection);
  editor.emit('say', t('block.moved.here', { ...placeOf(editor.state.doc, moved) }));
  return true;
}

export function duplicate(editor: Editor, range: BlockRange): void {
  if (dispatch(editor, duplicateBlocks(editor.state, range))) editor.emit('say', t('block.duplicated'));
}

export function remove(editor: Editor, range: BlockRange): void {
  if (dispatch(editor, deleteBlocks(editor.state, range))) editor.emit('say', t('block.deleted'));
}

export function turnInto(editor: Editor, range: BlockRange, kind: BlockKind): void {
  const options = editor.storage.blockTools;
  if (!options.canWrite()) return;
  const isItem = isList(editor.state.doc.resolve(range.from).parent);
  // of an item only its own line; what hangs below it stays
  const end = isItem ? range.from + 1 + (editor.state.doc.nodeAt(range.from + 1)?.nodeSize ?? 1) : range.to;
  editor.commands.setTextSelection({ from: range.from + 1, to: end - 1 });
  options.endUndoStep();
  kind.apply(editor.chain(), editor).run();
  options.endUndoStep();
  editor.commands.setTextSelection(editor.state.selection.head);
}

const itemType = (editor: Editor): 'taskItem' | 'listItem' => (editor.isActive('taskItem') ? 'taskItem' : 'listItem');

export const canIndent = (editor: Editor): boolean => editor.can().sinkListItem(itemType(editor));
export const canOutdent = (editor: Editor): boolean => editor.can().liftListItem(itemType(editor));

/** One level deeper into the list, or out of it. */
export function indent(editor: Editor, direction: 'in' | 'out'): void {
  const options = editor.storage.blockTools;
  options.endUndoStep();
  if (direction === 'in') editor.commands.sinkListItem(itemType(editor));
  else editor.commands.liftListItem(itemType(editor));
  options.endUndoStep();
}
