import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { AppError } from '@vicinal/shared/app-error.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { generateDeviceKey, signerFromKeyPair, verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { LogStore } from '@vicinal/shared/log/types.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { err } from '@vicinal/shared/result.ts';
import { contentBody, indexProps, metaProps, metaTitle } from '@vicinal/shared/room/documents.ts';
import { renderHtml } from '@vicinal/shared/room/html.ts';
import { createAccountCaches, type RoomRecord } from '../storage/account-caches.ts';
import { openAccountDatabase } from '../storage/database.ts';
import { removeRooms } from '../storage/remove-rooms.ts';
import { createUpdateStore } from '../storage/update-store.ts';
import { copyRoom, readDocument, type CopyTarget } from './adopt-local-copy.ts';
import { arrangeAdopted, starAdopted, trashedRooms } from './adopt-local-index.ts';
import { readFolders, readMarks, readRooms, writeFolder, writeRoom, writeStar } from './index-document.ts';
import type { FolderId } from './types.ts';

const room = 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId;
const other = 'QQQQQQQQQQQQQQQQQQQQQA' as RoomId;
const workspace = 'WWWWWWWWWWWWWWWWWWWWWA' as WorkspaceId;
const record: RoomRecord = {
  room,
  workspace: 'LLLLLLLLLLLLLLLLLLLLLA' as WorkspaceId,
  kind: 'document',
  role: 'owner',
  accessEpoch: 0,
  grant: '',
  isPending: true,
  isRevoked: false,
  title: 'Tide table',
  createdAt: 1,
  updatedAt: 2,
};
const grants = { verify: () => Promise.resolve(err(new AppError('unauthenticated'))) };
const newSigner = async (): Promise<DeviceSigner> => signerFromKeyPair(await generateDeviceKey());

function openDocument(store: LogStore, signer: DeviceSigner, doc: 'meta' | 'content') {
  const replica = createReplica({
    ...{ address: { room, doc, gen: 0 }, store, signer, verifySignature, grants },
    ...{ clock: systemClock, random: systemRandom, logger: silentLogger },
    writableWithoutGrant: () => true,
  });
  onTestFinished(() => replica.close());
  return replica;
}

