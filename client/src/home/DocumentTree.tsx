import { useLocation } from '@solidjs/router';
import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, type JSX } from 'solid-js';
import { createMedia } from '../context/from-events.ts';
import { keepUnchanged, useWorkspace } from '../context/workspace.tsx';
import { paths } from '../paths.ts';
import { createTreeDrop } from './tree-drag.ts';
import { treeCommand, type TreeCommand } from './tree-keys.ts';
import { folderPath, keyOf, visibleRows, type Item, type ItemKey, type TreeData, type TreeRow } from './tree-model.ts';
import { TreeItem } from './TreeItem.tsx';
import { createDrawnKeys, createRowRange } from './windowed.ts';
import { useWorkspaceActions } from './actions.ts';

/** Letters typed within this time belong to one name. */
const TYPING_MS = 600;

const itemOf = (row: TreeRow): Item =>
  row.kind === 'folder' ? { kind: 'folder', id: row.id } : { kind: 'document', id: row.id };

/** Folders and documents as a tree: the APG pattern, one tab stop, rows far from the screen not drawn. */
export function DocumentTree(props: { label: string }): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const location = useLocation();
  const isTouch = createMedia('(pointer: coarse)');
  const rowHeight = (): number => (isTouch() ? 44 : 32);
  const [list, setList] = createSignal<HTMLElement>();

  const data = createMemo<TreeData>(() => ({ folders: view.folders(), documents: view.ordered() }));
  const expanded = actions.expanded;
  const rows = createMemo<readonly TreeRow[]>(
    (previous) => keepUnchanged(previous, visibleRows(data(), expanded()), (row) => row.key),
    [],
  );
  const keys = createMemo(() => rows().map((row) => row.key));
  const indexes = createMemo(() => new Map<string, number>(keys().map((key, index) => [key, index])));
  const rowOf = (key: string): TreeRow | undefined => rows()[indexes().get(key) ?? -1];

  const here = createMemo<ItemKey | undefined>(() => {
    const document = view.ordered().find((known) => location.pathname === paths.document(known.room));
    if (document !== undefined) return keyOf({ kind: 'document', id: document.room });
    const folder = view.currentFolder();
    return folder === undefined ? undefined : keyOf({ kind: 'folder', id: folder });
  });
  // Going somewhere opens the folders around it; closing them again is then up to the reader.
  createEffect(
    on(here, (key) => {
      if (key === undefined) return;
      const [kind, id] = key.split(':');
      const holder =
        kind === 'document'
          ? view.ordered().find((known) => known.room === id)?.folder
          : view.folders().find((known) => known.id === id)?.parent;
      for (const step of folderPath(view.folders(), holder))
        if (!expanded().has(step.id)) actions.setExpanded(step.id, true);
      setWanted(key);
    }),
  );

  const [wanted, setWanted] = createSignal<ItemKey>();
  let lastIndex = 0;
  /** The one row in the tab order. When it goes, whoever stands in its place takes over. */
  const active = createMemo<ItemKey | undefined>(() => {
    const key = wanted();
    const index = key === undefined ? undefined : indexes().get(key);
    if (index === undefined) return keys()[Math.min(lastIndex, keys().length - 1)];
    lastIndex = index;
    return key;
  });
  const range = createRowRange(list, () => keys().length, rowHeight);
  const draggedKey = (): ItemKey | undefined => {
    const item = actions.dragged();
    return item === undefined ? undefined : keyOf(item);
  };
  const drawn = createDrawnKeys<ItemKey>(keys, range, () => draggedKey() ?? active());

  const elementOf = (key: ItemKey | undefined): HTMLElement | null =>
    key === undefined ? null : (list()?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`) ?? null);
  const focusRow = (key: ItemKey | undefined): void => {
    if (key !== undefined) setWanted(key);
    elementOf(active())?.focus();
  };
  let focused: ItemKey | undefined;
  /** A row that moves or goes loses the focus: it stays in the tree. */
  const keepFocus = (): void => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (focused === undefined || !isLost) return;
    focusRow(indexes().has(focused) ? focused : undefined);
  };
  createEffect(on(keys, keepFocus));
  onMount(() => {
    // Rows may be drawn again later than they change.
    const redrawn = new MutationObserver(keepFocus);
    redrawn.observe(list()!, { childList: true }); // set by ref before anything is mounted
    const leave = ({ target }: Event): void => {
      if (target instanceof Node && list()?.contains(target) !== true) focused = undefined;
    };
    document.addEventListener('focusin', leave);
    document.addEventListener('pointerdown', leave);
    onCleanup(() => {
      redrawn.disconnect();
      document.removeEventListener('focusin', leave);
      document.removeEventListener('pointerdown', leave);
    });
  });

  const openMenu = (row: TreeRow, at: DOMRect | { x: number; y: number; width: number; height: number }): void => {
    setWanted(row.key);
    actions.openMenu({ item: itemOf(row), at, returnFocus: () => focusRow(row.key) });
  };
  const setOpen = (row: TreeRow, isOpen: boolean): void => {
    if (row.kind === 'folder') actions.setExpanded(row.id, isOpen);
  };
  const run = (command: TreeCommand): void => {
    const { row } = command;
    if (command.kind === 'focus') focusRow(row.key);
    else if (command.kind === 'open') actions.open(itemOf(row));
    else if (command.kind === 'expand' || command.kind === 'collapse') setOpen(row, command.kind === 'expand');
    else if (command.kind === 'expand-siblings')
      for (const sibling of rows()) if (sibling.parent === row.parent) setOpen(sibling, true);
    if (command.kind === 'menu') {
      const element = elementOf(row.key);
      if (element !== null) openMenu(row, element.getBoundingClientRect());
    }
    if (!view.canWrite()) return;
    if (command.kind === 'rename') actions.askRename(itemOf(row));
    else if (command.kind === 'remove') actions.remove(itemOf(row));
    else if (command.kind === 'step') {
      actions.step(itemOf(row), command.step);
      focusRow(row.key);
    }
  };
  const typing = { text: '', at: 0 };
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = event.target instanceof HTMLElement ? event.target.dataset['row'] : undefined;
    const index = key === undefined ? undefined : indexes().get(key);
    if (index === undefined || event.isComposing) return;
    if (event.timeStamp - typing.at > TYPING_MS) typing.text = '';
    const isRtl = list() !== undefined && getComputedStyle(list()!).direction === 'rtl'; // the line before knows it is there
    const command = treeCommand(rows(), index, event, typing.text, isRtl);
    if (command === undefined) return;
    event.preventDefault();
    if (event.key.length === 1 && command.kind === 'focus') {
      typing.text += event.key;
      typing.at = event.timeStamp;
    }
    run(command);
  };

  const drop = createTreeDrop({
    control: actions,
    data,
    rowOf,
    openFolder: (row) => setOpen(row, true),
    move: (move) => actions.move(move),
  });
  return (
    <div
      role="tree"
      class="tree"
      aria-label={props.label}
      ref={setList}
      style={{ height: `${keys().length * rowHeight()}px`, '--row': `${rowHeight()}px` }}
      onKeyDown={onKeyDown}
      onFocusIn={(event) => {
        focused = (event.target.closest<HTMLElement>('[data-row]')?.dataset['row'] as ItemKey | undefined) ?? undefined; // written below
        if (focused !== undefined) setWanted(focused);
      }}
      onDragOver={(event) => drop.over(event)}
      onDragLeave={(event) => drop.leave(event)}
      onDrop={(event) => drop.drop(event)}
    >
      <For each={drawn()}>
        {(key) => (
          <TreeItem
            row={() => rowOf(key)}
            top={() => (indexes().get(key) ?? 0) * rowHeight()}
            isActive={() => active() === key}
            isHere={() => here() === key}
            dropSide={() => (drop.indicator()?.key === key ? drop.indicator()?.side : undefined)}
            onToggle={(row) => setOpen(row, row.kind === 'folder' && !row.isExpanded)}
            onMenu={openMenu}
          />
        )}
      </For>
    </div>
  );
}
