import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '@vicinal/archiver/config.ts';
import { QUEUE_SCHEMA } from '@vicinal/archiver/jobs/queue.ts';
import { readMigrations as archiveMigrations } from '@vicinal/archiver/store/migrations.ts';
import { openPgArchiveStore } from '@vicinal/archiver/store/pg-archive-store.ts';
import { createTestSession, testRoom } from '@vicinal/archiver/testing/test-session.ts';
import { sha256, toHex, utf8 } from '@vicinal/shared/bytes.ts';
import { buildCheckpoint } from '@vicinal/shared/log/checkpoint.ts';
import { digestOfHeads } from '@vicinal/shared/log/heads.ts';
import { LogBook } from '@vicinal/shared/log/log-book.ts';
import { entryHash } from '@vicinal/shared/log/session.ts';
import { seededDevice } from '@vicinal/shared/testing/seeded-device.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import type { DocAddress } from '@vicinal/shared/log/types.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { applyMigrations, migrationState, type Migration } from '@vicinal/shared/migrations.ts';
import { readMigrations as signalingMigrations } from '@vicinal/signaling/db/migrations.ts';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { startTestPostgres, type TestPostgres } from '../testing/postgres.ts';
import { createBackup } from './create-backup.ts';
import type { Manifest } from './manifest.ts';
import { checkBackup, restoreBackup } from './restore-backup.ts';
import { problemOf } from './verify-documents.ts';

const root = mkdtempSync(join(tmpdir(), 'vicinal-restore-'));
const workspace = 'AAAAAAAAAAAAAAAAAAAAAA' as WorkspaceId; // a valid id
const address: DocAddress = { room: testRoom('backup'), doc: 'content', gen: 0 };
const ODD_NAME = 'Zoë\t\\N \\.\n"quoted" 🦉';
let postgres: TestPostgres;
let source: string;
let backup: string;
let made = 0;
const folder = (name: string): string => join(root, `${name}-${made++}`);

