import { canInsertNode, type CommandProps } from '@tiptap/core';
import { NodeSelection, TextSelection, type Transaction } from '@tiptap/pm/state';

/** A block that was just put in and is selected would give way to the next letter: the caret goes into a paragraph below it. */
export function writeBelow(tr: Transaction): void {
  const { selection } = tr;
  const { paragraph } = tr.doc.type.schema.nodes;
  if (!(selection instanceof NodeSelection) || !paragraph) return;
  const { $to, to } = selection;
  if ($to.nodeAfter?.type !== paragraph) {
    if (!$to.parent.canReplaceWith($to.index(), $to.index(), paragraph)) return;
    tr.insert(to, paragraph.create());
  }
  tr.setSelection(TextSelection.create(tr.doc, to + 1));
}

/** Puts a divider at the selection, below a selected block, and the caret below the divider. */
export function insertDivider({ commands, dispatch, state, tr }: CommandProps): boolean {
  const { horizontalRule } = state.schema.nodes;
  if (!horizontalRule || !canInsertNode(state, horizontalRule)) return false;
  const divider = { type: 'horizontalRule' };
  const { selection } = tr;
  const isIn =
    selection instanceof NodeSelection
      ? commands.insertContentAt(selection.to, divider)
      : commands.insertContent(divider);
  if (isIn && dispatch) writeBelow(tr.scrollIntoView());
  return isIn;
}
