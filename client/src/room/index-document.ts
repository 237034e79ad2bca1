/**
 * Reading and changing an index document (shared/room/documents.ts). Pure functions over one Y.Doc: what is malformed is
 * left out, every change is one transaction, and nothing is written when nothing changes.
 */
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import * as Y from 'yjs';
import { isRoomId, type RoomId } from '@vicinal/shared/ids.ts';
import { indexFolders, indexProps, indexRooms, type IndexedRoom } from '@vicinal/shared/room/documents.ts';
import type { FolderId, FolderSummary, Place } from './types.ts';

export interface RoomEntry extends IndexedRoom {
  readonly room: RoomId;
}

export interface FolderEntry extends FolderSummary {
  readonly createdAt: number;
  readonly order?: string;
}

/** Longest name of a folder and longest title, in UTF-16 units. */
export const MAX_NAME_LENGTH = 200;
/** Folders inside folders, and folders of one index: what lies beyond would cost everybody who reads it. */
export const MAX_FOLDER_DEPTH = 32;
export const MAX_FOLDERS = 5000;
/** Rooms remembered as opened, over all devices of the person. */
const MAX_OPENED = 100;

const isFolderId = (value: unknown): value is FolderId => typeof value === 'string' && /^[\w-]{22}$/.test(value);

export function readRooms(index: Y.Doc): readonly RoomEntry[] {
  const out: RoomEntry[] = [];
  for (const [room, entry] of indexRooms(index).entries()) {
    if (!isRoomId(room) || !(entry instanceof Y.Map)) continue;
    const read = readRoom(entry);
    if (read !== undefined) out.push({ room, ...read });
  }
  return out;
}

function readRoom(entry: Y.Map<unknown>): IndexedRoom | undefined {
  const title = entry.get('title');
  const createdAt = entry.get('createdAt');
  const updatedAt = entry.get('updatedAt');
  const folder = entry.get('folder');
  const order = entry.get('order');
  const trashedAt = entry.get('trashedAt');
  const trashedBy = entry.get('trashedBy');
  if (typeof title !== 'string' || !isTime(createdAt)) return undefined;
  return {
    title: title.slice(0, MAX_NAME_LENGTH),
    createdAt,
    updatedAt: isTime(updatedAt) ? updatedAt : createdAt,
    ...(isFolderId(folder) ? { folder } : {}),
    ...(isOrderKey(order) ? { order } : {}),
    ...(isTime(trashedAt) ? { trashedAt } : {}),
    ...(typeof trashedBy === 'string' ? { trashedBy } : {}),
  };
}

/** A parent that is missing, part of a circle, or too deep counts as the top level; of too many folders the oldest are read. */
export function readFolders(index: Y.Doc): readonly FolderEntry[] {
  const all: FolderEntry[] = [];
  for (const [id, entry] of indexFolders(index).entries()) {
    if (!isFolderId(id) || !(entry instanceof Y.Map)) continue;
    const name = entry.get('name');
    const createdAt = entry.get('createdAt');
    const parent = entry.get('parent');
    const order = entry.get('order');
    if (typeof name !== 'string' || !isTime(createdAt)) continue;
    all.push({
      id,
      name: name.slice(0, MAX_NAME_LENGTH),
      createdAt,
      ...(isFolderId(parent) ? { parent } : {}),
      ...(isOrderKey(order) ? { order } : {}),
    });
  }
  const kept =
    all.length <= MAX_FOLDERS
      ? all
      : all.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)).slice(0, MAX_FOLDERS);
  const folders = new Map(kept.map((folder) => [folder.id, folder]));
  return kept.map((folder) => {
    if (folder.parent !== undefined && reachesTop(folders, folder)) return folder;
    const { parent: _, ...atTop } = folder;
    return atTop;
  });
}

function reachesTop(folders: ReadonlyMap<FolderId, FolderEntry>, folder: FolderEntry): boolean {
  let parent = folder.parent;
  for (let depth = 0; depth < MAX_FOLDER_DEPTH; depth++) {
    if (parent === undefined) return true;
    const found = folders.get(parent);
    if (found === undefined || found.id === folder.id) return false;
    parent = found.parent;
  }
  return false;
}

