/** Neighbouring blocks as one range, and the edits that move, copy and remove them. Pure: each returns a transaction. */
import { Fragment, type Node } from '@tiptap/pm/model';
import { NodeSelection, Selection, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';

/** Whole sibling blocks, from before the first to after the last. */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

export type Direction = 'up' | 'down';

const LISTS: ReadonlySet<string> = new Set(['bulletList', 'orderedList', 'taskList']);
export const isList = (node: Node): boolean => LISTS.has(node.type.name);

/** The items of the innermost list that holds the whole selection, else its top-level blocks. A list selected whole counts as one block. */
export function selectedBlocks({ $from, $to }: Selection): BlockRange {
  for (let depth = $from.sharedDepth($to.pos); depth > 0; depth--) {
    const node = $from.node(depth);
    const [first, last] = [$from.index(depth), $to.indexAfter(depth)];
    if (isList(node) && (first > 0 || last < node.childCount)) {
      return { from: $from.posAtIndex(first, depth), to: $from.posAtIndex(last, depth) };
    }
  }
  return { from: $from.posAtIndex($from.index(0), 0), to: $from.posAtIndex($to.indexAfter(0), 0) };
}

/** The list item or top-level block around a position: what the handle stands for. */
export function blockAround(doc: Node, position: number): BlockRange | undefined {
  const $pos = doc.resolve(Math.max(0, Math.min(position, doc.content.size)));
  for (let depth = $pos.depth; depth > 0; depth--) {
    if (depth === 1 || isList($pos.node(depth - 1))) return { from: $pos.before(depth), to: $pos.after(depth) };
  }
  return $pos.nodeAfter ? { from: $pos.pos, to: $pos.pos + $pos.nodeAfter.nodeSize } : undefined;
}

/** Where a range stands among its siblings, from 1. */
export function placeOf(doc: Node, range: BlockRange): { readonly place: number; readonly count: number } {
  const $from = doc.resolve(range.from);
  return { place: $from.index() + 1, count: $from.parent.childCount };
}

/** `undefined` at the edge of the document or list. The blocks passed over stay as they are, for whoever writes in them. */
export function moveBlocks(state: EditorState, range: BlockRange, direction: Direction): Transaction | undefined {
  const $from = state.doc.resolve(range.from);
  const $to = state.doc.resolve(range.to);
  const passed = direction === 'up' ? $from.nodeBefore : $to.nodeAfter;
  if (!passed) return undefined;
  return moveBlocksTo(state, range, direction === 'up' ? range.from - passed.nodeSize : range.to + passed.nodeSize);
}

/** Moves blocks to a place between others; list items that land outside a list get one of the kind they left. */
export function moveBlocksTo(state: EditorState, range: BlockRange, target: number): Transaction | undefined {
  if (target >= range.from && target <= range.to) return undefined;
  const { doc, tr } = state;
  const $from = doc.resolve(range.from);
  const $target = doc.resolve(target);
  const content = copies(nodesOf(doc, range));
  const placed = fit(content, $from.parent, $target.parent, $target.index());
  if (placed === undefined) return undefined;
  const gone = isWhole(doc, range) && $from.depth > 0 ? { from: $from.before(), to: $from.after() } : range;
  if (target > gone.from && target < gone.to) return undefined;
  tr.delete(gone.from, gone.to);
  const at = tr.mapping.map(target);
  tr.insert(at, placed);
  const offset = placed === content ? 0 : 1;
  keepSelection(state, tr, range, at + offset);
  return tr.scrollIntoView();
}

/** Where a copy of the blocks follows them, with the selection in the copy. */
export function duplicateBlocks(state: EditorState, range: BlockRange): Transaction {
  const tr = state.tr.insert(range.to, copies(nodesOf(state.doc, range)));
  keepSelection(state, tr, range, range.to);
  return tr.scrollIntoView();
}

export function deleteBlocks(state: EditorState, range: BlockRange): Transaction {
  const $from = state.doc.resolve(range.from);
  const isOnly = isWhole(state.doc, range);
  const { tr } = state;
  if (isOnly && $from.depth === 0) {
    const empty = state.schema.topNodeType.createAndFill();
    tr.replaceWith(range.from, range.to, empty?.content ?? Fragment.empty);
  } else if (isOnly) tr.delete($from.before(), $from.after());
  else tr.delete(range.from, range.to);
  return tr.setSelection(Selection.near(tr.doc.resolve(Math.min(range.from, tr.doc.content.size)))).scrollIntoView();
}

const nodesOf = (doc: Node, range: BlockRange): readonly Node[] => doc.slice(range.from, range.to).content.content;

/** New objects, so that the writer sees these as the ones that moved and leaves the blocks they passed untouched. */
const copies = (nodes: readonly Node[]): Fragment =>
  Fragment.fromArray(nodes.map((node) => node.type.create(node.attrs, node.content, node.marks)));

function isWhole(doc: Node, range: BlockRange): boolean {
  const $from = doc.resolve(range.from);
  return range.to - range.from === $from.parent.content.size;
}

function fit(content: Fragment, source: Node, parent: Node, index: number): Fragment | undefined {
  if (parent.canReplace(index, index, content)) return content;
  const list = isList(source) ? Fragment.from(source.type.create(source.attrs, content)) : undefined;
  return list && parent.canReplace(index, index, list) ? list : undefined;
}

/** The selection goes along with the blocks it was in. */
function keepSelection(state: EditorState, tr: Transaction, range: BlockRange, at: number): void {
  const { selection } = state;
  const isInside = selection.from >= range.from && selection.to <= range.to;
  if (!isInside) {
    tr.setSelection(Selection.near(tr.doc.resolve(Math.min(at + 1, tr.doc.content.size))));
    return;
  }
  const shifted = (position: number) => tr.doc.resolve(Math.min(position - range.from + at, tr.doc.content.size));
  if (selection instanceof NodeSelection) tr.setSelection(NodeSelection.create(tr.doc, shifted(selection.from).pos));
  else tr.setSelection(TextSelection.between(shifted(selection.anchor), shifted(selection.head)));
}
