/**
 * Child processes that never outlive their parent: every child is announced to a reaper, a separate process that
 * stops what is left when the parent's end of its pipe closes, whatever killed the parent.
 */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How a child is asked to end, and after how long it is made to. */
export interface StopSignals {
  readonly gentle: NodeJS.Signals;
  readonly forced: NodeJS.Signals;
  readonly graceMs: number;
}

/** A service flushes on SIGTERM. */
export const SERVICE_STOP: StopSignals = { gentle: 'SIGTERM', forced: 'SIGKILL', graceMs: 15_000 };
/** PostgreSQL: SIGINT is its fast shutdown, SIGQUIT its immediate one (recovery at the next start). */
export const POSTGRES_STOP: StopSignals = { gentle: 'SIGINT', forced: 'SIGQUIT', graceMs: 15_000 };

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return processState(pid) !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // exists, owned by another user
  }
}

/** Distinguishes a process from a later one with the same id; undefined where /proc does not exist or it has ended. */
export function processStartTime(pid: number): string | undefined {
  return statFields(pid)?.[19];
}

const processState = (pid: number): string | undefined => statFields(pid)?.[0];

function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // no such process, or no /proc on this platform
  }
}

/** Resolves to true once the process is gone, to false when it is still there after `timeoutMs`. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** Ends a process by `stop`; resolves when it is gone. Harmless when it already is. */
export async function stopProcess(pid: number, stop: StopSignals): Promise<void> {
  if (!signal(pid, stop.gentle)) return;
  if (await waitUntilGone(pid, stop.graceMs)) return;
  signal(pid, stop.forced);
  if (await waitUntilGone(pid, 5000)) return;
  signal(pid, 'SIGKILL');
  await waitUntilGone(pid, 5000);
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false; // already gone
  }
}

/** Starts children and guarantees that none outlives this process. */
export interface Children {
  /** Spawns in a session of its own, so that Ctrl-C in a terminal reaches this process alone. */
  spawn(command: string, args: readonly string[], options: SpawnOptions, stop: StopSignals): ChildProcess;
  /** Lets the reaper end; children that still run are stopped by it. */
  close(): void;
  readonly reaperPid: number | undefined;
}

export function createChildren(): Children {
  const reaper = spawn(process.execPath, [fileURLToPath(new URL('./reaper.ts', import.meta.url))], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  reaper.unref();
  reaper.stdin.on('error', () => undefined); // the reaper was killed: children are then stopped by their owner only
  (reaper.stdin as unknown as { unref(): void }).unref(); // a Socket in truth: must not keep the process alive
  const tell = (line: object): void => void reaper.stdin.write(`${JSON.stringify(line)}\n`);
  return {
    spawn(command, args, options, stop) {
      const child = spawn(command, args, { ...options, detached: true });
      const { pid } = child;
      if (pid !== undefined) {
        tell({ add: pid, startTime: processStartTime(pid), stop });
        child.once('exit', () => tell({ remove: pid }));
      }
      return child;
    },
    close: () => void reaper.stdin.end(),
    reaperPid: reaper.pid,
  };
}
