import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, expect, test } from 'vitest';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import type { SyncLogEntry } from '../room/types.ts';
import { accountDatabaseName, openAccountDatabase } from './database.ts';
import { createSyncLogStore, MAX_SYNC_LOG_AGE_MS, MAX_SYNC_LOG_ENTRIES } from './sync-log-store.ts';

const user = 'AAAAAAAAAAAAAAAAAAAAAA' as UserId;
const room = 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId;
const NOW = 1_800_000_000_000;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

test('CLI-41 the log of a room is there after a restart, newest first, of two tabs together', async () => {
  const first = await openAccountDatabase('one', user);
  await createSyncLogStore(first).append(room, [{ at: NOW, kind: 'opened' }], NOW);
  const second = await openAccountDatabase('one', user);
  await createSyncLogStore(second).append(room, [{ at: NOW + 1, kind: 'linked', name: 'Ben', path: 'direct' }], NOW);
  first.close();
  second.close();
  const again = await openAccountDatabase('one', user);
  expect(await createSyncLogStore(again).read(room)).toEqual([
    { at: NOW + 1, kind: 'linked', name: 'Ben', path: 'direct' },
    { at: NOW, kind: 'opened' },
  ]);
  again.close();
});

test('CLI-41 it keeps the newest 200 of at most 30 days', async () => {
  const database = await openAccountDatabase('one', user);
  const store = createSyncLogStore(database);
  const entries = Array.from({ length: 250 }, (_, i): SyncLogEntry => ({ at: NOW - i * 1000, kind: 'opened' }));
  await store.append(room, entries, NOW);
  const kept = await store.read(room);
  expect([kept.length, kept[0]?.at]).toEqual([MAX_SYNC_LOG_ENTRIES, NOW]);
  const later = NOW + MAX_SYNC_LOG_AGE_MS - 5000;
  await store.append(room, [{ at: later, kind: 'opened' }], later);
  expect(await store.read(room)).toHaveLength(7);
  database.close();
});

test('CLI-41 rows that are not readable are left out', async () => {
  const database = await openAccountDatabase('one', user);
  await database.write(['syncLog'], async (tx) => {
    await tx
      .objectStore('syncLog')
      .put([{ at: 1, kind: 'burnt' }, 7, null, { at: 2, kind: 'state', state: 'no' }], room);
  });
  expect(await createSyncLogStore(database).read(room)).toEqual([{ at: 2, kind: 'state' }]);
  database.close();
});

test('CLI-42 a database of version 1 keeps what it holds and gets the log', async () => {
  const name = accountDatabaseName('one', user);
  const stores = ['device', 'headers', 'entries', 'documents', 'checkpoints', 'receipted', 'rooms', 'caches'];
  const old = await openDB(name, 1, {
    upgrade: (db) => {
      for (const store of stores) db.createObjectStore(store);
    },
  });
  await old.put('caches', 'kept', 'peer-token');
  old.close();
  const database = await openAccountDatabase('one', user);
  expect(await database.read(['caches'], (tx) => tx.objectStore('caches').get('peer-token'))).toBe('kept');
  await createSyncLogStore(database).append(room, [{ at: NOW, kind: 'opened' }], NOW);
  expect(await createSyncLogStore(database).read(room)).toHaveLength(1);
  database.close();
});
