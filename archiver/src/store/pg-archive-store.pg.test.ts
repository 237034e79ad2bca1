import { startTestPostgres } from '@vicinal/infra/testing/postgres.ts';
import type { TestPostgres } from '@vicinal/infra/testing/postgres.ts';
import { AppError } from '@vicinal/shared/app-error.ts';
import { toHex, utf8 } from '@vicinal/shared/bytes.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import type { DocAddress } from '@vicinal/shared/log/types.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../config.ts';
import type { Limits } from '../config.ts';
import { createTestSession, testRoom } from '../testing/test-session.ts';
import type { ArchiveStore, Committed } from './archive-store.ts';
import { openPgArchiveStore } from './pg-archive-store.ts';

let postgres: TestPostgres;
const opened: ArchiveStore[] = [];
const workspace = 'AAAAAAAAAAAAAAAAAAAAAA' as WorkspaceId; // a valid id

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

async function open(url: string, limits: Partial<Limits> = {}): Promise<ArchiveStore> {
  const store = await openPgArchiveStore({
    url,
    workspace,
    limits: { ...DEFAULT_LIMITS, closeTimeoutMs: 2000, retryMinMs: 10, retryMaxMs: 50, ...limits },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  opened.push(store);
  return store;
}
const addressIn = (name: string): DocAddress => ({ room: testRoom(name), doc: 'content', gen: 0 });

async function sql<Row>(url: string, text: string, params: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, params)).rows as Row[]; // each statement knows its columns
  } finally {
    await client.end();
  }
}

