/** `npm run peer` as a process, for tests. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
export { readTrace } from '../peer/trace.ts';

const MAIN = join(import.meta.dirname, '../peer/main.ts');

export interface PeerRun {
  /** Lines of the standard output so far. */
  readonly lines: readonly string[];
  readonly errors: () => string;
  interrupt(): void;
  readonly ended: Promise<PeerEnd>;
}

export interface PeerEnd {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** The process ends by itself, or with `interrupt()`. `env` is added to this process's. */
export function startPeer(args: readonly string[], env: Readonly<Record<string, string>> = {}): PeerRun {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return {
    get lines() {
      return output.split('\n').slice(0, -1);
    },
    errors: () => errors,
    interrupt: () => void child.kill('SIGINT'),
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output, errors }));
    }),
  };
}

export const runPeer = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<PeerEnd> =>
  startPeer(args, env).ended;
