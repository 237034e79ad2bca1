import { createMemo, createSignal, For, Show, type JSX } from 'solid-js';
import Folder from 'lucide-solid/icons/folder';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import type { FolderId, FolderSummary } from '../room/types.ts';
import { useWorkspaceActions } from './actions.ts';
import { homePath } from './home-view.ts';
import { startDrag } from './tree-drag.ts';
import { childFolders, isWithin, moveInto, type Item } from './tree-model.ts';

/** The folders of one level, to open and to drop things into. */
export function FolderCards(props: { parent: FolderId | undefined }): JSX.Element {
  const view = useWorkspace();
  const folders = createMemo(() => childFolders(view.folders(), props.parent));
  return (
    <Show when={folders().length > 0}>
      <ul class="folder-cards" aria-label={t('home.folders')}>
        <For each={folders()}>{(folder) => <FolderCard folder={folder} />}</For>
      </ul>
    </Show>
  );
}

function FolderCard(props: { folder: FolderSummary }): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const [isOver, setOver] = createSignal(false);
  let card: HTMLAnchorElement | undefined;
  const item = (): Item => ({ kind: 'folder', id: props.folder.id });
  const count = createMemo(
    () => view.documents().filter((document) => isWithin(view.folders(), document.folder, props.folder.id)).length,
  );
  const accepts = (dragged: Item | undefined): dragged is Item =>
    dragged !== undefined && (dragged.kind === 'document' || !isWithin(view.folders(), props.folder.id, dragged.id));
  return (
    <li>
      <Show when={view.workspace()}>
        {(workspace) => (
          <a
            class="folder-card"
            classList={{ 'is-over': isOver() }}
            ref={(element) => (card = element)}
            href={homePath(workspace().id, { kind: 'folder', folder: props.folder.id })}
            draggable={view.canWrite() ? 'true' : 'false'}
            onDragStart={(event) => startDrag(event, item(), actions, undefined)}
            onDragEnd={() => actions.setDragged(undefined)}
            onDragOver={(event) => {
              if (!accepts(actions.dragged())) return;
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              const dragged = actions.dragged();
              setOver(false);
              if (!accepts(dragged)) return;
              event.preventDefault();
              actions.setDragged(undefined);
              actions.move(moveInto(dragged, props.folder.id));
            }}
            onContextMenu={(event) => {
              event.preventDefault();
              actions.openMenu({
                item: item(),
                at: { x: event.clientX, y: event.clientY, width: 0, height: 0 },
                returnFocus: () => card?.focus(),
              });
            }}
          >
            <Folder class="icon" aria-hidden="true" />
            <span class="folder-card-name">{props.folder.name}</span>
            <span class="folder-card-count numeric">
              <span aria-hidden="true">{count()}</span>
              <span class="visually-hidden">{t('home.count', { count: count() })}</span>
            </span>
          </a>
        )}
      </Show>
    </li>
  );
}
