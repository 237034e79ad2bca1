/** What can be done with folders and documents; `WorkspaceActions.tsx` provides it. */
import type { RoomId } from '@vicinal/shared/ids.ts';
import { createContext, useContext, type Accessor } from 'solid-js';
import type { FolderId } from '../room/types.ts';
import type { Item, Move } from './tree-model.ts';

export interface OpenMenu {
  readonly item: Item;
  /** In viewport coordinates: a button, a row, or the point of a right click. */
  readonly at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  returnFocus(): void;
}

/** What can be done with folders and documents, from the tree, the lists and their menus alike. */
export interface WorkspaceActions {
  readonly expanded: Accessor<ReadonlySet<string>>;
  setExpanded(folder: FolderId, isExpanded: boolean): void;
  /** What is being dragged now. */
  readonly dragged: Accessor<Item | undefined>;
  setDragged(item: Item | undefined): void;
  nameOf(item: Item): string;
  open(item: Item): void;
  openMenu(menu: OpenMenu): void;
  askRename(item: Item): void;
  askMove(item: Item): void;
  askNewFolder(parent?: FolderId): void;
  openOffline(): void;
  /** Focuses the search field on screen, else opens one in a dialog. */
  search(): void;
  move(move: Move): void;
  step(item: Item, step: -1 | 1): void;
  /** A document to the trash; a folder goes, and what is inside moves up. */
  remove(item: Item): void;
  restore(room: RoomId): void;
  setStarred(room: RoomId, isStarred: boolean): void;
  setPinned(room: RoomId, isPinned: boolean): void;
}

export const ActionsContext = createContext<WorkspaceActions>();

export function useWorkspaceActions(): WorkspaceActions {
  const actions = useContext(ActionsContext);
  if (actions === undefined) throw new TypeError('useWorkspaceActions outside WorkspaceActionsProvider');
  return actions;
}
