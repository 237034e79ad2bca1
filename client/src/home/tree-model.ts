/** Folders and documents as the rows of a tree, and where a row may go. Pure: no DOM, no session. */
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { DocumentSummary, FolderId, FolderSummary, Place } from '../room/types.ts';

/** Something in the tree. */
export type Item =
  | { readonly kind: 'folder'; readonly id: FolderId }
  | { readonly kind: 'document'; readonly id: RoomId };

export type ItemKey = `folder:${string}` | `document:${string}`;

export const keyOf = (item: Item): ItemKey => `${item.kind}:${item.id}`;

export type TreeRow = {
  readonly key: ItemKey;
  readonly name: string;
  /** From 1, as in `aria-level`. */
  readonly level: number;
  /** From 1, among its siblings. */
  readonly position: number;
  readonly setSize: number;
  readonly parent?: FolderId;
} & (
  | { readonly kind: 'folder'; readonly id: FolderId; readonly isExpanded: boolean; readonly hasChildren: boolean }
  | { readonly kind: 'document'; readonly id: RoomId; readonly document: DocumentSummary }
);

export interface TreeData {
  /** Siblings in the order they are shown. */
  readonly folders: readonly FolderSummary[];
  readonly documents: readonly DocumentSummary[];
}

/** Folders by parent; what names a parent that is not there counts as top level. */
export function childFolders(folders: readonly FolderSummary[], parent: FolderId | undefined): FolderSummary[] {
  const known = new Set(folders.map((folder) => folder.id));
  return folders.filter((folder) => homeOf(folder.parent, known) === parent);
}

export function childDocuments(data: TreeData, parent: FolderId | undefined): DocumentSummary[] {
  const known = new Set(data.folders.map((folder) => folder.id));
  return data.documents.filter((document) => homeOf(document.folder, known) === parent);
}

const homeOf = (parent: FolderId | undefined, known: ReadonlySet<FolderId>): FolderId | undefined =>
  parent !== undefined && known.has(parent) ? parent : undefined;

/** What a tree shows with these folders open: parents before children, folders before documents. */
export function visibleRows(data: TreeData, expanded: ReadonlySet<string>): TreeRow[] {
  const known = new Set(data.folders.map((folder) => folder.id));
  const folders = Map.groupBy(data.folders, (folder) => homeOf(folder.parent, known));
  const documents = Map.groupBy(data.documents, (document) => homeOf(document.folder, known));
  const rows: TreeRow[] = [];
  const visit = (parent: FolderId | undefined, level: number): void => {
    const inner = folders.get(parent) ?? [];
    const leaves = documents.get(parent) ?? [];
    const common = { level, setSize: inner.length + leaves.length, ...(parent === undefined ? {} : { parent }) };
    for (const [index, folder] of inner.entries()) {
      const isExpanded = expanded.has(folder.id);
      rows.push({
        ...common,
        kind: 'folder',
        id: folder.id,
        key: keyOf({ kind: 'folder', id: folder.id }),
        name: folder.name,
        position: index + 1,
        isExpanded,
        hasChildren: folders.has(folder.id) || documents.has(folder.id),
      });
      if (isExpanded) visit(folder.id, level + 1);
    }
    for (const [index, document] of leaves.entries()) {
      rows.push({
        ...common,
        kind: 'document',
        id: document.room,
        key: keyOf({ kind: 'document', id: document.room }),
        name: document.title,
        position: inner.length + index + 1,
        document,
      });
    }
  };
  visit(undefined, 1);
  return rows;
}

/** From the top level down to `folder` itself; empty when it is not there. */
export function folderPath(folders: readonly FolderSummary[], folder: FolderId | undefined): FolderSummary[] {
  const path: FolderSummary[] = [];
  let next = folder;
  while (next !== undefined && !path.some((step) => step.id === next)) {
    const found = folders.find((known) => known.id === next);
    if (found === undefined) break;
    path.unshift(found);
    next = found.parent;
  }
  return path;
}

/** "Surveys / 2026", or '' at the top level. */
export const folderPathText = (folders: readonly FolderSummary[], folder: FolderId | undefined): string =>
  folderPath(folders, folder)
    .map((step) => step.name)
    .join(' / ');

/** Whether `folder` is `ancestor` or somewhere inside it. */
export const isWithin = (
  folders: readonly FolderSummary[],
  folder: FolderId | undefined,
  ancestor: FolderId,
): boolean => folderPath(folders, folder).some((step) => step.id === ancestor);

/** Every folder once, parents first, with its depth from 0. */
export function foldersByDepth(
  folders: readonly FolderSummary[],
): { readonly folder: FolderSummary; readonly depth: number }[] {
  const all = new Set(folders.map((folder) => folder.id));
  return visibleRows({ folders, documents: [] }, all).flatMap((row) => {
    const folder = folders.find((known) => known.id === row.id);
    return folder === undefined ? [] : [{ folder, depth: row.level - 1 }];
  });
}

