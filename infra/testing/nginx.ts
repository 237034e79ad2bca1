/** Debian's nginx with the configuration as it is shipped: only `addresses.conf` is another file. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../scripts/ports.ts';
import { ensurePackage } from './apt.ts';

const shipped = resolve(import.meta.dirname, '../../nginx');

export interface NginxOptions {
  /** Built client. */
  readonly root: string;
  /** `host:port`. */
  readonly signaling: string;
  readonly archiver: string;
  /** Proxies in front whose word about callers counts. */
  readonly trusted?: readonly string[];
}

export interface Nginx {
  readonly port: number;
  /** What it said of itself. */
  errors(): string;
  /** Its log of requests. */
  requests(): string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Why nginx cannot be run here, or undefined. */
export const ensureNginx = (): string | undefined => ensurePackage('nginx', 'nginx-light');

/** Lines that stand in the place of the shipped `addresses.conf`. */
export const addresses = (port: number, log: string, options: NginxOptions): readonly string[] => [
  `listen 127.0.0.1:${port};`,
  `root ${options.root};`,
  `access_log ${log} plain;`,
  'resolver 127.0.0.1;',
  `set $signaling ${options.signaling};`,
  `set $archiver ${options.archiver};`,
  ...(options.trusted ?? []).map((network) => `set_real_ip_from ${network};`),
];

/** Resolves when it answers. Rejects with what nginx says of its configuration. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), 'vicinal-nginx-'));
  const port = await freePort();
  const log = join(directory, 'access.log');
  mkdirSync(join(directory, 'vicinal'));
  copyFileSync('/etc/nginx/mime.types', join(directory, 'mime.types'));
  copyFileSync(join(shipped, 'nginx.conf'), join(directory, 'nginx.conf'));
  for (const name of readdirSync(shipped))
    if (name !== 'nginx.conf') copyFileSync(join(shipped, name), join(directory, 'vicinal', name));
  writeFileSync(join(directory, 'vicinal/addresses.conf'), addresses(port, log, options).join('\n'));
  // The workers of a master that is root would be somebody who may not read the checkout.
  const user = process.getuid?.() === 0 ? ' user root;' : '';
  const child = spawn(
    'nginx',
    ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', 'stderr', '-g', `daemon off;${user}`],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    })());
  const deadline = Date.now() + 10_000;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await close();
      throw new Error(`nginx did not start:\n${output}`);
    }
    try {
      await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return { port, errors: () => output, requests: () => readFileSync(log, 'utf8'), close };
    } catch {
      await new Promise((done) => setTimeout(done, 20)); // not listening yet
    }
  }
}
