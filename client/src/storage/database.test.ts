import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { UserId } from '@vicinal/shared/ids.ts';
import { accountDatabaseName, deleteAccountDatabase, openAccountDatabase, openProfileDatabase } from './database.ts';
import { createAccountCaches } from './account-caches.ts';
import { markDeviceRegistered, openDevice } from './device-store.ts';
import { createProfileStore } from './profile-store.ts';

const alice = 'AAAAAAAAAAAAAAAAAAAAAA' as UserId;
const bob = 'BBBBBBBBBBBBBBBBBBBBBA' as UserId;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('databases', () => {
  test('CLI-1 every account has a database of its own, per issuer', () => {
    const names = [
      accountDatabaseName('one', alice),
      accountDatabaseName('one', bob),
      accountDatabaseName('two', alice),
    ];
    expect(new Set(names).size).toBe(3);
    expect(names[0]).toMatch(/^vicinal\/[0-9a-f]{16}\/A{22}$/);
  });

  test('a write that fails leaves nothing behind and is a storage failure', async () => {
    const database = await openAccountDatabase('one', alice);
    const failed = database.write(['caches'], async (tx) => {
      await tx.objectStore('caches').put(1, 'kept');
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(failed).rejects.toMatchObject({
      name: 'AppError',
      code: 'storage-failed',
      message: 'QuotaExceededError',
    });
    expect(await database.read(['caches'], (tx) => tx.objectStore('caches').get('kept'))).toBeUndefined();
    database.close();
  });

  test('a closed database refuses reads and writes', async () => {
    const database = await openAccountDatabase('one', alice);
    database.close();
    await expect(database.read(['rooms'], (tx) => tx.objectStore('rooms').getAll())).rejects.toMatchObject({
      code: 'storage-failed',
    });
  });

  test('CLI-2 a tab that is in the way of removal flushes, closes and lets it happen', async () => {
    const order: string[] = [];
    const database = await openAccountDatabase('one', alice, {
      onSuperseded: async () => {
        await database.write(['caches'], async (tx) => void (await tx.objectStore('caches').put(1, 'flushed')));
        order.push('flushed');
      },
    });
    await deleteAccountDatabase('one', alice);
    order.push('removed');
    expect(order).toEqual(['flushed', 'removed']);
    await expect(database.read(['caches'], (tx) => tx.objectStore('caches').getAll())).rejects.toMatchObject({
      code: 'storage-failed',
    });
  });
});

test('CLI-52 words that a tab puts aside while its account is removed go with it', async () => {
  const rows = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    get length() {
      return rows.size;
    },
    key: (index: number) => [...rows.keys()][index] ?? null,
    removeItem: (key: string) => rows.delete(key),
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const putAside = (account: UserId): unknown =>
    rows.set(`vicinal/unsaved/${accountDatabaseName('one', account)}/room/content/0/tab`, 'words');
  await openAccountDatabase('one', alice, { onSuperseded: () => void putAside(alice) });
  putAside(alice);
  putAside(bob);
  await deleteAccountDatabase('one', alice);
  expect([...rows.keys()].join()).toContain(bob);
  expect([...rows.keys()].join()).not.toContain(alice);
});

describe('device key', () => {
  test('CLI-3 the key is made once, cannot be exported, and signs after a reload', async () => {
    const database = await openAccountDatabase('one', alice);
    const first = await openDevice(database);
    expect(first.isRegistered).toBe(false);
    await markDeviceRegistered(database);
    database.close();

    const again = await openAccountDatabase('one', alice);
    const second = await openDevice(again);
    expect(second.signer.deviceId).toBe(first.signer.deviceId);
    expect(second.isRegistered).toBe(true);
    expect(await second.signer.sign(new Uint8Array([1]))).toHaveLength(64);
    const row = (await again.read(['device'], (tx) => tx.objectStore('device').get('self'))) as { pair: CryptoKeyPair };
    expect(row.pair.privateKey.extractable).toBe(false);
    again.close();
  });

  test('two tabs that start together end with one key', async () => {
    const [one, two] = await Promise.all([openAccountDatabase('one', alice), openAccountDatabase('one', alice)]);
    const [first, second] = await Promise.all([openDevice(one), openDevice(two)]);
    expect(first.signer.deviceId).toBe(second.signer.deviceId);
    one.close();
    two.close();
  });

  test('another account has another key', async () => {
    const [one, two] = await Promise.all([openAccountDatabase('one', alice), openAccountDatabase('one', bob)]);
    const [first, second] = await Promise.all([openDevice(one), openDevice(two)]);
    expect(first.signer.deviceId).not.toBe(second.signer.deviceId);
    one.close();
    two.close();
  });
});

describe('profile', () => {
  const account = {
    issuer: 'one',
    user: { id: alice, name: 'Alice', colour: 3, isGuest: false },
    workspaces: [],
    lastUsedAt: 1,
  };

  test('the active account is remembered until it signs out', async () => {
    const database = await openProfileDatabase();
    const profile = createProfileStore(database);
    expect(await profile.activeAccount()).toBeUndefined();
    await profile.saveActive(account);
    expect(await profile.activeAccount()).toEqual(account);
    await profile.clearActive({ issuer: 'one', user: alice }, {});
    expect(await profile.activeAccount()).toBeUndefined();
    database.close();
  });

  test('a row that is not an account counts as none', async () => {
    const database = await openProfileDatabase();
    await database.write(['accounts', 'settings'], async (tx) => {
      await tx.objectStore('accounts').put({ issuer: 7 }, 'x');
      await tx.objectStore('settings').put('x', 'active');
    });
    expect(await createProfileStore(database).activeAccount()).toBeUndefined();
    database.close();
  });
});

describe('caches', () => {
  test('what does not parse counts as absent', async () => {
    const database = await openAccountDatabase('one', alice);
    const caches = createAccountCaches(database);
    await database.write(['rooms', 'caches'], async (tx) => {
      await tx.objectStore('rooms').put({ room: 'nonsense' }, 'nonsense');
      await tx.objectStore('caches').put('nonsense', 'peer-token');
    });
    expect(await caches.rooms()).toEqual([]);
    expect(await caches.peerToken()).toBeUndefined();
    database.close();
  });
});