export type DropSide = 'before' | 'into' | 'after';
export type Move =
  | { readonly kind: 'folder'; readonly id: FolderId; readonly place: Place<FolderId> }
  | {
      readonly kind: 'document';
      readonly id: RoomId;
      readonly place: Place<RoomId>;
      /** Last by hand, not wherever its age puts it. */
      readonly isLast?: boolean;
    };

/**
 * Where `dragged` goes when it is let go over `target`, `fraction` (0 to 1) down its height. Undefined where it cannot
 * go. Siblings of one kind have an order of their own, so only they can stand before and after each other.
 */
export function dropOn(
  data: TreeData,
  dragged: Item,
  target: TreeRow,
  fraction: number,
): { readonly side: DropSide; readonly move: Move } | undefined {
  if (target.key === keyOf(dragged)) return undefined;
  if (dragged.kind === 'folder' && isWithin(data.folders, holderOf(target), dragged.id)) return undefined;
  // Below an open folder its children follow: only into it makes sense there.
  const lowest = target.kind === 'folder' && target.isExpanded && target.hasChildren ? 1 : 0.75;
  if (target.kind === 'folder' && (dragged.kind === 'document' || (fraction >= 0.25 && fraction <= lowest)))
    return { side: 'into', move: moveInto(dragged, target.id) };
  const side = fraction < 0.5 ? 'before' : 'after';
  if (target.kind === 'folder') {
    if (dragged.kind !== 'folder') return undefined;
    const siblings = childFolders(data.folders, target.parent).map((folder) => folder.id);
    return { side, move: { ...dragged, place: placeBeside(siblings, dragged.id, target.id, side, target.parent) } };
  }
  if (dragged.kind !== 'document') return undefined;
  const siblings = childDocuments(data, target.parent).map((document) => document.room);
  const place = placeBeside(siblings, dragged.id, target.id, side, target.parent);
  return { side, move: { ...dragged, place, isLast: place.before === undefined } };
}

const holderOf = (row: TreeRow): FolderId | undefined => (row.kind === 'folder' ? row.id : row.parent);

/** To the end of `folder`, or of the top level. */
export function moveInto(item: Item, folder: FolderId | undefined): Move {
  const place = folder === undefined ? {} : { folder };
  return item.kind === 'folder' ? { ...item, place } : { ...item, place };
}

function placeBeside<Id extends string>(
  siblings: readonly Id[],
  dragged: Id,
  target: Id,
  side: 'before' | 'after',
  parent: FolderId | undefined,
): Place<Id> {
  const others = siblings.filter((id) => id !== dragged);
  const before = side === 'before' ? target : others[others.indexOf(target) + 1];
  return { ...(parent === undefined ? {} : { folder: parent }), ...(before === undefined ? {} : { before }) };
}

/** One step up or down among siblings of its kind; undefined at the end. */
export function moveAmongSiblings(data: TreeData, item: Item, step: -1 | 1): Move | undefined {
  if (item.kind === 'folder') {
    const folder = data.folders.find((known) => known.id === item.id);
    if (folder === undefined) return undefined;
    const parent = folderPath(data.folders, folder.parent).at(-1)?.id;
    const place = stepPlace(
      childFolders(data.folders, parent).map((known) => known.id),
      item.id,
      step,
      parent,
    );
    return place === undefined ? undefined : { ...item, place };
  }
  const document = data.documents.find((known) => known.room === item.id);
  if (document === undefined) return undefined;
  const parent = folderPath(data.folders, document.folder).at(-1)?.id;
  const place = stepPlace(
    childDocuments(data, parent).map((known) => known.room),
    item.id,
    step,
    parent,
  );
  return place === undefined ? undefined : { ...item, place };
}

function stepPlace<Id extends string>(
  siblings: readonly Id[],
  id: Id,
  step: -1 | 1,
  parent: FolderId | undefined,
): Place<Id> | undefined {
  const neighbour = siblings[siblings.indexOf(id) + step];
  if (neighbour === undefined) return undefined;
  return placeBeside(siblings, id, neighbour, step === -1 ? 'before' : 'after', parent);
}

/** The next row after `from` whose name starts with `typed`, round the end. A single letter moves on from `from`. */
export function findByTyping(rows: readonly TreeRow[], from: number, typed: string): TreeRow | undefined {
  const wanted = typed.toLocaleLowerCase();
  const start = typed.length === 1 ? from + 1 : from;
  return [...rows.slice(Math.max(0, start)), ...rows.slice(0, Math.max(0, start))].find((row) =>
    row.name.toLocaleLowerCase().startsWith(wanted),
  );
}