async function setUp(write: (body: Y.XmlFragment) => void) {
  const [local, account] = await Promise.all([
    openAccountDatabase('local', 'AAAAAAAAAAAAAAAAAAAAAA' as UserId),
    openAccountDatabase('one', 'BBBBBBBBBBBBBBBBBBBBBA' as UserId),
  ]);
  onTestFinished(() => [local, account].forEach((database) => database.close()));
  const source = createUpdateStore(local);
  const author = await newSigner();
  const meta = openDocument(source, author, 'meta');
  const content = openDocument(source, author, 'content');
  await Promise.all([meta.ready, content.ready]);
  metaTitle(meta.ydoc).insert(0, 'Tide table');
  metaProps(meta.ydoc).set('schema', 2);
  content.ydoc.transact(() => write(contentBody(content.ydoc)));
  await Promise.all([meta.flush(), content.flush()]);
  const target: CopyTarget = {
    ...{ store: createUpdateStore(account), caches: createAccountCaches(account), workspace, verifySignature, grants },
    user: 'BBBBBBBBBBBBBBBBBBBBBA' as UserId,
    signer: await newSigner(),
    ...{ clock: systemClock, random: systemRandom, logger: silentLogger },
  };
  return { local, source, target };
}
const paragraph = (text: string): Y.XmlElement => {
  const element = new Y.XmlElement('paragraph');
  element.insert(0, [new Y.XmlText(text)]);
  return element;
};
const writeSample = (body: Y.XmlFragment): void => {
  const heading = new Y.XmlElement('heading');
  heading.setAttribute('level', 2 as never); // attributes hold any value, whatever the types say
  const marked = new Y.XmlText();
  marked.insert(0, 'High water', { bold: true });
  heading.insert(0, [marked]);
  body.insert(0, [heading, paragraph('at six'), paragraph('and at noon')]);
  body.delete(1, 1);
};
const htmlOf = async (store: LogStore, of = room): Promise<string> =>
  renderHtml(contentBody(await readDocument(store, { room: of, doc: 'content', gen: 0 })));

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('copying', () => {
  test('CLI-51 a copy shows what the local document shows, written by the account itself', async () => {
    const { source, target } = await setUp(writeSample);
    await copyRoom(record, source, target, false);
    expect(await htmlOf(target.store)).toBe(await htmlOf(source));
    expect(await htmlOf(target.store)).toContain('High water');
    expect(await htmlOf(target.store)).not.toContain('at six');
    const meta = await readDocument(target.store, { room, doc: 'meta', gen: 0 });
    expect([metaTitle(meta).toJSON(), metaProps(meta).toJSON()]).toEqual(['Tide table', { schema: 2 }]);
    const { headers } = await target.store.load({ room, doc: 'content', gen: 0 });
    expect(headers.map(({ devicePub }) => devicePub)).toEqual([target.signer.publicKey]);
    expect(await target.caches.room(room)).toMatchObject({
      ...{ workspace, title: 'Tide table', isPending: true, isUnlisted: true },
    });
  });

  test('CLI-51 a copy can be edited on', async () => {
    const { source, target } = await setUp(writeSample);
    await copyRoom(record, source, target, false);
    const replica = openDocument(target.store, target.signer, 'content');
    await replica.ready;
    contentBody(replica.ydoc).push([paragraph('Low water')]);
    await replica.flush();
    expect(await htmlOf(target.store)).toContain('Low water');
  });

  test('CLI-51 repeated, it copies nothing twice, and leaves what was written since', async () => {
    const { source, target } = await setUp(writeSample);
    await copyRoom(record, source, target, false);
    const once = await htmlOf(target.store);
    await copyRoom(record, source, target, false);
    expect(await htmlOf(target.store)).toBe(once);
  });

  test('CLI-51 interrupted anywhere, a second run ends with one whole copy', async () => {
    const { source, target } = await setUp(writeSample);
    const wanted = await htmlOf(source);
    for (const failing of [1, 2]) {
      let appends = 0;
      const store: LogStore = {
        ...target.store,
        append: (address, batch) =>
          ++appends === failing
            ? Promise.reject(new AppError('storage-failed', 'full'))
            : target.store.append(address, batch),
      };
      await expect(copyRoom(record, source, { ...target, store }, false)).rejects.toMatchObject({
        code: 'storage-failed',
      });
      expect(await target.caches.room(room)).toBeUndefined();
    }
    await copyRoom(record, source, target, false);
    expect(await htmlOf(target.store)).toBe(wanted);
    const meta = await readDocument(target.store, { room, doc: 'meta', gen: 0 });
    expect(metaTitle(meta).toJSON()).toBe('Tide table');
  });

  const writeLater = async (source: LogStore): Promise<void> => {
    const replica = openDocument(source, await newSigner(), 'content');
    await replica.ready;
    contentBody(replica.ydoc).push([paragraph('written later')]);
    await replica.flush();
    await replica.close();
  };

  test('CLI-51 what was written after an interrupted adoption comes along as another document, once', async () => {
    const { source, target } = await setUp(writeSample);
    await copyRoom(record, source, target, false);
    await writeLater(source);
    const copy = await copyRoom(record, source, target, false);
    expect(copy).not.toBe(room);
    expect(await htmlOf(target.store, copy)).toBe(await htmlOf(source));
    expect(await htmlOf(target.store)).not.toContain('written later');
    expect(await target.caches.room(copy)).toMatchObject({ room: copy, title: 'Tide table', isPending: true });
    expect(await copyRoom(record, source, target, false)).toBe(copy);
    expect(await target.caches.rooms()).toHaveLength(2);
  });

  test('CLI-51 written after an interruption before the copy was known, it is no less whole', async () => {
    const { source, target } = await setUp(writeSample);
    const caches = { ...target.caches, updateRoom: () => Promise.reject(new AppError('storage-failed', 'full')) };
    await expect(copyRoom(record, source, { ...target, caches }, false)).rejects.toMatchObject({
      code: 'storage-failed',
    });
    await writeLater(source);
    const copy = await copyRoom(record, source, target, false);
    expect(await htmlOf(target.store, copy)).toBe(await htmlOf(source));
    expect(await target.caches.rooms()).toMatchObject([{ room: copy }]);
  });

  test('CLI-51 a room the account has for another reason is neither taken for the copy nor changed', async () => {
    const { source, target } = await setUp(writeSample);
    await target.caches.updateRoom(room, () => ({ ...record, title: 'Its own', isPending: false }));
    const copy = await copyRoom(record, source, target, false);
    expect(await htmlOf(target.store, copy)).toBe(await htmlOf(source));
    expect(await target.caches.room(room)).toMatchObject({ title: 'Its own', isPending: false });
  });

  test('CLI-51 what another account took before gets an id of its own here', async () => {
    const { source, target } = await setUp(writeSample);
    const taken = { ...record, takenBy: 'CCCCCCCCCCCCCCCCCCCCCA' as UserId };
    const copy = await copyRoom(taken, source, target, false);
    expect(copy).not.toBe(room);
    expect(await htmlOf(target.store, copy)).toBe(await htmlOf(source));
    expect(await copyRoom({ ...record, takenBy: target.user }, source, target, false)).toBe(copy);
  });

  test('CLI-51 words that the last page could not store are copied too', async () => {
    const { source, target } = await setUp(writeSample);
    const stored = await source.load({ room, doc: 'content', gen: 0 });
    const full: LogStore = {
      ...source,
      load: async (address) => {
        const { headers, entries, ...rest } = await source.load(address);
        return address.doc === 'meta'
          ? { headers, entries, ...rest }
          : { headers: [], entries: [], ...rest, unsaved: { headers, entries } };
      },
    };
    expect(stored.entries).not.toEqual([]);
    await copyRoom(record, full, target, false);
    expect(await htmlOf(target.store)).toBe(await htmlOf(source));
  });

  test('CLI-51 more text than one entry may hold is copied whole', async () => {
    const { source, target } = await setUp((body) => {
      for (let i = 0; i < 10; i++) body.push([paragraph(`${i}`.repeat(1024 * 1024))]);
    });
    await copyRoom(record, source, target, false);
    expect((await htmlOf(target.store)) === (await htmlOf(source))).toBe(true); // 10 MB are no message for a failure
    const { entries } = await target.store.load({ room, doc: 'content', gen: 0 });
    expect(Math.max(...entries.map(({ bytes }) => bytes.length))).toBeLessThan(512 * 1024);
  });

  test('rooms taken out of a database leave nothing, and leave the others', async () => {
    const { local, source } = await setUp(writeSample);
    const caches = createAccountCaches(local);
    await caches.updateRoom(room, () => record);
    await caches.updateRoom(other, () => ({ ...record, room: other }));
    await removeRooms(local, [room]);
    expect((await source.load({ room, doc: 'content', gen: 0 })).entries).toEqual([]);
    expect((await caches.rooms()).map((left) => left.room)).toEqual([other]);
  });
});

