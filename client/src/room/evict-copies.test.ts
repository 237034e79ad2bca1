import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { entryHash, newHeader, SessionLog, signHeader } from '@vicinal/shared/log/session.ts';
import type { DocAddress, Durability, Entry, Head } from '@vicinal/shared/log/types.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { seededDevice, seededRandom } from '@vicinal/shared/testing/seeded-device.ts';
import { createAccountCaches, type AccountCaches, type RoomRecord } from '../storage/account-caches.ts';
import { openAccountDatabase, type AccountDatabase } from '../storage/database.ts';
import type { UnsavedCopies } from '../storage/unsaved-copies.ts';
import { createUpdateStore } from '../storage/update-store.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { evictCopies } from './evict-copies.ts';
import { isOnDevice, isReleased } from './record-book.ts';
import { createRoomLocks, type RoomLocks } from './room-locks.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1_800_000_000_000;
const room = 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId;
const spare = 'SSSSSSSSSSSSSSSSSSSSSA' as RoomId;
const content: DocAddress = { room, doc: 'content', gen: 0 };
const archived: RoomRecord = {
  room,
  workspace: 'WWWWWWWWWWWWWWWWWWWWWA' as WorkspaceId,
  kind: 'document',
  role: 'editor',
  accessEpoch: 1,
  grant: 'grant',
  isPending: false,
  isRevoked: false,
  title: 'Tide table',
  createdAt: 1,
  updatedAt: 2,
  openedAt: NOW - 8 * DAY,
  keptAt: 2,
};
const random = seededRandom('evict');

let database: AccountDatabase;
let caches: AccountCaches;
let unsaved: Set<RoomId>;
let locks: RoomLocks;
let accounts = 0;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  database = await openAccountDatabase('one', 'AAAAAAAAAAAAAAAAAAAAAA' as UserId);
  caches = createAccountCaches(database);
  unsaved = new Set();
  // a tab of one test is none of the next
  locks = createRoomLocks(navigator.locks, `account ${++accounts}`);
});
afterEach(() => database.close());

const unsavedCopies: UnsavedCopies = {
  keep: () => true,
  read: ({ room: asked }) => (unsaved.has(asked) ? [{ key: 'k', text: 't', batch: { headers: [], entries: [] } }] : []),
  remove: () => undefined,
};
const evict = (): Promise<{ readonly freed: number }> =>
  evictCopies({
    ...{ database, caches, unsavedCopies, logger: silentLogger, clock: createManualClock(NOW) },
    whileClosed: locks.whileClosed,
  });
const LOGS = ['headers', 'entries', 'documents', 'checkpoints', 'receipted'] as const;
const rowsOf = (of: RoomId): Promise<number> =>
  database.read([...LOGS], async (tx) => {
    const keys = await Promise.all(LOGS.map((store) => tx.objectStore(store).getAllKeys()));
    return keys.flat().filter(([of_]) => of_ === of).length;
  });

/** Stores a log of `length` entries and resolves to its heads, by seq. */
async function write(address: DocAddress, length: number): Promise<readonly Head[]> {
  const device = await seededDevice(`device ${random.bytes(4).join()}`);
  const header = await signHeader(newHeader(address, device.publicKey, random), 'grant', device);
  const log = new SessionLog(header);
  const entries: Entry[] = [];
  const heads: Head[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const entry: Entry = { clientId: log.clientId, seq, deps: [], bytes: random.bytes(8), sig: new Uint8Array(64) };
    const hash = entryHash(log.bodyOfNext(entry));
    log.append(entry, hash);
    entries.push(entry);
    heads.push({ clientId: log.clientId, seq, hash });
  }
  await createUpdateStore(database).append(address, { headers: [header], entries });
  return heads;
}
const receipt = (
  address: DocAddress,
  heads: readonly (Head | undefined)[],
  by = 'archive',
  durability: Durability = 'archive-disk',
  at = NOW,
): Promise<void> =>
  createUpdateStore(database).saveReceipted(address, {
    ...{ by, durability, at, archiveSeq: 1 },
    heads: heads.filter((head) => head !== undefined),
  });
const save = (record: RoomRecord): Promise<unknown> => caches.updateRoom(record.room, () => record);
async function prepare(record: RoomRecord = archived): Promise<readonly Head[]> {
  await save(record);
  const meta = { ...content, room: record.room, doc: 'meta' as const };
  const own = { ...content, room: record.room };
  await receipt(meta, [(await write(meta, 2)).at(-1)]);
  const heads = await write(own, 3);
  await receipt(own, [heads.at(-1)]);
  return heads;
}

test('CLI-58 the copy of an archived document goes whole, and its marks say that it is not on this device', async () => {
  await prepare();
  await prepare({ ...archived, room: spare, openedAt: NOW - DAY });
  const [before, heard] = [await rowsOf(spare), [] as RoomRecord[]];
  caches.on('room', (record) => heard.push(record));
  expect(await evict()).toEqual({ freed: 1 });
  expect([await rowsOf(room), await rowsOf(spare)]).toEqual([0, before]);
  const record = await caches.room(room);
  expect(heard).toEqual([record]);
  expect([isOnDevice(record), isReleased(record), record?.title]).toEqual([false, true, 'Tide table']);
  expect(await evict()).toEqual({ freed: 0 });
  const opened = await caches.updateRoom(room, (known) => known && { ...known, openedAt: NOW + 1 });
  expect([isOnDevice(opened), isReleased(opened)]).toEqual([true, false]);
});