/** Whether `folder` is `ancestor` or lies somewhere inside it. */
export function isInside(folders: readonly FolderEntry[], folder: FolderId | undefined, ancestor: FolderId): boolean {
  const parents = new Map(folders.map(({ id, parent }) => [id, parent]));
  let at = folder;
  for (let depth = 0; at !== undefined && depth <= MAX_FOLDER_DEPTH; depth++) {
    if (at === ancestor) return true;
    at = parents.get(at);
  }
  return false;
}

interface Ordered {
  readonly order?: string;
  readonly createdAt: number;
}

/** Ordered by hand first, then the newest first. */
export function inOrder<T extends Ordered>(siblings: readonly T[], idOf: (sibling: T) => string): T[] {
  const tie = (a: T, b: T): number => (idOf(a) < idOf(b) ? -1 : 1);
  return siblings.toSorted((a, b) => {
    if (a.order !== undefined && b.order !== undefined)
      return a.order < b.order ? -1 : a.order > b.order ? 1 : tie(a, b);
    if (a.order !== undefined || b.order !== undefined) return a.order === undefined ? 1 : -1;
    return b.createdAt - a.createdAt || tie(a, b);
  });
}

/**
 * Keys that put `moved` before `before` (absent: last) among `siblings`, which are in their order and do not hold `moved`.
 * Names a key for `moved` and for every sibling that needs one for that.
 */
export function keysForMove<T extends Ordered>(
  siblings: readonly T[],
  idOf: (sibling: T) => string,
  moved: string,
  before: string | undefined,
): ReadonlyMap<string, string> {
  const found = before === undefined ? -1 : siblings.findIndex((sibling) => idOf(sibling) === before);
  const at = found < 0 ? siblings.length : found;
  const unordered = siblings.slice(0, at).filter(({ order }) => order === undefined);
  const lastOrdered = siblings.slice(0, at).findLast(({ order }) => order !== undefined)?.order ?? null;
  const next = siblings[at]?.order ?? null;
  const ids = [...unordered.map(idOf), moved];
  const anew = (): ReadonlyMap<string, string> => {
    const all = [...siblings.slice(0, at).map(idOf), moved, ...siblings.slice(at).map(idOf)];
    return keyed(all, generateNKeysBetween(null, null, all.length));
  };
  // equal keys, made by two people at once, leave no room between them
  if (next !== null && lastOrdered !== null && next <= lastOrdered) return anew();
  try {
    return keyed(ids, generateNKeysBetween(lastOrdered, next, ids.length));
  } catch {
    return anew(); // keys that are valid one by one can have nothing between them
  }
}

const keyed = (ids: readonly string[], keys: readonly string[]): ReadonlyMap<string, string> =>
  new Map(ids.map((id, i) => [id, keys[i] ?? '']));

/** Adds a room, or changes what is given of one that is listed; `undefined` as a value removes it. */
export function writeRoom(
  index: Y.Doc,
  room: RoomId,
  change: Partial<Record<keyof IndexedRoom, string | number | undefined>>,
  now: number,
): void {
  const rooms = indexRooms(index);
  const known = rooms.get(room);
  const values = Object.entries(change).filter(([key, value]) => known?.get(key) !== value);
  if (values.length === 0 || (known === undefined && values.every(([, value]) => value === undefined))) return;
  index.transact(() => {
    const entry =
      known ??
      rooms.set(
        room,
        new Y.Map<unknown>([
          ['title', ''],
          ['createdAt', change.createdAt ?? now],
        ]),
      );
    put(entry, values);
  });
}

/** As {@link writeRoom}, for rooms that are listed: nothing happens for others. */
export function changeRoom(index: Y.Doc, room: RoomId, change: Parameters<typeof writeRoom>[2], now: number): void {
  if (indexRooms(index).has(room)) writeRoom(index, room, change, now);
}

export function writeFolder(
  index: Y.Doc,
  folder: FolderId,
  change: { readonly name?: string; readonly parent?: FolderId | undefined; readonly order?: string },
  now: number,
): void {
  const folders = indexFolders(index);
  const known = folders.get(folder);
  const values = Object.entries(change).filter(([key, value]) => known?.get(key) !== value);
  if (values.length === 0) return;
  index.transact(() => {
    put(known ?? folders.set(folder, new Y.Map<unknown>([['createdAt', now]])), values);
  });
}

function put(entry: Y.Map<unknown>, values: readonly (readonly [string, unknown])[]): void {
  for (const [key, value] of values) {
    if (value === undefined) entry.delete(key);
    else entry.set(key, value);
  }
}

