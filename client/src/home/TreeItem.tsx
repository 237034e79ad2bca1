import { createMemo, Show, type Accessor, type JSX } from 'solid-js';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import Folder from 'lucide-solid/icons/folder';
import FolderOpen from 'lucide-solid/icons/folder-open';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { homePath } from './home-view.ts';
import { Marks, marksOf, titleWithMarks, type Mark } from './Marks.tsx';
import { DocumentIcon, MoreIcon } from './row-icons.tsx';
import { startDrag } from './tree-drag.ts';
import type { DropSide, Item, TreeRow } from './tree-model.ts';
import { useWorkspaceActions } from './actions.ts';

export interface TreeItemProps {
  /** Undefined only while the row is being taken away. */
  row: Accessor<TreeRow | undefined>;
  top: Accessor<number>;
  isActive: Accessor<boolean>;
  isHere: Accessor<boolean>;
  dropSide: Accessor<DropSide | undefined>;
  onToggle: (row: TreeRow) => void;
  onMenu: (row: TreeRow, at: { x: number; y: number; width: number; height: number }) => void;
}

/** One row of the tree. */
export function TreeItem(props: TreeItemProps): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const row = createMemo<TreeRow | undefined>((last) => props.row() ?? last);
  const folder = createMemo(() => {
    const current = row();
    return current?.kind === 'folder' ? current : undefined;
  });
  const document = createMemo(() => {
    const current = row();
    return current?.kind === 'document' ? current.document : undefined;
  });
  const name = (): string => row()?.name || t('home.untitled');
  const marks = createMemo<Mark[]>(() => {
    const shown = document();
    return shown === undefined ? [] : marksOf(shown);
  });
  const href = (): string => {
    const shown = document();
    if (shown !== undefined) return paths.document(shown.room);
    const workspace = view.workspace();
    const id = folder()?.id;
    return workspace === undefined || id === undefined ? '' : homePath(workspace.id, { kind: 'folder', folder: id });
  };
  const withRow = (action: (row: TreeRow) => void): void => {
    const current = row();
    if (current !== undefined) action(current);
  };
  const item = (current: TreeRow): Item =>
    current.kind === 'folder' ? { kind: 'folder', id: current.id } : { kind: 'document', id: current.id };
  return (
    <div
      role="treeitem"
      class="tree-row"
      classList={{ 'is-dragged': actions.dragged()?.id === row()?.id }}
      tabindex={props.isActive() ? 0 : -1}
      aria-label={titleWithMarks(name(), marks())}
      aria-level={row()?.level}
      aria-posinset={row()?.position}
      aria-setsize={row()?.setSize}
      aria-expanded={folder()?.hasChildren === true ? folder()?.isExpanded : undefined}
      aria-current={props.isHere() ? 'page' : undefined}
      data-row={row()?.key}
      data-focus-key={row()?.key}
      data-drop={props.dropSide()}
      draggable={view.canWrite() ? 'true' : undefined}
      style={{ 'inset-block-start': `${props.top()}px`, '--level': row()?.level ?? 1 }}
      onDragStart={(event) => withRow((current) => startDrag(event, item(current), actions, href()))}
      onDragEnd={() => actions.setDragged(undefined)}
      onContextMenu={(event) => {
        event.preventDefault();
        withRow((current) => props.onMenu(current, { x: event.clientX, y: event.clientY, width: 0, height: 0 }));
      }}
    >
      <span
        class="tree-twisty"
        classList={{ 'is-open': folder()?.isExpanded === true }}
        aria-hidden="true"
        onClick={() => withRow((current) => props.onToggle(current))}
      >
        <Show when={folder()?.hasChildren}>
          <ChevronRight class="icon" />
        </Show>
      </span>
      <a class="tree-link" href={href()} tabindex="-1" draggable={view.canWrite() ? 'false' : undefined}>
        <Show when={folder()} fallback={<DocumentIcon />}>
          {(current) => (
            <Show
              when={current().isExpanded && current().hasChildren}
              fallback={<Folder class="icon" aria-hidden="true" />}
            >
              <FolderOpen class="icon" aria-hidden="true" />
            </Show>
          )}
        </Show>
        <span class="tree-name" classList={{ 'is-untitled': row()?.name === '' }}>
          {name()}
        </span>
        <Marks marks={marks().filter((mark) => mark !== 'starred')} />
      </a>
      <Show when={view.session()}>
        <button
          type="button"
          class="tree-more"
          tabindex="-1"
          aria-label={t('item.actions', { name: name() })}
          aria-haspopup="menu"
          onClick={(event) => {
            const at = event.currentTarget.getBoundingClientRect();
            withRow((current) => props.onMenu(current, at));
          }}
        >
          <MoreIcon />
        </button>
      </Show>
    </div>
  );
}