describe('storing', () => {
  test('ARC-1 entries come back verbatim, in the order they were applied, with their headers', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url);
    const address = addressIn('order');
    const [ann, ben] = await Promise.all([createTestSession(address, 'ann'), createTestSession(address, 'ben')]);
    const entries = [await ann.next(utf8('1')), await ben.next(utf8('2')), await ann.next(utf8('3'))];
    await expect(store.append(address, { headers: [ann.header(), ben.header()], entries })).resolves.toBe(
      'archive-disk',
    );
    const log = await store.load(address);
    expect(log.entries).toEqual(entries);
    expect(new Set(log.headers.map((header) => toHex(header.nonce)))).toEqual(
      new Set([toHex(ann.header().nonce), toHex(ben.header().nonce)]),
    );
    expect(await store.roomHeads(address.room)).toMatchObject([
      { address, archiveSeq: 1, heads: [ann.head(), ben.head()].sort((a, b) => a.clientId - b.clientId) },
    ]);
  });

  test('ARC-2 the same entries again change nothing and count as stored', async () => {
    const store = await open(await postgres.createDatabase());
    const address = addressIn('twice');
    const ann = await createTestSession(address, 'ann');
    const batch = { headers: [ann.header()], entries: [await ann.next(utf8('1')), await ann.next(utf8('2'))] };
    await store.append(address, batch);
    await expect(Promise.all([store.append(address, batch), store.append(address, batch)])).resolves.toEqual([
      'archive-disk',
      'archive-disk',
    ]);
    expect((await store.load(address)).entries).toHaveLength(2);
    expect((await store.roomHeads(address.room))[0]?.archiveSeq).toBe(1);
  });

  test('ARC-3 a gap, a missing header, or another entry under a stored number is refused and nothing of the batch stays', async () => {
    const store = await open(await postgres.createDatabase());
    const address = addressIn('gap');
    const ann = await createTestSession(address, 'ann');
    const first = await ann.next(utf8('1'));
    const second = await ann.next(utf8('2'));
    const third = await ann.next(utf8('3'));
    await expect(store.append(address, { headers: [], entries: [first] })).rejects.toMatchObject({
      code: 'storage-failed',
    });
    await expect(store.append(address, { headers: [ann.header()], entries: [first, third] })).rejects.toMatchObject({
      code: 'storage-failed',
    });
    expect((await store.load(address)).headers).toEqual([]);
    await store.append(address, { headers: [ann.header()], entries: [first] });
    await expect(
      store.append(address, { headers: [], entries: [{ ...first, bytes: utf8('x') }, second] }),
    ).rejects.toBeInstanceOf(AppError);
    expect((await store.load(address)).entries).toEqual([first]);
  });

  test('ARC-3 a refused batch does not take others of the same transaction with it', async () => {
    const store = await open(await postgres.createDatabase(), { coalesceMs: 50 });
    const address = addressIn('mixed');
    const [ann, ben] = await Promise.all([createTestSession(address, 'ann'), createTestSession(address, 'ben')]);
    const good = { headers: [ann.header()], entries: [await ann.next(utf8('1'))] };
    const bad = { headers: [], entries: [await ben.next(utf8('1'))] };
    const results = await Promise.allSettled([store.append(address, good), store.append(address, bad)]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    expect((await store.load(address)).entries).toEqual(good.entries);
  });

  test('ARC-4 a grant that arrives later completes the header, and one without a grant takes nothing away', async () => {
    const store = await open(await postgres.createDatabase());
    const address = addressIn('grant');
    const ann = await createTestSession(address, 'ann');
    await store.append(address, { headers: [ann.header()], entries: [await ann.next(utf8('1'))] });
    await store.append(address, { headers: [ann.header('first.grant.jws')], entries: [] });
    await store.append(address, { headers: [ann.header()], entries: [] });
    expect((await store.load(address)).headers.map((header) => header.grant)).toEqual(['first.grant.jws']);
    await store.append(address, { headers: [ann.header('verified.grant.jws')], entries: [] });
    expect((await store.load(address)).headers.map((header) => header.grant)).toEqual(['verified.grant.jws']);
  });

  test('ARC-5 batches that arrive together share one commit', async () => {
    const store = await open(await postgres.createDatabase(), { coalesceMs: 50 });
    const committed: Committed[] = [];
    store.on('committed', (one) => committed.push(one));
    const address = addressIn('together');
    const ann = await createTestSession(address, 'ann');
    const entries = [];
    for (let i = 0; i < 20; i++) entries.push(await ann.next(utf8(String(i))));
    await Promise.all(
      entries.map((entry, i) => store.append(address, { headers: i === 0 ? [ann.header()] : [], entries: [entry] })),
    );
    expect(committed).toMatchObject([{ archiveSeq: 1, entries: 20, heads: [{ seq: 20 }] }]);
  });
});

describe('identity and lock', () => {
  test('ARC-6 the archive id belongs to the database', async () => {
    const [one, two] = [await postgres.createDatabase(), await postgres.createDatabase()];
    const first = await open(one);
    const id = toHex(first.archiveId);
    await first.close();
    expect(toHex((await open(one)).archiveId)).toBe(id);
    expect(toHex((await open(two)).archiveId)).not.toBe(id);
  });

  test('ARC-7 a second archiver of the workspace does not get in', async () => {
    const url = await postgres.createDatabase();
    const first = await open(url);
    await expect(open(url)).rejects.toMatchObject({ code: 'conflict' });
    await first.close();
    await open(url);
  });
});

describe('durability', () => {
  test('ARC-8 without synchronous commit the archive claims no more than the operating system', async () => {
    const url = await postgres.createDatabase();
    const database = new URL(url).pathname.slice(1);
    await sql(url, `alter database ${database} set synchronous_commit = off`);
    const store = await open(url);
    const address = addressIn('os');
    const ann = await createTestSession(address, 'ann');
    await expect(
      store.append(address, { headers: [ann.header()], entries: [await ann.next(utf8('1'))] }),
    ).resolves.toBe('archive-os');
  });
});

