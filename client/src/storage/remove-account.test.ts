import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import type { UserId } from '@vicinal/shared/ids.ts';
import { accountDatabaseName, openAccountDatabase } from './database.ts';
import { removeAccountData } from './remove-account.ts';

const alice = 'AAAAAAAAAAAAAAAAAAAAAA' as UserId;
const bob = 'BBBBBBBBBBBBBBBBBBBBBA' as UserId;

/** Entries by name, read the way a browser's Storage is. */
function createStorage(names: readonly string[]): Storage {
  const storage = { removeItem: (name: string) => Reflect.deleteProperty(storage, name) };
  Object.defineProperty(storage, 'removeItem', { enumerable: false });
  return Object.assign(storage, Object.fromEntries(names.map((name) => [name, 'x']))) as unknown as Storage; // the parts in use
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

test('CLI-52 removal takes whatever is named after the account, and nothing of another one or of the app', async () => {
  const [hers, his] = [accountDatabaseName('one', alice), accountDatabaseName('one', bob)];
  for (const user of [alice, bob]) (await openAccountDatabase('one', user)).close();
  const names = new Set([`${hers}/files`, `${his}/files`, 'workbox-precache']);
  const caches = {
    keys: () => Promise.resolve([...names]),
    delete: (name: string) => Promise.resolve(names.delete(name)),
  } as CacheStorage; // the parts in use
  const localStorage = createStorage([hers, `${hers}/tree`, `${his}/tree`, 'vicinal.theme', 'vicinal.tree']);
  await removeAccountData({ issuer: 'one', user: alice }, { caches, localStorage });
  expect([...names]).toEqual([`${his}/files`, 'workbox-precache']);
  expect(Object.keys(localStorage)).toEqual([`${his}/tree`, 'vicinal.theme']);
  expect((await indexedDB.databases()).map(({ name }) => name)).toEqual([his]);
});