async function sql<Row>(url: string, text: string, params: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, params)).rows as Row[]; // each statement knows its columns
  } finally {
    await client.end();
  }
}
async function migrate(url: string, schema: string, migrations: readonly Migration[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await applyMigrations({ query: (text, params) => client.query(text, params) }, schema, migrations);
  await client.end();
}

/** An instance of people and one document of three entries. */
async function createInstance(): Promise<string> {
  const url = await postgres.createDatabase();
  await migrate(url, 'signaling', signalingMigrations());
  await sql(url, "insert into signaling.instance (issuer) values ('vicinal:test')");
  await sql(url, 'insert into signaling.users (id, name, colour, created_at) values ($1, $2, 3, $3)', [
    'BBBBBBBBBBBBBBBBBBBBBB',
    ODD_NAME,
    new Date('2026-01-02T03:04:05.678Z'),
  ]);
  const store = await openPgArchiveStore({
    ...{ url, workspace, clock: systemClock, random: systemRandom, logger: silentLogger },
    limits: { ...DEFAULT_LIMITS, closeTimeoutMs: 2000 },
  });
  const session = await createTestSession(address, 'ann');
  const ydoc = new Y.Doc();
  ydoc.clientID = session.clientId;
  const updates: Uint8Array[] = [];
  ydoc.on('update', (update: Uint8Array) => updates.push(update));
  for (const word of ['one', 'two', 'three']) {
    const paragraph = new Y.XmlElement('paragraph');
    ydoc.transact(() => {
      ydoc.getXmlFragment('body').push([paragraph]);
      paragraph.insert(0, [new Y.XmlText(word)]);
    });
  }
  const entries = [];
  for (const update of updates) entries.push(await session.next(update));
  await store.append(address, { headers: [session.header()], entries });
  await store.close();
  return url;
}

async function backUp(url: string): Promise<string> {
  const out = folder('backup');
  await createBackup({ databaseUrl: url, dataDir: join(root, 'data'), out });
  return out;
}
async function restore(from: string, url: string, options: { isForced?: boolean; dataDir?: string } = {}) {
  const manifest = await checkBackup(from);
  const dataDir = options.dataDir ?? folder('data');
  return restoreBackup({
    from,
    manifest,
    databaseUrl: url,
    dataDir,
    isForced: options.isForced === true,
    isVerified: true,
  });
}
const schemas = async (url: string): Promise<number> =>
  (await sql(url, "select from pg_namespace where nspname in ('signaling', 'archive')")).length;
/** A manifest that says something else, with the hash to it. */
function rewrite(from: string, change: (manifest: Manifest) => void): void {
  const file = join(from, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest; // just written
  change(manifest);
  const text = JSON.stringify(manifest);
  writeFileSync(file, text);
  writeFileSync(`${file}.sha256`, `${toHex(sha256(utf8(text)))}  manifest.json\n`);
}

beforeAll(async () => {
  postgres = await startTestPostgres();
  mkdirSync(join(root, 'data/archiver'), { recursive: true });
  mkdirSync(join(root, 'data/run'));
  writeFileSync(join(root, 'data/archiver/device.key'), 'a key', { mode: 0o600 });
  writeFileSync(join(root, 'data/run/stack.json'), '{}');
  source = await createInstance();
  backup = await backUp(source);
});
afterAll(async () => {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

test('BAK-6 every row comes back as it was; the archive gets another id and access epochs go on far ahead', async () => {
  const target = await postgres.createDatabase();
  const dataDir = folder('data');
  await expect(restore(backup, target, { dataDir })).resolves.toMatchObject({
    verified: { documents: 1, entries: 3, checkpoints: 0 },
  });
  for (const table of [
    'signaling.users',
    'archive.envelopes',
    'archive.headers',
    'archive.session_heads',
    'archive.operations_log',
  ]) {
    const rows = (url: string) => sql(url, `select * from ${table} order by 1, 2, 3`);
    expect(await rows(target), `rows of ${table}`).toEqual(await rows(source));
  }
  const id = (url: string) => sql<{ archive_id: Buffer }>(url, 'select archive_id from archive.archive_meta');
  expect(await id(target)).toHaveLength(1);
  expect(await id(target)).not.toEqual(await id(source));
  expect(readFileSync(join(dataDir, 'archiver/device.key'), 'utf8')).toBe('a key');
  expect(statSync(join(dataDir, 'archiver/device.key')).mode & 0o777).toBe(0o600);
  expect(readdirSync(dataDir)).toEqual(['archiver']);
});

test('BAK-7 any file that is missing, cut or changed by one byte is found before anything is touched', async () => {
  const files = readdirSync(backup, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(backup.length + 1));
  expect(files.length).toBeGreaterThan(15);
  const copy = folder('copy');
  cpSync(backup, copy, { recursive: true });
  for (const file of files) {
    const path = join(copy, file);
    const bytes = readFileSync(path);
    const place = Math.floor(bytes.length / 2);
    const flipped = Buffer.from(bytes);
    flipped[place] = (flipped[place] ?? 0) ^ 1;
    for (const damaged of [flipped, bytes.subarray(0, -1)]) {
      if (file.endsWith('.sha256') && damaged !== flipped) continue; // a line feed less is the same sum
      writeFileSync(path, damaged);
      await expect(checkBackup(copy), `with ${file}`).rejects.toMatchObject({ code: 'backup-damaged' });
    }
    rmSync(path);
    const code = file === 'manifest.json' ? 'no-backup' : 'backup-damaged';
    await expect(checkBackup(copy), `with ${file}`).rejects.toMatchObject({ code });
    writeFileSync(path, bytes);
  }
  await expect(checkBackup(copy)).resolves.toBeDefined();
});

test('BAK-8 an entry without a valid signature, a broken chain and a missing document are found by --verify, and nothing changes', async () => {
  for (const [change, problem] of [
    [
      // the last byte of an entry is of its signature
      'update archive.envelopes set entry = set_byte(entry, length(entry) - 1, get_byte(entry, length(entry) - 1) # 1) where seq = 2',
      /not signed/,
    ],
    ['update archive.headers set sig = set_byte(sig, 0, get_byte(sig, 0) # 1)', /header is not signed/],
    ['delete from archive.envelopes where seq = 2', /gap/],
    ['delete from archive.envelopes where seq = 3', /does not reach its head/],
  ] as const) {
    const damaged = await createInstance();
    await sql(damaged, change);
    const target = await postgres.createDatabase();
    const dataDir = folder('data');
    await expect(restore(await backUp(damaged), target, { dataDir })).rejects.toMatchObject({
      code: 'verify-failed',
      message: expect.stringMatching(problem),
    });
    expect(await schemas(target)).toBe(0);
    expect(readdirSync(join(dataDir, 'archiver'))).toEqual([]);
  }
});

test('BAK-8 a checkpoint that holds something else than the entries it names is found', async () => {
  const ydoc = new Y.Doc();
  const session = await createTestSession(address, 'ann');
  ydoc.clientID = session.clientId;
  const paragraph = new Y.XmlElement('paragraph');
  ydoc.getXmlFragment('body').push([paragraph]);
  const entry = await session.next(Y.encodeStateAsUpdate(ydoc));
  const book = new LogBook();
  const log = book.open(session.header());
  book.record(log, entry, entryHash(log.bodyOfNext(entry)));
  const digest = toHex(digestOfHeads([session.head()]));
  const archive = { archiveId: new Uint8Array(16), archiveSeq: 1, grant: '' };
  const problem = async (held: Y.Doc): Promise<string | undefined> => {
    const checkpoint = await buildCheckpoint({ address, ydoc: held, book }, archive, await seededDevice('archiver'));
    return problemOf({ headers: [session.header()], entries: [entry], receipted: [], checkpoint }, 'content', digest);
  };
  expect(await problem(ydoc)).toBeUndefined();
  expect(await problem(new Y.Doc())).toBe('its checkpoint holds something else');
});

test('BAK-9 a backup of an older release is brought up to date, one of a newer release is refused', async () => {
  const old = await postgres.createDatabase();
  const [first] = signalingMigrations();
  await migrate(old, 'signaling', first === undefined ? [] : [first]);
  const target = await postgres.createDatabase();
  await restore(await backUp(old), target);
  const client = new Client({ connectionString: target });
  await client.connect();
  const query = { query: (text: string, params?: unknown[]) => client.query(text, params) };
  expect(await migrationState(query, 'signaling', signalingMigrations())).toBe('ok');
  await client.end();

  await migrate(old, 'signaling', [...signalingMigrations(), { name: '999-later.sql', sql: 'select 1' }]);
  await expect(restore(await backUp(old), target)).rejects.toMatchObject({ code: 'backup-newer' });
  const later = folder('later');
  cpSync(backup, later, { recursive: true });
  rewrite(later, (manifest) => Object.assign(manifest, { format: 2 }));
  await expect(checkBackup(later)).rejects.toMatchObject({ code: 'backup-newer' });
});

test('BAK-10 an instance in use is replaced only by --force; one that only started once holds nothing', async () => {
  const target = await createInstance();
  const before = await sql(target, 'select * from archive.archive_meta');
  await expect(restore(backup, target)).rejects.toMatchObject({ code: 'instance-not-empty' });
  expect(await sql(target, 'select * from archive.archive_meta')).toEqual(before);
  const dataDir = folder('data');
  mkdirSync(join(dataDir, 'archiver'), { recursive: true });
  writeFileSync(join(dataDir, 'archiver/device.key'), 'another key');
  await expect(restore(backup, await postgres.createDatabase(), { dataDir })).rejects.toMatchObject({
    code: 'instance-not-empty',
  });
  expect(readFileSync(join(dataDir, 'archiver/device.key'), 'utf8')).toBe('another key');
  await sql(target, `create schema ${QUEUE_SCHEMA}`);
  await restore(backup, target, { isForced: true, dataDir });
  expect(await sql(target, 'select from pg_namespace where nspname = $1', [QUEUE_SCHEMA])).toEqual([]);
  expect(await sql(target, 'select * from archive.archive_meta')).not.toEqual(before);
  expect(readFileSync(join(dataDir, 'archiver/device.key'), 'utf8')).toBe('a key');

  const started = await postgres.createDatabase();
  await migrate(started, 'signaling', signalingMigrations());
  await migrate(started, 'archive', archiveMigrations());
  await expect(restore(backup, started)).resolves.toMatchObject({ verified: { documents: 1 } });
});

test('BAK-11 when the disk is full nothing is left that could pass for a backup', () => {
  const parent = folder('full');
  mkdirSync(parent);
  const out = join(parent, 'backup');
  const script = join(import.meta.dirname, '../scripts/backup.ts');
  // The largest file this process may write: one block of 512 bytes.
  const ran = spawnSync('/bin/sh', ['-c', `ulimit -f 1; exec "$0" "$1" --out "$2"`, process.execPath, script, out], {
    env: { ...process.env, DATABASE_URL: source, DATA_DIR: join(root, 'data') },
    encoding: 'utf8',
  });
  expect(ran.stderr).toContain('disk-full');
  expect(ran.status).toBe(1);
  expect(readdirSync(parent)).toEqual([]);
});

test.each(['../../escaped', 'postgres/postgresql.auto.conf', 'run/stack.json', 'postgres-password', 'archiver/../x'])(
  'BAK-12 a manifest that names %s is refused',
  async (path) => {
    const outside = folder('outside');
    cpSync(backup, outside, { recursive: true });
    rewrite(outside, (manifest) => {
      const [file] = manifest.files;
      if (file !== undefined) Object.assign(file, { path });
    });
    await expect(checkBackup(outside)).rejects.toMatchObject({ code: 'backup-damaged' });
  },
);

test('BAK-12 what else lies in DATA_DIR is not taken, and hinders nothing', async () => {
  for (const file of ['read me.txt', 'backups/1/read me.txt', 'log/archiver.log']) {
    mkdirSync(join(root, 'data', file, '..'), { recursive: true });
    writeFileSync(join(root, 'data', file), 'not of the instance');
  }
  const { files } = await checkBackup(await backUp(source));
  expect(files.map(({ path }) => path)).toEqual(['archiver/device.key']);
});

test('BAK-8 a file that cannot be put in its place is told of, and its copy stays', async () => {
  const target = await postgres.createDatabase();
  const dataDir = folder('data');
  mkdirSync(join(dataDir, 'archiver/device.key/in the way'), { recursive: true });
  await expect(restore(backup, target, { dataDir, isForced: true })).rejects.toMatchObject({
    code: 'files-not-placed',
    message: expect.stringContaining('device.key.restoring'),
  });
  expect(await schemas(target)).toBe(2);
  expect(readFileSync(join(dataDir, 'archiver/device.key.restoring'), 'utf8')).toBe('a key');
});
