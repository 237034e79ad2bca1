/**
 * Tables: rows of cells of equal rank, no merged cells, no widths. Nothing is tidied up on its own: rows that differ in
 * length after concurrent edits are shown as they are, and made even with a person's next change of the table.
 */
import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table';
import type { CommandProps, Editor } from '@tiptap/core';
import type { EditorState } from '@tiptap/pm/state';
import { Plugin } from '@tiptap/pm/state';
import { fixTables, isInTable, selectedRect, tableEditing } from '@tiptap/pm/tables';

export const MAX_TABLE_ROWS = 500;
export const MAX_TABLE_COLUMNS = 30;
const NEW_TABLE = { rows: 3, cols: 3, withHeaderRow: true };

/** Blocks a cell may hold: no headings, dividers, quotes or tables. */
const CELL_CONTENT = '(paragraph | bulletList | orderedList | taskList | codeBlock | image)+';

/** The table library asks for these; they are always 1 and never stored. */
const spans = () => ({
  colspan: { default: 1, rendered: false, parseHTML: () => 1 },
  rowspan: { default: 1, rendered: false, parseHTML: () => 1 },
});

export type TableEdit =
  | 'addRowBefore'
  | 'addRowAfter'
  | 'deleteRow'
  | 'addColumnBefore'
  | 'addColumnAfter'
  | 'deleteColumn'
  | 'toggleHeaderRow'
  | 'deleteTable';

/** Rows and columns of the table around the selection. */
function tableSize(state: EditorState): { rows: number; columns: number } | undefined {
  if (!isInTable(state)) return undefined;
  const { map } = selectedRect(state);
  return { rows: map.height, columns: map.width };
}

export function canEditTable(state: EditorState, edit: TableEdit): boolean {
  const size = tableSize(state);
  if (!size) return false;
  if (edit === 'addRowBefore' || edit === 'addRowAfter') return size.rows < MAX_TABLE_ROWS;
  if (edit === 'addColumnBefore' || edit === 'addColumnAfter') return size.columns < MAX_TABLE_COLUMNS;
  return true;
}

/** Makes the rows even first: the commands take that for granted. */
export function editTable(editor: Editor, edit: TableEdit): boolean {
  if (!editor.isEditable || !canEditTable(editor.state, edit)) return false;
  const even = fixTables(editor.state);
  if (even) editor.view.dispatch(even);
  return editor.chain().focus(undefined, { scrollIntoView: false })[edit]().run();
}

export const tableExtensions = [
  Table.extend({
    renderHTML: () => ['div', { class: 'table-scroll' }, ['table', ['tbody', 0]]],
    // the library's own view writes style attributes
    addNodeView: () => null,
    addCommands() {
      const commands = this.parent?.() ?? {};
      return {
        ...commands,
        insertTable: (options) => (props: CommandProps) =>
          !isInTable(props.state) && commands.insertTable?.(options ?? NEW_TABLE)(props) === true,
      };
    },
    addKeyboardShortcuts() {
      const { editor } = this;
      const atCell = (run: () => boolean) => () => isInTable(editor.state) && run();
      return {
        ...this.parent?.(),
        Tab: atCell(() => {
          if (editor.commands.goToNextCell()) return true;
          return editTable(editor, 'addRowAfter') && editor.commands.goToNextCell();
        }),
        'Shift-Tab': atCell(() => editor.commands.goToPreviousCell()),
      };
    },
    addProseMirrorPlugins() {
      const { spec } = tableEditing();
      // shown to itself as its own past, the library finds nothing to tidy up and looks after the selection alone
      return [
        new Plugin({
          ...spec,
          appendTransaction(transactions, _, state) {
            return spec.appendTransaction?.call(this, transactions, state, state);
          },
        }),
      ];
    },
  }),
  TableRow.extend({ content: '(tableCell | tableHeader)*' }),
  TableCell.extend({ content: CELL_CONTENT, addAttributes: spans }),
  TableHeader.extend({ content: CELL_CONTENT, addAttributes: spans }),
];
