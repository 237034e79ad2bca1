import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { startTestPostgres } from '../testing/postgres.ts';
import { lanAddresses } from './network-addresses.ts';
import { freePort } from './ports.ts';
import { isAlive, waitUntilGone } from './processes.ts';

const repository = resolve(import.meta.dirname, '../..');

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

function makeFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vicinal-start-'));
  chmodSync(directory, 0o711); // as root the database runs as another user, who must reach it
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface Started {
  readonly process: ChildProcess;
  readonly lines: string[];
  readonly exited: Promise<number | null>;
}

/** Resolves when `until` appears in what is printed, or when the process ends. */
async function start(env: Readonly<Record<string, string>>, until = 'Ctrl-C stops it'): Promise<Started> {
  const child = spawn(process.execPath, [join(repository, 'infra/scripts/start.ts')], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUps.push(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const said = new Promise<void>((done) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (line.includes(until)) done();
      });
    }
  });
  await Promise.race([said, exited]);
  return { process: child, lines, exited };
}

/** Processes that carry the data folder on their command line or in their environment: servers and their children. */
const processesOf = (dataDir: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const facts = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
        return facts.includes(dataDir);
      } catch {
        return false; // ended meanwhile, or of another user: the database names its folder on its command line
      }
    })
    .map(Number);

describe('npm start', () => {
  test('prints where it runs and a one-time set-up link, with codes for other devices alone, and Ctrl-C leaves nothing behind', async () => {
    const dataDir = makeFolder();
    const port = await freePort();
    const { process: child, lines, exited } = await start({ DATA_DIR: dataDir, PORT: String(port) });
    const text = lines.join('\n');
    expect(text).toContain(`ready at http://localhost:${port}`);
    expect(text).toMatch(new RegExp(`http://localhost:${port}/setup#[\\w-]{16,}`));
    const [own = '', others = ''] = text.split('Open this link once');
    expect(own).not.toMatch(/[▀▄█]{8}/);
    expect(/[▀▄█]{8}/.test(others)).toBe(others.includes('Other devices on your network'));
    const seconds = Number(/after ([\d.]+) s/.exec(text)?.[1]);
    expect(seconds).toBeLessThan(15);
    const page = await fetch(`http://localhost:${port}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const config = (await (await fetch(`http://localhost:${port}/api/config`)).json()) as { isSetUp: boolean }; // asserted next
    expect(config.isSetUp).toBe(false);
    const running = processesOf(dataDir);
    expect(running.length).toBeGreaterThanOrEqual(3);
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    for (const pid of running) expect(await waitUntilGone(pid, 5000)).toBe(true);
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
  });

  test('OPS-12 a second signal ends it at once while a service does not answer, and nothing stays behind', async () => {
    const dataDir = makeFolder();
    const { process: child, lines, exited } = await start({ DATA_DIR: dataDir, PORT: '0' });
    const running = processesOf(dataDir);
    const signaling = Number(readFileSync(join(dataDir, 'run/signaling.pid'), 'utf8'));
    process.kill(signaling, 'SIGSTOP');
    cleanUps.push(() => isAlive(signaling) && process.kill(signaling, 'SIGKILL'));
    child.kill('SIGTERM');
    const again = setInterval(() => child.kill('SIGTERM'), 100);
    expect(await exited.finally(() => clearInterval(again))).toBe(1);
    expect(lines.join('\n')).toContain('Stopped at once');
    process.kill(signaling, 'SIGCONT');
    for (const pid of running) expect(await waitUntilGone(pid, 20_000)).toBe(true);
  });

  test('killed with SIGKILL leaves no process behind, and starts again on the same data', async () => {
    const dataDir = makeFolder();
    const first = await start({ DATA_DIR: dataDir, PORT: '0' });
    const running = processesOf(dataDir);
    first.process.kill('SIGKILL');
    await first.exited;
    for (const pid of running) expect(await waitUntilGone(pid, 20_000)).toBe(true);
    const second = await start({ DATA_DIR: dataDir, PORT: '0' });
    expect(second.lines.join('\n')).toContain('ready at');
    second.process.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });

  test('says in one line that its port is taken', async () => {
    const first = await start({ DATA_DIR: makeFolder(), PORT: '0' });
    const port = /localhost:(\d+)/.exec(first.lines.join('\n'))?.[1] ?? '';
    const second = await start({ DATA_DIR: makeFolder(), PORT: port });
    expect(await second.exited).toBe(1);
    expect(second.lines).toEqual([`Port ${port} is taken by another program; set PORT to another one.`]);
    first.process.kill('SIGTERM');
    expect(await first.exited).toBe(0);
  });

  test('LAN-1 prints where other devices come in, and the fingerprint; a taken TLS_PORT is one line', async () => {
    const dataDir = makeFolder();
    const first = await start({ DATA_DIR: dataDir, PORT: '0', TLS_PORT: '0' });
    const text = first.lines.join('\n');
    const port = /https:\/\/\S+:(\d+)$/m.exec(text)?.[1];
    // A machine without a private address offers nothing.
    expect(port !== undefined).toBe(lanAddresses(networkInterfaces()).length > 0);
    expect(existsSync(join(dataDir, 'tls/authority.pem'))).toBe(true);
    if (port !== undefined) {
      expect(text).toMatch(/^ {2}([0-9A-F]{2}:){31}[0-9A-F]{2}$/m);
      expect(text).toMatch(/^ {2}http:\/\/\S+\/trust$/m);
    }
    first.process.kill('SIGTERM');
    expect(await first.exited).toBe(0);

    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '::', resolve));
    cleanUps.push(() => other.close());
    const { port: taken } = other.address() as AddressInfo; // a TCP server has one
    const second = await start({ DATA_DIR: dataDir, PORT: '0', TLS_PORT: String(taken) });
    expect(second.lines).toContain(`No https on the network: port ${taken} is taken; set TLS_PORT to another one.`);
    expect(second.lines.join('\n')).toContain('ready at');
    second.process.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });

  test.each([
    ['PUBLIC_URL says where people come in', { PUBLIC_URL: 'https://docs.example.org' }],
    ['HOST is loopback', { HOST: '127.0.0.1' }],
  ])('LAN-1 makes no authority and no listener where %s', async (_, env) => {
    const dataDir = makeFolder();
    const { process: child, lines, exited } = await start({ DATA_DIR: dataDir, PORT: '0', TLS_PORT: '0', ...env });
    expect(lines.join('\n')).toContain('ready at');
    expect(lines.join('\n')).not.toMatch(/fingerprint|:\d+\/trust/);
    expect(existsSync(join(dataDir, 'tls'))).toBe(false);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });

  test('uses the database that DATABASE_URL names and starts none', async () => {
    const dataDir = makeFolder();
    const database = await startTestPostgres();
    const { process: child, lines, exited } = await start({ DATA_DIR: dataDir, PORT: '0', DATABASE_URL: database.url });
    expect(lines.join('\n')).toContain('ready at');
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    await database.stop();
  });

  test('starts a service that was killed again', async () => {
    const dataDir = makeFolder();
    const { process: child, lines, exited } = await start({ DATA_DIR: dataDir, PORT: '0' });
    const port = /localhost:(\d+)/.exec(lines.join('\n'))?.[1] ?? '';
    const pid = Number(readFileSync(join(dataDir, 'run/signaling.pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await waitUntilGone(pid, 5000);
    const isReady = async (): Promise<boolean> => (await fetch(`http://localhost:${port}/api/health/ready`)).ok;
    await expect.poll(isReady, { timeout: 15_000 }).toBe(true);
    expect(isAlive(pid)).toBe(false);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });
});