describe('failures', () => {
  test('ARC-9 a killed connection in mid-batch loses nothing and repeats nothing', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url, { coalesceMs: 0 });
    const address = addressIn('killed');
    const ann = await createTestSession(address, 'ann');
    const acknowledged: number[] = [];
    const entries = [];
    for (let i = 0; i < 60; i++) entries.push(await ann.next(utf8(String(i))));
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'vicinal-archiver-writer'`;
    const writing = entries.map(async (entry, i) => {
      await store.append(address, { headers: i === 0 ? [ann.header()] : [], entries: [entry] });
      acknowledged.push(entry.seq);
    });
    for (let i = 0; i < 5; i++) await sql(url, kill);
    await Promise.all(writing);
    expect(acknowledged).toHaveLength(60);
    expect((await store.load(address)).entries).toEqual(entries);
  });

  test('ARC-10 write errors are retried with the entries in memory and nothing is acknowledged before the commit', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url, { coalesceMs: 0 });
    const committed: Committed[] = [];
    const states: string[] = [];
    store.on('committed', (one) => committed.push(one));
    store.on('state', (state) => states.push(state));
    await sql(
      url,
      `create function archive.fail() returns trigger language plpgsql as $$ begin raise exception 'disk full' using errcode = '53100'; end $$;
      create trigger fail before insert on archive.envelopes for each statement execute function archive.fail()`,
    );
    const address = addressIn('full');
    const ann = await createTestSession(address, 'ann');
    let done = false;
    const writing = store
      .append(address, { headers: [ann.header()], entries: [await ann.next(utf8('1'))] })
      .then(() => (done = true));
    await expect.poll(() => states).toContain('failing');
    expect(done).toBe(false);
    expect(committed).toEqual([]);
    expect(store.pendingBytes).toBeGreaterThan(0);
    await sql(url, 'drop trigger fail on archive.envelopes');
    await writing;
    expect(committed).toHaveLength(1);
    expect(store.state).toBe('ready');
    expect(store.pendingBytes).toBe(0);
  });

  test('ARC-11 after a failed read nothing is written to that document until a read succeeds', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url);
    const [damaged, sound] = [addressIn('damaged'), addressIn('sound')];
    const [ann, ben] = await Promise.all([createTestSession(damaged, 'ann'), createTestSession(sound, 'ben')]);
    await store.append(damaged, {
      headers: [ann.header()],
      entries: [await ann.next(utf8('1')), await ann.next(utf8('2'))],
    });
    await sql(url, 'delete from archive.envelopes where room = $1 and seq = 2', [damaged.room]);
    await expect(store.load(damaged)).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(store.append(damaged, { headers: [], entries: [await ann.next(utf8('3'))] })).rejects.toMatchObject({
      code: 'storage-failed',
    });
    await store.append(sound, { headers: [ben.header()], entries: [await ben.next(utf8('1'))] });
    expect(await sql(url, 'select seq from archive.envelopes where room = $1', [damaged.room])).toEqual([{ seq: '1' }]);
    await sql(url, 'alter table archive.session_heads rename to away');
    await expect(store.load(sound)).rejects.toMatchObject({ code: 'storage-failed' });
    await sql(url, 'alter table archive.away rename to session_heads');
    await expect(store.append(sound, { headers: [], entries: [await ben.next(utf8('2'))] })).rejects.toMatchObject({
      code: 'storage-failed',
    });
    expect((await store.load(sound)).entries).toHaveLength(1);
  });

  test('ARC-12 more than the limit waiting in memory is refused rather than kept without bound', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url, { maxPendingBytes: 20_000 });
    const address = addressIn('bounded');
    const ann = await createTestSession(address, 'ann');
    await sql(url, 'alter table archive.leases rename to away');
    const waiting = store.append(address, {
      headers: [ann.header()],
      entries: [await ann.next(new Uint8Array(15_000))],
    });
    await expect(
      store.append(address, { headers: [], entries: [await ann.next(new Uint8Array(15_000))] }),
    ).rejects.toMatchObject({ code: 'storage-failed' });
    await sql(url, 'alter table archive.away rename to leases');
    await waiting;
  });
});
