import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import { newHeader, sessionClientId, signHeader } from '@vicinal/shared/log/session.ts';
import type { Checkpoint, DocAddress, Entry, LogHeader } from '@vicinal/shared/log/types.ts';
import { seededDevice, seededRandom } from '@vicinal/shared/testing/seeded-device.ts';
import { openAccountDatabase, type AccountDatabase } from './database.ts';
import { createUpdateStore } from './update-store.ts';

const user = 'AAAAAAAAAAAAAAAAAAAAAA' as UserId;
const content: DocAddress = { room: 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId, doc: 'content', gen: 0 };
const meta: DocAddress = { ...content, doc: 'meta' };

let database: AccountDatabase;
let header: LogHeader;
let clientId: number;

const entry = (seq: number, text = `entry ${seq}`): Entry => ({
  clientId,
  seq,
  deps: [{ clientId: 7, seq }],
  bytes: new TextEncoder().encode(text),
  sig: new Uint8Array(64).fill(seq),
});
const checkpoint = (archiveSeq: number): Checkpoint => ({
  ...content,
  archiveId: new Uint8Array(16),
  archiveSeq,
  sessions: [{ header, seq: 1, hash: new Uint8Array(32) }],
  state: new Uint8Array([0, 0]),
  devicePub: new Uint8Array(32),
  grant: 'grant',
  sig: new Uint8Array(64),
});

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  database = await openAccountDatabase('one', user);
  const device = await seededDevice('alice');
  header = await signHeader(newHeader(content, device.publicKey, seededRandom(1)), '', device);
  clientId = sessionClientId(header);
});
afterEach(() => database.close());

describe('logs in IndexedDB', () => {
  test('a document never written is empty', async () => {
    expect(await createUpdateStore(database).load(content)).toEqual({ headers: [], entries: [], receipted: [] });
  });

  test('CLI-12 what was appended is read back after the database was opened again, per document', async () => {
    const batch = { headers: [header], entries: [entry(1), entry(2)] };
    expect(await createUpdateStore(database).append(content, batch)).toBe('device');
    database.close();
    database = await openAccountDatabase('one', user);
    const store = createUpdateStore(database);
    expect(await store.load(content)).toEqual({ ...batch, receipted: [] });
    expect((await store.load(meta)).entries).toEqual([]);
  });

  test('CLI-12 entries come back in the order in which they were stored', async () => {
    const store = createUpdateStore(database);
    const other = { ...entry(1), clientId: 3 };
    await store.append(content, { headers: [], entries: [entry(1)] });
    await store.append(content, { headers: [], entries: [other, entry(2)] });
    expect((await store.load(content)).entries).toEqual([entry(1), other, entry(2)]);
  });

  test('CLI-12 a repeated entry is stored once and keeps its first body, within a batch and across batches', async () => {
    const store = createUpdateStore(database);
    await store.append(content, { headers: [], entries: [entry(1, 'first'), entry(1, 'second')] });
    await store.append(content, { headers: [], entries: [entry(1, 'third'), entry(2)] });
    expect((await store.load(content)).entries).toEqual([entry(1, 'first'), entry(2)]);
  });

  test('CLI-12 a header without grant is completed by one with it and never loses it again', async () => {
    const store = createUpdateStore(database);
    const granted = { ...header, grant: 'grant' };
    await store.append(content, { headers: [header], entries: [] });
    await store.append(content, { headers: [granted], entries: [] });
    await store.append(content, { headers: [header], entries: [] });
    expect((await store.load(content)).headers).toEqual([granted]);
  });

  test('CLI-12 a batch that cannot be stored as a whole leaves nothing', async () => {
    const store = createUpdateStore(database);
    // a number that IndexedDB takes for no key
    const unstorable = { ...entry(2), clientId: Number.NaN };
    await expect(store.append(content, { headers: [header], entries: [entry(1), unstorable] })).rejects.toMatchObject({
      code: 'storage-failed',
    });
    expect(await store.load(content)).toEqual({ headers: [], entries: [], receipted: [] });
  });

  test('only the bytes of an entry are kept, not the buffer they were cut from', async () => {
    const frame = new Uint8Array(4096);
    await createUpdateStore(database).append(content, {
      headers: [],
      entries: [{ ...entry(1), bytes: frame.subarray(0, 3) }],
    });
    const [row] = (await database.read(['entries'], (tx) => tx.objectStore('entries').getAll())) as {
      bytes: Uint8Array;
    }[];
    expect(row?.bytes.buffer.byteLength).toBe(3);
  });

  test('CLI-13 a row that is not an entry fails the load', async () => {
    await database.write(['entries'], async (tx) => {
      await tx.objectStore('entries').put({ seq: 'x' }, ['RRRRRRRRRRRRRRRRRRRRRA', 'content', 0, 1, 1]);
    });
    await expect(createUpdateStore(database).load(content)).rejects.toMatchObject({ code: 'storage-failed' });
  });

  test('receipted heads are kept per signer', async () => {
    const store = createUpdateStore(database);
    const heads = {
      by: 'aa',
      archiveSeq: 4,
      durability: 'archive-disk',
      at: 5,
      heads: [{ clientId, seq: 1, hash: new Uint8Array(32) }],
    } as const;
    await store.saveReceipted(content, { ...heads, archiveSeq: 1 });
    await store.saveReceipted(content, heads);
    await store.saveReceipted(content, { ...heads, by: 'device', durability: 'device' });
    expect((await store.load(content)).receipted).toEqual([heads, { ...heads, by: 'device', durability: 'device' }]);
  });

  test('a checkpoint is kept until a later one comes', async () => {
    const store = createUpdateStore(database);
    await store.saveCheckpoint(checkpoint(2));
    await store.saveCheckpoint(checkpoint(1));
    expect((await store.load(content)).checkpoint?.archiveSeq).toBe(2);
    await store.saveCheckpoint(checkpoint(3));
    expect((await store.load(content)).checkpoint).toEqual(checkpoint(3));
  });
});
