import { beforeEach, describe, expect, test } from 'vitest';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { Room } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { ok } from '@vicinal/shared/result.ts';
import { indexFolders, indexRooms } from '@vicinal/shared/room/documents.ts';
import type { RoomRecord } from '../storage/account-caches.ts';
import { createIndexCore, type IndexCore } from '../testing/index-core.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { readMarks, readRooms, writeFolder, writeRoom } from './index-document.ts';
import type { RecordBook } from './record-book.ts';
import type { FolderId } from './types.ts';
import { createWorkspaceSession, type IndexedWorkspace } from './workspace-session.ts';

const roomId = (letter: string): RoomId => `${letter.repeat(21)}A` as RoomId;
const workspace = roomId('w') as string as WorkspaceId;
const user = roomId('u') as string as UserId;

let clock: ManualClock;
let shared: IndexCore;
let own: IndexCore;
let records: Map<RoomId, RoomRecord>;
let pins: Set<RoomId>;
let changed: Emitter<{ change: [] }>;
let answer: readonly Room[] | undefined;
let session: IndexedWorkspace;

const room = (letter: string, audience: Room['audience']): Room => ({
  id: roomId(letter),
  workspace,
  kind: 'document',
  role: 'editor',
  accessEpoch: 0,
  createdAt: 5,
  audience,
  audienceRole: 'editor',
});
/** Readings are made once per task. */
const task = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  clock = createManualClock(1000);
  shared = createIndexCore();
  own = createIndexCore();
  records = new Map();
  pins = new Set();
  changed = new Emitter();
  answer = [];
  const book: RecordBook = {
    get: (id) => records.get(id),
    all: () => [...records.values()],
    isPinned: (id) => pins.has(id),
    setPinned: async (id, isPinned) => {
      if (isPinned) pins.add(id);
      else pins.delete(id);
      changed.emit('change');
    },
    loaded: Promise.resolve(),
    on: (event, listener) => changed.on(event, listener),
    close: () => changed.clear(),
  };
  session = createWorkspaceSession({
    workspace,
    core: shared.core,
    personal: own.core,
    user: () => user,
    records: book,
    clock,
    random: { bytes: (length) => new Uint8Array(length).fill(7), fraction: () => 0.5 },
    askRooms: () => Promise.resolve(answer),
    createDocument: () => Promise.resolve(ok(roomId('n'))),
    onRenamed: () => undefined,
    release: () => Promise.resolve(),
  });
});

