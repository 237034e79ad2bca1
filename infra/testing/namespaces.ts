/** A second machine for journeys: a network namespace behind a pair of virtual Ethernet interfaces. Linux, as root. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { ensurePackage } from './apt.ts';

export interface Namespace {
  readonly name: string;
  /** Of this machine on the link between the two. */
  readonly hostAddress: string;
  /** Of the other machine. */
  readonly address: string;
  /** Before a command, runs it over there. */
  readonly prefix: readonly string[];
  /** No packet goes from here to that network. */
  refuse(other: Namespace): void;
  /** Takes the cable out, and puts it back. */
  setLink(isUp: boolean): void;
  /** Ends every process over there and removes namespace and link. Idempotent. */
  close(): Promise<void>;
}

/** Why no namespaces can be made here, or undefined when they can. Installs `ip` once, as root. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a part of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const missing = ensurePackage('ip', 'iproute2');
  if (missing !== undefined) return missing;
  const name = `vicinal-try-${process.pid}`;
  const made = run('ip', 'netns', 'add', name);
  if (made !== undefined) return `network namespaces cannot be made here: ${made}`;
  const link = run(
    'ip',
    'link',
    'add',
    `vit${process.pid % 100_000}`,
    'type',
    'veth',
    'peer',
    'name',
    'p0',
    'netns',
    name,
  );
  run('ip', 'netns', 'del', name); // takes the link with it
  return link === undefined ? undefined : `virtual Ethernet cannot be made here: ${link}`;
}

/**
 * `index` (0 to 255) keeps the networks of several apart. The other machine has this one as its default gateway, since
 * Chromium takes a machine without a default route for offline.
 */
export function openNamespace(index: number): Namespace {
  const id = `${process.pid % 100_000}x${index}`;
  const [name, near, far] = [`vicinal-${id}`, `vn${id}`, `vf${id}`];
  const [hostAddress, address] = [`10.213.${index}.1`, `10.213.${index}.2`];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      await endProcessesIn(name);
      run('ip', 'link', 'del', near);
      run('ip', 'netns', 'del', name);
    })());
  const demand = (...args: readonly string[]): void => {
    const problem = run('ip', ...args);
    if (problem === undefined) return;
    void close();
    throw new Error(`ip ${args.join(' ')}: ${problem}`);
  };
  demand('netns', 'add', name);
  demand('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
  demand('addr', 'add', `${hostAddress}/24`, 'dev', near);
  demand('link', 'set', near, 'up');
  demand('-n', name, 'addr', 'add', `${address}/24`, 'dev', far);
  demand('-n', name, 'link', 'set', 'lo', 'up');
  demand('-n', name, 'link', 'set', far, 'up');
  demand('-n', name, 'route', 'add', 'default', 'via', hostAddress);
  return {
    ...{ name, hostAddress, address, close },
    prefix: ['ip', 'netns', 'exec', name],
    refuse(other) {
      demand('-n', name, 'route', 'add', 'unreachable', `${other.hostAddress}/24`.replace(/\.1\/24$/, '.0/24'));
    },
    setLink(isUp) {
      demand('link', 'set', near, isUp ? 'up' : 'down');
    },
  };
}

/** What went wrong, or undefined. */
function run(command: string, ...args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

async function endProcessesIn(name: string): Promise<void> {
  const file = `/run/netns/${name}`;
  if (!existsSync(file)) return;
  const { ino } = statSync(file);
  const deadline = Date.now() + 5000;
  for (;;) {
    const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && networkOf(entry) === ino);
    if (pids.length === 0) return;
    if (Date.now() > deadline) throw new Error(`processes do not leave ${name}: ${pids.map(commandOf).join(', ')}`);
    for (const pid of pids) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // ended meanwhile
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function networkOf(pid: string): number | undefined {
  try {
    const inode = /\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[1];
    return inode === undefined ? undefined : Number(inode);
  } catch {
    return undefined; // ended meanwhile
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return pid; // ended meanwhile
  }
}
