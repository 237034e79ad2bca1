import { useNavigate } from '@solidjs/router';
import { createSignal, lazy, onCleanup, Show, Suspense, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { FolderId } from '../room/types.ts';
import { createSearchKeys } from '../search/search-keys.ts';
import { ActionsContext, useWorkspaceActions, type OpenMenu, type WorkspaceActions } from './actions.ts';
import { createRemembered, parseIds, writeIds } from './device-memory.ts';
import { homePath } from './home-view.ts';
import { moveAmongSiblings, type Item } from './tree-model.ts';
import { createTreeChanges } from './tree-changes.ts';
import { UndoToast, type Undoable } from './UndoToast.tsx';

// Menus and dialogs come when they are asked for.
const SearchDialog = lazy(() =>
  import('../search/SearchDialog.tsx').then((module) => ({ default: module.SearchDialog })),
);
const ItemMenu = lazy(() => import('./ItemMenu.tsx').then((module) => ({ default: module.ItemMenu })));
const MoveDialog = lazy(() => import('./MoveDialog.tsx').then((module) => ({ default: module.MoveDialog })));
const NameDialog = lazy(() => import('./NameDialog.tsx').then((module) => ({ default: module.NameDialog })));
const OfflineDialog = lazy(() => import('./OfflineSetting.tsx').then((module) => ({ default: module.OfflineDialog })));

type OpenDialog =
  | { readonly kind: 'rename' | 'move'; readonly item: Item }
  | { readonly kind: 'new-folder'; readonly parent?: FolderId }
  | { readonly kind: 'offline' | 'search' };

/** Gives everything inside it the actions, and shows their menu, dialogs and the way back. */
export function WorkspaceActionsProvider(props: { children: JSX.Element }): JSX.Element {
  const services = useServices();
  const view = useWorkspace();
  const navigate = useNavigate();
  const [expanded, setExpanded] = createRemembered<ReadonlySet<string>>('vicinal.tree', parseIds, new Set(), writeIds);
  const [dragged, setDragged] = createSignal<Item>();
  const [menu, setMenu] = createSignal<OpenMenu>();
  const [dialog, setDialog] = createSignal<OpenDialog>();
  const [isOpen, setOpen] = createSignal(false);
  const [undoable, setUndoable] = createSignal<Undoable>();
  const changes = createTreeChanges(view);

  let before: Element | null = null;
  const show = (next: OpenDialog): void => {
    before = document.activeElement;
    setDialog(next);
    setOpen(true);
  };
  const returnFocus = (event: Event): void => {
    event.preventDefault();
    const key = before instanceof HTMLElement ? before.dataset['focusKey'] : undefined;
    const again =
      key === undefined ? null : document.querySelector<HTMLElement>(`[data-focus-key="${CSS.escape(key)}"]`);
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
    else if (again !== null) again.focus();
    else document.querySelector<HTMLElement>('main h1')?.focus();
  };
  const offer = (text: string, undo: (() => void) | undefined): void => {
    services.announce(text);
    setUndoable(undo === undefined ? undefined : { text, undo });
  };
  const actions: WorkspaceActions = {
    expanded,
    setExpanded: (folder, isExpanded) => {
      const next = new Set(expanded());
      if (isExpanded) next.add(folder);
      else next.delete(folder);
      setExpanded(next);
    },
    dragged,
    setDragged,
    nameOf: changes.nameOf,
    open: (item) => {
      const workspace = view.workspace();
      if (item.kind === 'document') navigate(paths.document(item.id));
      else if (workspace !== undefined) navigate(homePath(workspace.id, { kind: 'folder', folder: item.id }));
    },
    openMenu: setMenu,
    askRename: (item) => show({ kind: 'rename', item }),
    askMove: (item) => show({ kind: 'move', item }),
    askNewFolder: (parent) => show({ kind: 'new-folder', ...(parent === undefined ? {} : { parent }) }),
    openOffline: () => show({ kind: 'offline' }),
    search: () => {
      const field = [...document.querySelectorAll<HTMLInputElement>('input[data-search-field]')].find((found) =>
        found.checkVisibility(),
      );
      if (field === undefined) show({ kind: 'search' });
      else field.select();
      field?.focus();
    },
    move: (move) => {
      // First, so that its row never leaves the tree and keeps the focus.
      if (move.place.folder !== undefined) actions.setExpanded(move.place.folder, true);
      const done = changes.move(move);
      if (done === undefined) return;
      if (done.isElsewhere) offer(done.text, done.undo);
      else services.announce(done.text);
    },
    step: (item, step) => {
      const move = moveAmongSiblings({ folders: view.folders(), documents: view.ordered() }, item, step);
      if (move === undefined) services.announce(t(step === -1 ? 'tree.step.first' : 'tree.step.last'));
      else actions.move(move);
    },
    remove: (item) => {
      const done = changes.remove(item);
      if (done !== undefined) offer(done.text, done.undo);
    },
    restore: (room) => {
      const title = view.trash().find((known) => known.room === room)?.title ?? '';
      view.session()?.restoreDocument(room);
      services.announce(t('trash.restored', { title: title || t('home.untitled') }));
    },
    setStarred: (room, isStarred) => {
      view.session()?.setStarred(room, isStarred);
      services.announce(t(isStarred ? 'item.starred' : 'item.unstarred', { title: changes.titleOf(room) }));
    },
    setPinned: (room, isPinned) => {
      void view.session()?.setPinned(room, isPinned);
      services.announce(t(isPinned ? 'item.pinned' : 'item.unpinned', { title: changes.titleOf(room) }));
    },
  };
  onCleanup(createSearchKeys(() => actions.search()));

  return (
    <ActionsContext.Provider value={actions}>
      {props.children}
      <Suspense>
        <Show when={menu()} keyed>
          {(opened) => <ItemMenu menu={opened} onClosed={() => setMenu((now) => (now === opened ? undefined : now))} />}
        </Show>
        <Show when={dialog()} keyed>
          {(opened) => (
            <DialogOf
              dialog={opened}
              isOpen={isOpen()}
              onOpenChange={setOpen}
              onClosed={returnFocus}
              changes={changes}
            />
          )}
        </Show>
      </Suspense>
      <UndoToast undoable={undoable()} onGone={() => setUndoable(undefined)} />
    </ActionsContext.Provider>
  );
}

function DialogOf(props: {
  dialog: OpenDialog;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onClosed: (event: Event) => void;
  changes: ReturnType<typeof createTreeChanges>;
}): JSX.Element {
  // A new component for every opening.
  // eslint-disable-next-line solid/reactivity
  const { dialog, changes } = props;
  const actions = useWorkspaceActions();
  switch (dialog.kind) {
    case 'rename':
      return (
        <NameDialog
          isOpen={props.isOpen}
          onOpenChange={props.onOpenChange}
          onClosed={props.onClosed}
          heading={t(`rename.${dialog.item.kind}`)}
          label={t(`rename.${dialog.item.kind}.label`)}
          submit={t('rename.submit')}
          initial={changes.rawNameOf(dialog.item)}
          onName={(name) => changes.rename(dialog.item, name)}
        />
      );
    case 'new-folder':
      return (
        <NameDialog
          isOpen={props.isOpen}
          onOpenChange={props.onOpenChange}
          onClosed={props.onClosed}
          heading={t('folder.new')}
          label={t('rename.folder.label')}
          submit={t('folder.create')}
          initial=""
          onName={(name) => {
            if (changes.createFolder(name, dialog.parent) !== undefined && dialog.parent !== undefined)
              actions.setExpanded(dialog.parent, true);
          }}
        />
      );
    case 'move':
      return (
        <MoveDialog
          isOpen={props.isOpen}
          onOpenChange={props.onOpenChange}
          onClosed={props.onClosed}
          item={dialog.item}
        />
      );
    case 'offline':
      return <OfflineDialog isOpen={props.isOpen} onOpenChange={props.onOpenChange} onClosed={props.onClosed} />;
    case 'search':
      return <SearchDialog isOpen={props.isOpen} onOpenChange={props.onOpenChange} onClosed={props.onClosed} />;
  }
}
