/** The server as a process, told to stop. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '@vicinal/infra/testing/free-port.ts';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectPeer, connectRaw } from './testing/signal-peer.ts';
import { fetchTokens, type Person, setUpOwner } from './testing/people.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

interface Running {
  readonly process: ChildProcess;
  readonly exited: Promise<number | NodeJS.Signals | null>;
  /** As the helpers of tests want it: the process over the same database. */
  readonly as: TestServer;
  output(): string;
}

/** In this process; it owns the database, and people are made through it. */
let server: TestServer;
let owner: Person;
const cleanUps: (() => Promise<unknown> | void)[] = [];
beforeEach(async () => {
  server = await startTestServer();
  owner = await setUpOwner(server);
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  await server.close();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: server.databaseUrl,
      SIGNALING_PORT: String(port),
      PUBLIC_URL: server.config.publicUrl,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUps.push(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal)),
  );
  const as = { ...server, port, base: `http://127.0.0.1:${port}` };
  await expect.poll(() => isLive(as), { timeout: 20_000 }).toBe(true);
  return { process: child, exited, as, output: () => output };
}

const isLive = async ({ base }: TestServer): Promise<boolean> => {
  try {
    return (await fetch(`${base}/api/health/live`)).ok;
  } catch {
    return false; // not listening
  }
};

/** Nobody can sign in until the returned function is called. */
async function holdUsers(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query('begin; lock table signaling.users in access exclusive mode');
  let isHeld = true;
  const release = async (): Promise<void> => {
    if (!isHeld) return;
    isHeld = false;
    await client.query('rollback');
    await client.end();
  };
  cleanUps.push(release);
  return release;
}
const askForUser = ({ base }: TestServer): Promise<Response> =>
  fetch(`${base}/api/me`, { headers: { Authorization: `Bearer ${owner.token}` } });
/** Until the request waits for the table. */
async function untilHeld(): Promise<void> {
  const waiting = async (): Promise<string | undefined> =>
    (await server.database.query<{ n: string }>('select count(*) as n from pg_locks where not granted')).rows[0]?.n;
  await expect.poll(waiting).not.toBe('0');
}

describe('signaling told to stop', () => {
  test('OPS-10 tells connections that it restarts, takes no new ones, answers what it has begun and exits 0', async () => {
    const running = await start();
    const { peerToken } = await fetchTokens(running.as, owner, []);
    const peer = await connectPeer(running.as, owner.device, peerToken);
    const stranger = await connectRaw(running.as, owner.device);
    const release = await holdUsers();
    const begun = askForUser(running.as);
    await untilHeld();
    const notice = peer.next('notice');
    running.process.kill('SIGTERM');
    expect((await notice).kind).toBe('restarting');
    expect([await peer.closed, await stranger.closed]).toEqual([4503, 4503]);
    await expect(connectRaw(running.as, owner.device)).rejects.toThrow();
    expect(await isLive(running.as)).toBe(false);
    await release();
    expect((await begun).status).toBe(200);
    expect(await running.exited).toBe(0);
    expect(running.output()).toContain('"event":"stopped"');
  });

  test('OPS-11 ends within its time although a request never does', async () => {
    const running = await start({ SHUTDOWN_TIMEOUT_MS: '300' });
    await holdUsers();
    const begun = askForUser(running.as).catch(() => 'cut');
    await untilHeld();
    running.process.kill('SIGTERM');
    expect(await begun).toBe('cut');
    // the database still holds the query: said, and not waited for
    expect(await running.exited).toBe(1);
    expect(running.output()).toContain('"event":"stop-timed-out"');
  });

  test('OPS-12 a second signal ends it at once', async () => {
    const running = await start({ SHUTDOWN_TIMEOUT_MS: '60000' });
    await holdUsers();
    const begun = askForUser(running.as).catch(() => 'cut');
    await untilHeld();
    const ended = running.exited.then(() => true);
    running.process.kill('SIGTERM');
    const again = setInterval(() => running.process.kill('SIGTERM'), 100);
    cleanUps.push(() => clearInterval(again));
    await expect.poll(() => Promise.race([ended, Promise.resolve(false)]), { timeout: 20_000 }).toBe(true);
    expect(await running.exited).toBe(1);
    expect(await begun).toBe('cut');
  });
});