describe('the list of a workspace', () => {
  test('UI-64 a room that both indexes name counts as open to the workspace', async () => {
    writeRoom(shared.doc, roomId('a'), { title: 'Shared', createdAt: 1, updatedAt: 1 }, 1);
    writeRoom(own.doc, roomId('a'), { title: 'Old', createdAt: 1, updatedAt: 1 }, 1);
    writeRoom(own.doc, roomId('b'), { title: 'Secret', createdAt: 2, updatedAt: 2 }, 2);
    await task();
    expect(session.documents.map(({ title, isRestricted }) => [title, isRestricted])).toEqual([
      ['Secret', true],
      ['Shared', false],
    ]);
  });

  test('UI-64 restricting moves the title out of the index that everybody reads, and back', async () => {
    writeRoom(shared.doc, roomId('a'), { title: 'Salaries', createdAt: 1, updatedAt: 1, folder: roomId('f') }, 1);
    session.setRestricted(roomId('a'), true);
    expect(JSON.stringify(indexRooms(shared.doc).toJSON())).not.toContain('Salaries');
    expect(readRooms(own.doc)).toMatchObject([{ room: roomId('a'), title: 'Salaries', folder: roomId('f') }]);
    session.setRestricted(roomId('a'), false);
    expect(readRooms(shared.doc)).toMatchObject([{ room: roomId('a'), title: 'Salaries' }]);
    expect(readRooms(own.doc)).toEqual([]);
  });

  test('UI-64 restricted rooms that the server names are listed in the personal index alone', async () => {
    answer = [room('a', 'workspace'), room('b', 'restricted')];
    await session.reconcile();
    await task();
    expect(readRooms(shared.doc)).toEqual([]);
    expect(readRooms(own.doc).map((entry) => entry.room)).toEqual([roomId('b')]);
    const { writes } = own;
    await session.reconcile();
    answer = undefined;
    await session.reconcile();
    expect(own.writes).toBe(writes);
  });

  test('UI-64 folders of the personal index stand among the others and change there alone', async () => {
    const mine = roomId('m') as string as FolderId;
    writeFolder(own.doc, mine, { name: 'Mine' }, 1);
    writeRoom(own.doc, roomId('b'), { title: 'Secret', createdAt: 2, updatedAt: 2, folder: mine }, 2);
    session.createFolder('Common');
    session.renameFolder(mine, 'Private');
    await task();
    expect(session.folders.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['Common', 'Private']);
    expect(session.documents[0]).toMatchObject({ folder: mine, isRestricted: true });
    expect(JSON.stringify(indexFolders(shared.doc).toJSON())).not.toContain('Private');
    session.removeFolder(mine);
    await task();
    expect(session.folders.map(({ name }) => name)).toEqual(['Common']);
    expect(session.documents[0]).not.toHaveProperty('folder');
  });

  test('UI-66 nothing is written where this person may not write', async () => {
    writeRoom(shared.doc, roomId('a'), { title: 'A', createdAt: 1, updatedAt: 1 }, 1);
    shared.setWritable(false);
    own.setWritable(false);
    const before = [shared.writes, own.writes];
    answer = [room('b', 'restricted')];
    session.setStarred(roomId('a'), true);
    session.trashDocument(roomId('a'));
    session.moveDocument(roomId('a'), {});
    session.setRestricted(roomId('a'), true);
    expect(session.createFolder('F')).toBeUndefined();
    await session.reconcile();
    expect([shared.writes, own.writes]).toEqual(before);
    expect(session.canWrite).toBe(false);
  });

  test('UI-67 the trash holds what was put there, by whom, until it is restored', async () => {
    writeRoom(shared.doc, roomId('a'), { title: 'A', createdAt: 1, updatedAt: 1 }, 1);
    session.trashDocument(roomId('a'));
    await task();
    expect(session.documents).toEqual([]);
    expect(session.trash).toMatchObject([{ title: 'A', trashedAt: 1000 }]);
    expect(readRooms(shared.doc)[0]?.trashedBy).toBe(user);
    session.restoreDocument(roomId('a'));
    await task();
    expect(session.trash).toEqual([]);
    expect(session.documents).toHaveLength(1);
  });

  test('UI-67 stars and openings are this person’s own; a folder nobody made counts as none', async () => {
    const folder = session.createFolder('  Surveys ');
    writeRoom(shared.doc, roomId('a'), { title: 'A', createdAt: 1, updatedAt: 1, folder: roomId('x') }, 1);
    session.setStarred(roomId('a'), true);
    records.set(roomId('a'), { room: roomId('a'), openedAt: 900, isPending: false } as RoomRecord); // what the list reads of it
    changed.emit('change');
    await task();
    const [document] = session.documents;
    expect(document).toMatchObject({ isStarred: true, openedAt: 900, isOnDevice: true, isPinned: false });
    expect(document).not.toHaveProperty('folder');
    expect(session.folders).toEqual([{ id: folder, name: 'Surveys' }]);
    expect(readMarks(own.doc).starred).toEqual(new Set([roomId('a')]));
    expect(JSON.stringify(indexFolders(own.doc).toJSON())).toBe('{}');
    await session.setPinned(roomId('a'), true);
    await task();
    expect(session.documents[0]?.isPinned).toBe(true);
    session.removeFolder(folder as FolderId); // made above
    await task();
    expect(session.folders).toEqual([]);
  });

  test('UI-67 hears nothing any more once it is closed', async () => {
    let heard = 0;
    session.on('change', () => heard++);
    await session.close();
    writeRoom(shared.doc, roomId('a'), { title: 'A', createdAt: 1, updatedAt: 1 }, 1);
    changed.emit('change');
    clock.advance(10_000);
    await task();
    expect(heard).toBe(0);
  });
});