test.each<[string, Partial<RoomRecord>]>([
  ['was opened in the last 7 days', { openedAt: NOW - 7 * DAY }],
  ['is not registered yet', { isPending: true }],
  ['is not listed yet', { isUnlisted: true }],
  ['was renamed and the title not copied yet', { isRenamed: true }],
  ['cannot be fetched again: access ended', { isRevoked: true }],
  ['is an index', { kind: 'workspace-index' }],
])('CLI-58 a copy stays that %s', async (_title, change) => {
  await prepare({ ...archived, ...change });
  const before = await rowsOf(room);
  expect(await evict()).toEqual({ freed: 0 });
  expect(await rowsOf(room)).toBe(before);
});

test.each<[string, () => Promise<unknown> | void]>([
  ['is pinned', () => caches.savePins([room])],
  ['has words outside the database', () => void unsaved.add(room)],
  ['is open in some tab', () => locks.hold(room).held],
  ['has an entry that no receipt covers', () => write(content, 1)],
  ['is covered by a device alone', () => receipt(content, [], 'archive', 'device')],
  ['is covered by an archive that was not sure of its disk', () => receiptAgain('archive-os')],
  [
    'was receipted by an archive before the current one',
    () => receipt(content, [], 'another', 'archive-disk', NOW + 1),
  ],
])('CLI-58 a copy stays that %s', async (_title, happen) => {
  await prepare();
  await happen();
  const before = await rowsOf(room);
  expect(await evict()).toEqual({ freed: 0 });
  expect([await rowsOf(room), isOnDevice(await caches.room(room))]).toEqual([before, true]);
});

async function receiptAgain(durability: Durability): Promise<void> {
  const heads = await write(content, 2);
  const [known] = await database.read(['receipted'], (tx) => tx.objectStore('receipted').getAll());
  expect(known).toBeDefined();
  await receipt(content, [...(await currentHeads()), heads.at(-1)], 'archive', durability);
}
const currentHeads = async (): Promise<readonly Head[]> => {
  const { receipted } = await createUpdateStore(database).load(content);
  return receipted.flatMap(({ heads }) => heads);
};

test('CLI-58 what is changed between the choice and the removal stays', async () => {
  await prepare();
  const before = await rowsOf(room);
  const { freed } = await evictCopies({
    ...{ database, caches, unsavedCopies, logger: silentLogger, clock: createManualClock(NOW) },
    whileClosed: async (_room, work) => {
      await write(content, 1);
      return work();
    },
  });
  expect(freed).toBe(0);
  expect(await rowsOf(room)).toBeGreaterThan(before);
});

test('CLI-58 a full store that refuses the changed record still lets the rows go', async () => {
  await prepare();
  let attempts = 0;
  const full: AccountDatabase = {
    ...database,
    write: (stores, work) =>
      database.write(stores, async (tx) => {
        const result = await work(tx);
        attempts++;
        if (attempts === 1) throw new DOMException('full', 'QuotaExceededError');
        return result;
      }),
  };
  const { freed } = await evictCopies({
    ...{ database: full, caches, unsavedCopies, logger: silentLogger, clock: createManualClock(NOW) },
    whileClosed: locks.whileClosed,
  });
  expect([freed, attempts, await rowsOf(room)]).toEqual([1, 2, 0]);
  expect(isOnDevice(await caches.room(room))).toBe(false);
  // as if the mark had not been kept either
  await save(archived);
  expect([await evict(), isOnDevice(await caches.room(room))]).toEqual([{ freed: 0 }, false]);
});

test('CLI-58 property: nothing that the archive does not hold is ever removed', async () => {
  const safe = new Set<RoomId>();
  const before = new Map<RoomId, number>();
  const pick = (below: number): number => (random.bytes(1)[0] ?? 0) % below;
  for (let round = 0; round < 60; round++) {
    const id = `${String(round).padStart(3, 'P')}${'P'.repeat(18)}A` as RoomId;
    await save({ ...archived, room: id });
    safe.add(id);
    for (const doc of ['meta', 'content'] as const) {
      const address = { room: id, doc, gen: 0 };
      const heads: Head[] = [];
      for (let session = pick(3); session >= 0; session--) {
        const log = await write(address, 2 + pick(3));
        const fate = pick(12);
        if (fate < 3) safe.delete(id);
        if (fate === 0) continue;
        const last = log.slice(-1);
        if (fate === 1) heads.push(...log.slice(0, 1));
        else if (fate === 2) heads.push(...last.map((head) => ({ ...head, hash: random.bytes(32) })));
        else heads.push(...last);
      }
      const durability = pick(8) === 0 ? 'archive-os' : 'archive-disk';
      if (durability === 'archive-os') safe.delete(id);
      await receipt(address, heads, 'archive', durability);
    }
    before.set(id, await rowsOf(id));
  }
  expect(await evict()).toEqual({ freed: safe.size });
  for (const [id, rows] of before) expect(await rowsOf(id)).toBe(safe.has(id) ? 0 : rows);
  expect([safe.size > 8, before.size - safe.size > 8]).toEqual([true, true]);
});