/** Where a room of the index goes; siblings that need a key of their own get one. */
export function moveRoom(index: Y.Doc, room: RoomId, place: Place<RoomId>, now: number): void {
  const rooms = readRooms(index);
  const moved = rooms.find((known) => known.room === room);
  if (moved === undefined) return;
  const isReordered = place.before !== undefined || moved.folder === place.folder;
  const siblings = inOrder(
    rooms.filter((known) => known.room !== room && known.folder === place.folder && known.trashedAt === undefined),
    (known) => known.room,
  );
  const keys = isReordered
    ? keysForMove(siblings, (known) => known.room, room, place.before)
    : new Map<string, string>();
  index.transact(() => {
    writeRoom(index, room, { folder: place.folder, order: keys.get(room) }, now);
    for (const { room: sibling } of siblings) {
      const order = keys.get(sibling);
      if (order !== undefined) changeRoom(index, sibling, { order }, now);
    }
  });
}

export function moveFolder(index: Y.Doc, folder: FolderId, place: Place<FolderId>, now: number): void {
  const folders = readFolders(index);
  const moved = folders.find(({ id }) => id === folder);
  if (moved === undefined || isInside(folders, place.folder, folder)) return;
  const siblings = inOrder(
    folders.filter(({ id, parent }) => id !== folder && parent === place.folder),
    ({ id }) => id,
  );
  const keys = keysForMove(siblings, ({ id }) => id, folder, place.before);
  index.transact(() => {
    for (const [id, order] of keys) {
      if (id === folder) writeFolder(index, folder, { parent: place.folder, order }, now);
      else writeFolder(index, id as FolderId, { order }, now); // keys are ids of the siblings above
    }
  });
}

/** What was inside moves to where the folder was. */
export function removeFolder(index: Y.Doc, folder: FolderId, now: number): void {
  const folders = readFolders(index);
  const removed = folders.find(({ id }) => id === folder);
  if (removed === undefined) return;
  index.transact(() => {
    for (const { id } of folders.filter(({ parent }) => parent === folder))
      writeFolder(index, id, { parent: removed.parent }, now);
    for (const { room } of readRooms(index).filter((known) => known.folder === folder))
      writeRoom(index, room, { folder: removed.parent, order: undefined }, now);
    indexFolders(index).delete(folder);
  });
}

export const removeRoom = (index: Y.Doc, room: RoomId): void => {
  if (indexRooms(index).has(room)) indexRooms(index).delete(room);
};

/** Stars and last openings of a personal index. */
export interface PersonalMarks {
  readonly starred: ReadonlySet<RoomId>;
  readonly openedAt: ReadonlyMap<RoomId, number>;
}

export function readMarks(index: Y.Doc): PersonalMarks {
  const starred = new Set<RoomId>();
  const openedAt = new Map<RoomId, number>();
  for (const [key, value] of indexProps(index).entries()) {
    const [mark, room = ''] = key.split('/', 2);
    if (!isRoomId(room) || !isTime(value)) continue;
    if (mark === 'star') starred.add(room);
    else if (mark === 'opened') openedAt.set(room, value);
  }
  return { starred, openedAt };
}

export function writeStar(index: Y.Doc, room: RoomId, isStarred: boolean, now: number): void {
  const props = indexProps(index);
  const key = `star/${room}`;
  if (isStarred === props.has(key)) return;
  if (isStarred) props.set(key, now);
  else props.delete(key);
}

/** Keeps the latest openings; the oldest give way. */
export function writeOpened(index: Y.Doc, room: RoomId, at: number): void {
  const { openedAt } = readMarks(index);
  if ((openedAt.get(room) ?? 0) >= at) return;
  const props = indexProps(index);
  index.transact(() => {
    props.set(`opened/${room}`, at);
    const others = [...openedAt].filter(([known]) => known !== room).toSorted((a, b) => b[1] - a[1]);
    for (const [old] of others.slice(MAX_OPENED - 1)) props.delete(`opened/${old}`);
  });
}

/** What dates can hold: beyond it every formatter throws. */
const MAX_TIME_MS = 8.64e15;
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TIME_MS;

/** Keys come from other people: one that the library does not take would make every later move throw. */
function isOrderKey(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[0-9A-Za-z]{1,200}$/.test(value)) return false;
  try {
    generateKeyBetween(value, null);
    return true;
  } catch {
    return false;
  }
}
