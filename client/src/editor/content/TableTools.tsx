import { For, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import BetweenHorizontalEnd from 'lucide-solid/icons/between-horizontal-end';
import BetweenHorizontalStart from 'lucide-solid/icons/between-horizontal-start';
import BetweenVerticalEnd from 'lucide-solid/icons/between-vertical-end';
import BetweenVerticalStart from 'lucide-solid/icons/between-vertical-start';
import FoldHorizontal from 'lucide-solid/icons/fold-horizontal';
import FoldVertical from 'lucide-solid/icons/fold-vertical';
import PanelTop from 'lucide-solid/icons/panel-top';
import Trash from 'lucide-solid/icons/trash';
import { Dynamic } from 'solid-js/web';
import { t } from '../../i18n/messages.ts';
import { ToolRow } from './ToolRow.tsx';
import { canEditTable, editTable, type TableEdit } from './table.ts';

const TOOLS: readonly (readonly [TableEdit, typeof Trash])[] = [
  ['addRowBefore', BetweenHorizontalStart],
  ['addRowAfter', BetweenHorizontalEnd],
  ['deleteRow', FoldVertical],
  ['addColumnBefore', BetweenVerticalStart],
  ['addColumnAfter', BetweenVerticalEnd],
  ['deleteColumn', FoldHorizontal],
  ['toggleHeaderRow', PanelTop],
  ['deleteTable', Trash],
];

/** Rows and columns of the table around the caret. `revision` counts the changes of the editor. */
export function TableTools(props: { editor: Editor; revision: number }): JSX.Element {
  // as in ContextBar
  const { editor } = props;
  const isDisabled = (edit: TableEdit): boolean => (props.revision, !canEditTable(editor.state, edit));
  return (
    <ToolRow label={t('editor.table.tools')}>
      <For each={TOOLS}>
        {([edit, icon]) => (
          <button
            type="button"
            class="format-tool"
            classList={{ 'format-tool-group': edit === 'addColumnBefore' || edit === 'toggleHeaderRow' }}
            aria-label={t(`editor.table.${edit}`)}
            data-tooltip={t(`editor.table.${edit}`)}
            aria-disabled={isDisabled(edit) ? 'true' : undefined}
            onClick={() => editTable(editor, edit)}
          >
            <Dynamic component={icon} class="icon" aria-hidden="true" />
          </button>
        )}
      </For>
    </ToolRow>
  );
}
