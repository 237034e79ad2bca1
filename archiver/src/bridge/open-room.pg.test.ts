/** An open room over a real database; its peers apply updates as the stock provider does. */
import { startTestPostgres, type TestPostgres } from '@vicinal/infra/testing/postgres.ts';
import { systemClock } from '@vicinal/shared/clock.ts';
import { generateDeviceKey, signerFromKeyPair } from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { DEFAULT_LIMITS, type Limits } from '../config.ts';
import { createLogger } from '../log.ts';
import { migrate } from '../store/migrations.ts';
import { createOpenRoomStore, type OpenRoomStore } from '../store/open-rooms.ts';
import { openOpenRoom, type OpenRoom } from './open-room.ts';

let postgres: TestPostgres;
let url: string;
let database: pg.Client;
let signer: DeviceSigner;
let log = '';
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  url = await postgres.createDatabase();
  await migrate(url, 5000);
  database = new pg.Client({ connectionString: url });
  await database.connect();
  signer = await signerFromKeyPair(await generateDeviceKey());
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  log = '';
});
afterAll(async () => {
  await database.end();
  await postgres.stop();
});

interface Opened {
  readonly room: OpenRoom;
  readonly ydoc: Y.Doc;
  readonly store: OpenRoomStore;
  readonly reconnects: () => number;
  close(): Promise<void>;
}
async function open(name: string, limits: Partial<Limits> = {}): Promise<Opened> {
  const all = { ...DEFAULT_LIMITS, retryMinMs: 20, retryMaxMs: 50, ...limits };
  const store = createOpenRoomStore(url, all);
  let opened: Y.Doc | undefined;
  let reconnects = 0;
  let room: OpenRoom;
  try {
    room = await openOpenRoom({
      room: name,
      store,
      signer,
      limits: all,
      clock: systemClock,
      logger: createLogger('debug', { write: (line) => void (log += line) }),
      onFailed: (error) => {
        throw error;
      },
      join: (ydoc) => {
        opened = ydoc;
        return {
          peers: () => 0,
          setIce: () => undefined,
          reconnect: () => reconnects++,
          close: () => undefined,
        };
      },
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  if (opened === undefined) throw new TypeError('it joins');
  const close = async (): Promise<void> => {
    await room.close();
    await store.close();
  };
  closers.push(close);
  return { room, ydoc: opened, store, reconnects: () => reconnects, close };
}

/** A stock client that hands over each change. */
function writer(target: Y.Doc) {
  const ydoc = new Y.Doc();
  ydoc.on('update', (update: Uint8Array) => {
    try {
      Y.applyUpdate(target, update, 'provider');
    } catch {
      // as y-protocols: reported and passed over
    }
  });
  const text = ydoc.getText('text');
  return { ydoc, add: (words: string): void => text.insert(text.length, words) };
}
const textOf = (ydoc: Y.Doc): string => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(ydoc));
  return copy.getText('text').toJSON();
};
const rows = async (sql: string, room: string): Promise<Record<string, unknown>[]> =>
  (await database.query<Record<string, unknown>>(sql, [room])).rows;
const UPDATES = 'select seq, sig from archive.open_room_updates where room = $1 order by seq';
const STATE = 'select seq, octet_length(state) as bytes from archive.open_rooms where room = $1 and state is not null';

test('OPEN-9 what arrives is signed and stored, compacted by applying, and there again at the next start', async () => {
  const first = await open('kept', { openRoomCompactEvery: 4 });
  const { add } = writer(first.ydoc);
  for (let i = 1; i <= 6; i++) {
    add(`${i} `);
    await expect.poll(() => first.room.stats().batches).toBe(i);
  }
  await first.close();
  expect(await rows(UPDATES, 'kept')).toHaveLength(2);
  expect(await rows(STATE, 'kept')).toMatchObject([{ seq: '4' }]);
  const second = await open('kept');
  expect(textOf(second.ydoc)).toBe('1 2 3 4 5 6 ');
  expect(await rows(UPDATES, 'kept')).toHaveLength(0);
  writer(second.ydoc).add('later');
  await expect.poll(() => second.room.stats().batches).toBe(7);
});

test('OPEN-9 a stored batch that is not what was signed keeps the room closed and says which', async () => {
  const first = await open('tampered');
  writer(first.ydoc).add('mine');
  await expect.poll(() => first.room.stats().batches).toBe(1);
  await first.close();
  await database.query(`update archive.open_room_updates set at_ms = at_ms + 1 where room = 'tampered'`);
  await expect(open('tampered')).rejects.toThrow('open room tampered: updates 1 is not what was signed');
});

test('OPEN-10 a room over its limit takes nothing more, says so, and still has what it took', async () => {
  const first = await open('small', { openRoomMaxBytes: 2000 });
  const { add } = writer(first.ydoc);
  add('kept');
  for (let i = 0; i < 10; i++) {
    add('y'.repeat(500));
    const before = first.room.stats();
    await expect.poll(() => first.room.stats().batches + first.room.stats().refused).toBeGreaterThan(before.batches);
  }
  await expect.poll(() => first.room.stats().state).toBe('full');
  const { length } = textOf(first.ydoc);
  add('more');
  expect(textOf(first.ydoc)).toHaveLength(length);
  expect(log).toContain('"state":"full"');
  expect(first.room.stats().refused).toBeGreaterThan(0);
  await first.close();
  const second = await open('small', { openRoomMaxBytes: 2000 });
  expect([second.room.stats().state, textOf(second.ydoc).slice(0, 4)]).toEqual(['full', 'kept']);
  await second.close();
  const raised = await open('small');
  expect(raised.room.stats().state).toBe('taking');
});

test('OPEN-13 while the database is away the queue is bounded, and peers are met again afterwards', async () => {
  const { room, ydoc, reconnects } = await open('away', { openRoomMaxQueuedBytes: 5000, statementTimeoutMs: 300 });
  const peer = writer(ydoc);
  peer.add('before ');
  await expect.poll(() => room.stats().batches).toBe(1);
  await database.query('begin; lock table archive.open_room_updates in access exclusive mode');
  for (let i = 0; i < 20; i++) peer.add('z'.repeat(1000));
  expect(room.stats().state).toBe('paused');
  await expect.poll(() => log, { timeout: 10_000 }).toContain('open-room.not-stored');
  await database.query('rollback');
  await expect.poll(() => room.stats().state, { timeout: 10_000 }).toBe('taking');
  expect(reconnects()).toBe(1);
  // what the stock provider does when it meets the peer again
  Y.applyUpdate(ydoc, Y.encodeStateAsUpdate(peer.ydoc, Y.encodeStateVector(ydoc)), 'provider');
  expect(textOf(ydoc)).toHaveLength('before '.length + 20_000);
});

test('OPEN-12 hostile updates leave the room standing and are no hindrance at the next start', async () => {
  const first = await open('attacked');
  const hostile: Uint8Array<ArrayBufferLike>[] = [
    new Uint8Array(),
    new Uint8Array([0, 0, 0]),
    new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127]),
    crypto.getRandomValues(new Uint8Array(4096)),
    // a GC struct of 2^40 clocks under another client's id
    new Uint8Array([1, 1, 5, 0, 0, 128, 128, 128, 128, 128, 32, 0]),
    // a delete range of 2^40
    new Uint8Array([0, 1, 7, 1, 0, 128, 128, 128, 128, 128, 32]),
  ];
  const deep = new Y.Doc();
  let map = deep.getMap('deep');
  for (let i = 0; i < 2000; i++) {
    const next = new Y.Map();
    map.set('__proto__', next);
    map = next;
  }
  hostile.push(Y.encodeStateAsUpdate(deep));
  for (const update of hostile) {
    try {
      Y.applyUpdate(first.ydoc, update, 'provider');
    } catch {
      // as y-protocols: reported and passed over
    }
  }
  writer(first.ydoc).add('still here');
  await expect.poll(() => first.room.stats().batches).toBeGreaterThan(0);
  await first.close();
  expect(textOf((await open('attacked')).ydoc)).toBe('still here');
});

test('OPEN-13 a second archiver on the database waits', async () => {
  await open('one');
  await expect(open('one')).rejects.toMatchObject({ code: 'conflict' });
});