describe('places in the index', () => {
  const folder = 'FFFFFFFFFFFFFFFFFFFFFA' as FolderId;
  const inner = 'GGGGGGGGGGGGGGGGGGGGGA' as FolderId;
  const same = (...rooms: RoomId[]): ReadonlyMap<RoomId, RoomId> => new Map(rooms.map((id) => [id, id]));
  function localIndex(): Y.Doc {
    const index = new Y.Doc();
    writeFolder(index, folder, { name: 'Harbour', order: 'a0' }, 1);
    writeFolder(index, inner, { name: 'Pilots', parent: folder }, 1);
    writeRoom(index, room, { title: 'Tide table', createdAt: 1, updatedAt: 2, folder: inner, order: 'a1' }, 1);
    writeRoom(index, other, { title: 'Old', createdAt: 1, updatedAt: 2, trashedAt: 5 }, 1);
    return index;
  }

  test('CLI-51 adopted documents keep folder, order and trash', () => {
    const [from, to] = [localIndex(), new Y.Doc()];
    arrangeAdopted(from, to, same(room, other), 9);
    expect(readRooms(to)).toEqual(readRooms(from));
    expect(readFolders(to).map(({ id, name, parent }) => ({ id, name, parent }))).toEqual([
      { id: folder, name: 'Harbour', parent: undefined },
      { id: inner, name: 'Pilots', parent: folder },
    ]);
    expect(trashedRooms(from)).toEqual(new Set([other]));
  });

  test('CLI-51 a document that got another id keeps its place and star', () => {
    const copy = 'SSSSSSSSSSSSSSSSSSSSSA' as RoomId;
    const [from, to, stars] = [localIndex(), new Y.Doc(), new Y.Doc()];
    writeRoom(to, room, { title: 'Tide table', folder, order: 'a7' }, 1);
    writeStar(from, room, true, 1);
    arrangeAdopted(from, to, new Map([[room, copy]]), 9);
    starAdopted(from, stars, new Map([[room, copy]]), 9);
    expect(readRooms(to).find((entry) => entry.room === copy)).toMatchObject({ folder: inner, order: 'a1' });
    expect(readRooms(to).find((entry) => entry.room === room)).toMatchObject({ folder, order: 'a7' });
    expect(readMarks(stars).starred).toEqual(new Set([copy]));
  });

  test('CLI-51 what was arranged since stays, and nothing is written when nothing is new', () => {
    const [from, to] = [localIndex(), new Y.Doc()];
    arrangeAdopted(from, to, same(room), 9);
    writeFolder(to, folder, { name: 'Port' }, 10);
    writeRoom(to, room, { title: 'Tides', folder }, 10);
    const before = Y.encodeStateVector(to);
    arrangeAdopted(from, to, same(room), 11);
    expect(readFolders(to).find(({ id }) => id === folder)?.name).toBe('Port');
    expect(readRooms(to)).toMatchObject([{ title: 'Tides', folder }]);
    expect(Y.encodeStateVector(to)).toEqual(before);
  });

  test('CLI-51 stars come along, those of other documents do not', () => {
    const [from, to] = [new Y.Doc(), new Y.Doc()];
    writeStar(from, room, true, 1);
    writeStar(from, other, true, 1);
    starAdopted(from, to, same(room), 9);
    expect(readMarks(to).starred).toEqual(new Set([room]));
    expect(indexProps(to).size).toBe(1);
  });
});
