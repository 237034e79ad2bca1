/** Databases for tests: a real PostgreSQL from npm, so that a fresh machine needs nothing else. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../scripts/embedded-postgres.ts';
import { createChildren } from '../scripts/processes.ts';

export interface TestPostgres {
  /** Connection string of an empty database. */
  readonly url: string;
  /** Process id of the server; undefined when it is shared between test files. */
  readonly pid: number | undefined;
  /** Makes another empty database on the same server and returns its connection string. */
  createDatabase(): Promise<string>;
  /** Ends the server, or drops the databases made here when it is shared. Idempotent. */
  stop(): Promise<void>;
}

/** Set by the `integration` project of vitest.config.ts: one server for a whole run, one database per caller. */
export const SHARED_URL_VARIABLE = 'VICINAL_TEST_POSTGRES_URL';

/** `dedicated` starts a server of its own (about 1.5 s): for tests that stop or kill it. */
export async function startTestPostgres(options: { dedicated?: boolean } = {}): Promise<TestPostgres> {
  const shared = process.env[SHARED_URL_VARIABLE];
  if (shared !== undefined && options.dedicated !== true) return await onSharedServer(shared);
  const dataDir = mkdtempSync(join(tmpdir(), 'vicinal-pg-'));
  chmodSync(dataDir, 0o711); // as root the server runs as another user, who must reach it
  const children = createChildren();
  const server = await startEmbeddedPostgres({ dataDir, children, say: () => undefined });
  let stopping: Promise<void> | undefined;
  return {
    url: server.url,
    pid: server.pid,
    createDatabase: () => createDatabase(server.url),
    stop: () =>
      (stopping ??= server.stop().then(() => {
        children.close();
        rmSync(dataDir, { recursive: true, force: true });
      })),
  };
}

async function onSharedServer(serverUrl: string): Promise<TestPostgres> {
  const made = [await createDatabase(serverUrl)];
  const first = made[0];
  if (first === undefined) throw new TypeError('a database was made');
  return {
    url: first,
    pid: undefined,
    async createDatabase() {
      const url = await createDatabase(serverUrl);
      made.push(url);
      return url;
    },
    async stop() {
      for (const url of made.splice(0))
        await run(serverUrl, `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
    },
  };
}

async function createDatabase(serverUrl: string): Promise<string> {
  const url = new URL(serverUrl);
  url.pathname = `/test_${randomBytes(6).toString('hex')}`;
  await run(serverUrl, `CREATE DATABASE ${url.pathname.slice(1)}`);
  return url.href;
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
