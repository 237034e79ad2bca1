import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { indexFolders, indexProps, indexRooms } from '@vicinal/shared/room/documents.ts';
import * as index from './index-document.ts';
import type { FolderId } from './types.ts';

const room = (n: number): RoomId => `${String(n).padStart(21, 'r')}A` as RoomId;
const folder = (n: number): FolderId => `${String(n).padStart(21, 'f')}A` as FolderId;
const at = 1000;

function withRooms(count: number): Y.Doc {
  const doc = new Y.Doc();
  // the first made is the oldest: the natural order shows the last one first
  for (let n = 0; n < count; n++)
    index.writeRoom(doc, room(n), { title: `T${n}`, createdAt: at + n, updatedAt: at + n }, at);
  return doc;
}
const orderOf = (doc: Y.Doc, inside?: FolderId): number[] =>
  index
    .inOrder(
      index.readRooms(doc).filter((entry) => entry.folder === inside),
      (entry) => entry.room,
    )
    .map((entry) => Number(/\d+/.exec(entry.room)?.[0] ?? -1));

describe('the index document', () => {
  it('UI-60 lists documents newest first until somebody orders them by hand', () => {
    const doc = withRooms(4);
    expect(orderOf(doc)).toEqual([3, 2, 1, 0]);
    index.moveRoom(doc, room(0), { before: room(3) }, at);
    expect(orderOf(doc)).toEqual([0, 3, 2, 1]);
    index.moveRoom(doc, room(3), {}, at);
    expect(orderOf(doc)).toEqual([0, 2, 1, 3]);
  });

  it('UI-60 any sequence of moves gives the order that a plain list would', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.option(fc.nat(5))), { maxLength: 25 }), (moves) => {
        const doc = withRooms(6);
        const list = [5, 4, 3, 2, 1, 0];
        for (const [moved, before] of moves) {
          if (moved === before) continue;
          index.moveRoom(doc, room(moved), before === null ? {} : { before: room(before) }, at);
          list.splice(list.indexOf(moved), 1);
          list.splice(before === null ? list.length : list.indexOf(before), 0, moved);
        }
        expect(orderOf(doc)).toEqual(list);
      }),
      { numRuns: 200 },
    );
  });

  it('UI-60 two people who order at once end with the same order, and go on ordering', () => {
    const [a, b] = [withRooms(3), new Y.Doc()];
    const sync = (): void => {
      Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
      Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
    };
    sync();
    index.moveRoom(a, room(0), { before: room(2) }, at);
    index.moveRoom(b, room(1), { before: room(2) }, at);
    sync();
    expect(orderOf(a)).toEqual(orderOf(b));
    index.moveRoom(a, room(2), { before: room(orderOf(a)[1] ?? 0) }, at);
    sync();
    expect(orderOf(a)).toEqual(orderOf(b));
    expect(orderOf(a)).toHaveLength(3);
  });

  it('UI-61 a folder never ends inside itself, not even when two people do it together', () => {
    const [a, b] = [new Y.Doc(), new Y.Doc()];
    for (const n of [1, 2]) index.writeFolder(a, folder(n), { name: `F${n}` }, at);
    Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
    index.moveFolder(a, folder(1), { folder: folder(1) }, at);
    expect(index.readFolders(a).every(({ parent }) => parent === undefined)).toBe(true);
    index.moveFolder(a, folder(1), { folder: folder(2) }, at);
    index.moveFolder(b, folder(2), { folder: folder(1) }, at);
    Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
    Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
    for (const doc of [a, b]) {
      expect(index.readFolders(doc).map(({ id }) => id)).toHaveLength(2);
      expect(index.readFolders(doc).every(({ parent }) => parent === undefined)).toBe(true);
    }
  });

  it('UI-61 what was inside a removed folder moves to where the folder was', () => {
    const doc = withRooms(1);
    index.writeFolder(doc, folder(1), { name: 'Outer' }, at);
    index.writeFolder(doc, folder(2), { name: 'Middle', parent: folder(1) }, at);
    index.writeFolder(doc, folder(3), { name: 'Inner', parent: folder(2) }, at);
    index.moveRoom(doc, room(0), { folder: folder(2) }, at);
    index.removeFolder(doc, folder(2), at);
    expect(index.readRooms(doc)[0]?.folder).toBe(folder(1));
    expect(index.readFolders(doc).find(({ id }) => id === folder(3))?.parent).toBe(folder(1));
    expect(index.readFolders(doc)).toHaveLength(2);
  });

  it('UI-62 malformed entries of others are left out and break nothing', () => {
    const doc = withRooms(2);
    const rooms = indexRooms(doc) as Y.Map<unknown>; // hostile peers put anything there
    rooms.set('short', new Y.Map());
    rooms.set(room(7), 'text');
    rooms.set(room(8), new Y.Map<unknown>([['title', 5]]));
    rooms.set(
      room(9),
      new Y.Map<unknown>([
        ['title', 'odd'],
        ['createdAt', at],
        ['folder', {}],
        ['order', '~~~'],
        ['trashedAt', Number.NaN],
        ['updatedAt', 'x'],
      ]),
    );
    (indexFolders(doc) as Y.Map<unknown>).set(folder(1), new Y.Map<unknown>([['name', 5]]));
    indexProps(doc).set('star/nonsense', 1);
    indexProps(doc).set(`star/${room(0)}`, 'x');
    expect(index.readRooms(doc).map((entry) => entry.room)).toEqual(
      expect.arrayContaining([room(0), room(1), room(9)]),
    );
    expect(index.readRooms(doc)).toHaveLength(3);
    expect(index.readFolders(doc)).toEqual([]);
    expect(index.readMarks(doc).starred.size).toBe(0);
    index.moveRoom(doc, room(0), { before: room(9) }, at);
    expect(orderOf(doc).indexOf(0)).toBeLessThan(orderOf(doc).indexOf(9));
  });

  it('UI-62 times that no date can hold do not reach the screen', () => {
    const doc = withRooms(1);
    for (const [n, time] of [8.7e15, -1, 1.5, Number.POSITIVE_INFINITY].entries()) {
      indexRooms(doc).set(
        room(20 + n),
        new Y.Map<unknown>([
          ['title', 'x'.repeat(10_000)],
          ['createdAt', at],
          ['updatedAt', time],
          ['trashedAt', time],
        ]),
      );
    }
    const hostile = index.readRooms(doc).filter((entry) => entry.room !== room(0));
    expect(hostile).toHaveLength(4);
    for (const entry of hostile) {
      expect(entry).toMatchObject({ updatedAt: at });
      expect(entry).not.toHaveProperty('trashedAt');
      expect(entry.title.length).toBe(index.MAX_NAME_LENGTH);
    }
  });

  it('UI-62 a chain of folders without end costs next to nothing and ends at the top level', () => {
    const doc = new Y.Doc();
    doc.transact(() => {
      for (let n = 0; n < 8000; n++)
        index.writeFolder(doc, folder(n), { name: `F${n}`, ...(n > 0 ? { parent: folder(n - 1) } : {}) }, at + n);
    });
    const folders = index.readFolders(doc);
    expect(folders).toHaveLength(index.MAX_FOLDERS);
    const parents = new Map(folders.map(({ id, parent }) => [id, parent]));
    const depthOf = (id: FolderId): number => {
      let depth = 0;
      for (let up = parents.get(id); up !== undefined; up = parents.get(up)) depth++;
      return depth;
    };
    expect(Math.max(...folders.map(({ id }) => depthOf(id)))).toBeLessThanOrEqual(index.MAX_FOLDER_DEPTH);
  });

  it('UI-60 neighbours whose keys leave nothing between them are numbered anew', () => {
    for (const [first, second] of [
      ['Zz/[~', 'Zz0:/z'],
      ['a0', 'a0'],
      ['a1', 'a0'],
    ]) {
      const doc = withRooms(3);
      index.writeRoom(doc, room(0), { order: first }, at);
      index.writeRoom(doc, room(1), { order: second }, at);
      const wanted = orderOf(doc).find((n) => n !== 2 && n !== orderOf(doc)[0]) ?? 0;
      index.moveRoom(doc, room(2), { before: room(wanted) }, at);
      expect(orderOf(doc).indexOf(2)).toBeLessThan(orderOf(doc).indexOf(wanted));
    }
  });

  it('UI-63 writes nothing when nothing changes', () => {
    const doc = withRooms(2);
    index.writeStar(doc, room(0), true, at);
    index.writeOpened(doc, room(0), at);
    let updates = 0;
    doc.on('update', () => updates++);
    index.writeRoom(doc, room(0), { title: 'T0' }, at);
    index.changeRoom(doc, room(5), { title: 'not listed' }, at);
    index.writeStar(doc, room(0), true, at);
    index.writeOpened(doc, room(0), at);
    index.removeRoom(doc, room(6));
    expect(updates).toBe(0);
  });

  it('UI-63 the oldest openings give way', () => {
    const doc = new Y.Doc();
    for (let n = 0; n < 130; n++) index.writeOpened(doc, room(n), at + n);
    const { openedAt } = index.readMarks(doc);
    expect(openedAt.size).toBe(100);
    expect(openedAt.has(room(29))).toBe(false);
    expect(openedAt.get(room(129))).toBe(at + 129);
  });
});
