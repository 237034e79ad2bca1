/** Gives adopted documents the places they had: folders, order, trash, stars. What is known already is left as it is. */
import type * as Y from 'yjs';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { changeRoom, readFolders, readMarks, readRooms, writeFolder, writeRoom, writeStar } from './index-document.ts';

/** `rooms`: those that were adopted, each with the id of its copy. */
export function arrangeAdopted(from: Y.Doc, to: Y.Doc, rooms: ReadonlyMap<RoomId, RoomId>, now: number): void {
  const knownFolders = new Set(readFolders(to).map(({ id }) => id));
  const known = new Map(readRooms(to).map((entry) => [entry.room, entry]));
  to.transact(() => {
    for (const { id, name, parent, order } of readFolders(from)) {
      if (!knownFolders.has(id)) writeFolder(to, id, { name, parent, ...(order === undefined ? {} : { order }) }, now);
    }
    for (const { room, ...entry } of readRooms(from)) {
      const copy = rooms.get(room);
      if (copy === undefined) continue;
      const listed = known.get(copy);
      if (listed === undefined) writeRoom(to, copy, entry, now);
      else if (listed.folder === undefined && listed.order === undefined)
        changeRoom(to, copy, { folder: entry.folder, order: entry.order }, now);
    }
  });
}

export function starAdopted(from: Y.Doc, to: Y.Doc, rooms: ReadonlyMap<RoomId, RoomId>, now: number): void {
  to.transact(() => {
    for (const room of readMarks(from).starred) {
      const copy = rooms.get(room);
      if (copy !== undefined) writeStar(to, copy, true, now);
    }
  });
}

/** These are listed by {@link arrangeAdopted} alone, so that they never show up among the others. */
export const trashedRooms = (index: Y.Doc | undefined): ReadonlySet<RoomId> =>
  new Set((index ? readRooms(index) : []).filter(({ trashedAt }) => trashedAt !== undefined).map(({ room }) => room));
