/** Dragging with a mouse: from the tree or a list, onto rows of a tree or folders. Touch and keyboard use the menu and Alt with arrows. */
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import {
  dropOn,
  keyOf,
  type DropSide,
  type Item,
  type ItemKey,
  type Move,
  type TreeData,
  type TreeRow,
} from './tree-model.ts';

/** Resting on a closed folder this long opens it. */
const OPEN_AFTER_MS = 700;

export interface DragControl {
  readonly dragged: Accessor<Item | undefined>;
  setDragged(item: Item | undefined): void;
}

/** For `dragstart` of anything that shows an item. */
export function startDrag(event: DragEvent, item: Item, control: DragControl, address: string | undefined): void {
  if (event.dataTransfer === null) return;
  event.dataTransfer.effectAllowed = 'all';
  event.dataTransfer.setData('application/x-vicinal-item', keyOf(item));
  if (address !== undefined) event.dataTransfer.setData('text/uri-list', new URL(address, location.href).href);
  control.setDragged(item);
}

export interface DropIndicator {
  readonly key: ItemKey;
  readonly side: DropSide;
}

export interface TreeDropOptions {
  readonly control: DragControl;
  readonly data: Accessor<TreeData>;
  readonly rowOf: (key: string) => TreeRow | undefined;
  openFolder(row: TreeRow): void;
  move(move: Move): void;
}

export interface TreeDrop {
  readonly indicator: Accessor<DropIndicator | undefined>;
  over(event: DragEvent): void;
  leave(event: DragEvent & { currentTarget: HTMLElement }): void;
  drop(event: DragEvent): void;
}

/** Shows where a drag over a tree would put what is dragged, and puts it there. */
export function createTreeDrop(options: TreeDropOptions): TreeDrop {
  const [indicator, setIndicator] = createSignal<DropIndicator | undefined>(undefined, {
    equals: (a, b) => a?.key === b?.key && a?.side === b?.side,
  });
  let waiting: { readonly key: string; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  const wait = (row: TreeRow | undefined): void => {
    if (waiting?.key === row?.key) return;
    if (waiting !== undefined) clearTimeout(waiting.timer);
    waiting =
      row === undefined ? undefined : { key: row.key, timer: setTimeout(() => options.openFolder(row), OPEN_AFTER_MS) };
  };
  const end = (): void => {
    wait(undefined);
    setIndicator(undefined);
  };
  onCleanup(end);

  const find = (event: DragEvent): { readonly row: TreeRow; readonly drop: ReturnType<typeof dropOn> } | undefined => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null;
    const row = element === null ? undefined : options.rowOf(element.dataset['row'] ?? '');
    const dragged = options.control.dragged();
    if (element === null || row === undefined || dragged === undefined) return undefined;
    const box = element.getBoundingClientRect();
    return { row, drop: dropOn(options.data(), dragged, row, (event.clientY - box.top) / box.height) };
  };
  return {
    indicator,
    over(event) {
      const found = find(event);
      wait(
        found?.row.kind === 'folder' && !found.row.isExpanded && found.drop?.side === 'into' ? found.row : undefined,
      );
      if (found?.drop === undefined) {
        setIndicator(undefined);
        return;
      }
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'move';
      setIndicator({ key: found.row.key, side: found.drop.side });
    },
    leave(event) {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) end();
    },
    drop(event) {
      const found = find(event);
      end();
      if (found?.drop === undefined) return;
      event.preventDefault();
      options.control.setDragged(undefined);
      options.move(found.drop.move);
    },
  };
}
