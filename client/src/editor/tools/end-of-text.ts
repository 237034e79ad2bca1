/**
 * The way out at the end of a document: a click below the last block puts the caret there, and the arrow down leaves a
 * table or picture that nothing follows. A click alone writes nothing: where no text could stand, it sets a gap cursor.
 */
import { Extension, type Editor } from '@tiptap/core';
import { GapCursor } from '@tiptap/pm/gapcursor';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection, Plugin, PluginKey, Selection, TextSelection } from '@tiptap/pm/state';
import { isInTable, selectedRect } from '@tiptap/pm/tables';
import type { EditorView } from '@tiptap/pm/view';
import { writeBelow } from '../content/write-below.ts';

export const createEndOfText = (canWrite: () => boolean) =>
  Extension.create({
    name: 'endOfText',
    priority: 950,
    // code can have a gap cursor behind it too
    extendNodeSchema: ({ name }) => (name === 'codeBlock' ? { createGapCursor: true } : {}),
    addKeyboardShortcuts() {
      // the browser's own go to the text before a selected picture
      const stay = (): boolean => isBlockSelected(this.editor.state.selection);
      return { ArrowDown: () => canWrite() && leaveLastBlock(this.editor), Home: stay, End: stay };
    },
    addProseMirrorPlugins: () => [
      new Plugin({
        key: new PluginKey('end-of-text'),
        appendTransaction: (transactions, _, { selection, tr }) => {
          const isPaste = transactions.some((transaction) => transaction.getMeta('paste') === true);
          if (!isPaste || !(selection instanceof NodeSelection) || !canWrite()) return null;
          writeBelow(tr);
          return tr;
        },
        props: {
          handleDOMEvents: {
            mousedown: (view, event) => {
              if (!canWrite() || event.button !== 0 || event.shiftKey || !isBelowText(view, event)) return false;
              const end = endOf(view.state.doc);
              // below text the browser's own click goes to its end
              if (!(end instanceof GapCursor)) return false;
              event.preventDefault();
              if (!view.state.selection.eq(end)) view.dispatch(view.state.tr.setSelection(end));
              view.focus();
              return true;
            },
          },
        },
      }),
    ],
  });

const isBlockSelected = (selection: Selection): boolean => selection instanceof NodeSelection && selection.node.isBlock;

function isBelowText(view: EditorView, event: MouseEvent): boolean {
  const { doc } = view.state;
  if (event.target !== view.dom || !doc.lastChild) return false;
  const last = view.nodeDOM(doc.content.size - doc.lastChild.nodeSize);
  return last instanceof Element && event.clientY > last.getBoundingClientRect().bottom;
}

/** The end of the text, or a gap cursor behind a last block that text does not belong into. */
function endOf(doc: Node): Selection {
  for (let node = doc.lastChild; node; node = node.lastChild) {
    if (node.isAtom || node.type.spec.isolating === true || node.type.spec.code === true)
      return new GapCursor(doc.resolve(doc.content.size));
    if (node.inlineContent) break;
  }
  return Selection.atEnd(doc);
}

/** Only where nothing follows into which the caret could go: makes a paragraph there. */
function leaveLastBlock({ state, view }: Editor): boolean {
  const { selection, doc, tr, schema } = state;
  const after = endOfBlock(view);
  const { paragraph } = schema.nodes;
  if (after === undefined || !paragraph || Selection.findFrom(doc.resolve(after), 1)) return false;
  const end = doc.content.size;
  if (selection instanceof GapCursor && selection.head !== end) return false;
  tr.insert(end, paragraph.create());
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView());
  return true;
}

/** Where the table or picture ends that the caret would leave downwards. */
function endOfBlock(view: EditorView): number | undefined {
  const { state } = view;
  const { selection } = state;
  if (selection instanceof GapCursor) return selection.head;
  if (isBlockSelected(selection)) return selection.to;
  if (!(selection instanceof TextSelection) || !selection.empty || !isInTable(state)) return undefined;
  const { bottom, map, table, tableStart } = selectedRect(state);
  const { $head } = selection;
  const isLastLine = $head.node(-1).lastChild === $head.parent && view.endOfTextblock('down');
  return bottom === map.height && isLastLine ? tableStart - 1 + table.nodeSize : undefined;
}
