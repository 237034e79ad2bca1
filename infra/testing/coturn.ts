/** A real TURN server on loopback with the configuration that the product ships. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensurePackage } from './apt.ts';

export interface Coturn {
  /** UDP and TCP, on 127.0.0.1. */
  readonly port: number;
  /** What it said so far. */
  log(): string;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface CoturnOptions {
  readonly secret: string;
  /** Absent: a free one. */
  readonly port?: number;
  /** Peers that are relayed to though they are private; absent: the server's own address, where relayed devices meet. */
  readonly allowedPeers?: readonly string[];
}

const CONFIGURATION = resolve(import.meta.dirname, '../coturn/turnserver.conf');
const START_TIMEOUT_MS = 10_000;
/** Ports tried until nobody has one over TCP either. */
const MAX_PORTS = 20;

/** Why there is no `turnserver`, or undefined when there is. Installs it once, as root. */
export const whyNoCoturn = (): string | undefined => ensurePackage('turnserver', 'coturn');

export async function startCoturn(options: CoturnOptions): Promise<Coturn> {
  const port = options.port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'vicinal-coturn-'));
  const child = spawn(
    'turnserver',
    [
      ...['-c', CONFIGURATION],
      `--static-auth-secret=${options.secret}`,
      '--realm=vicinal.test',
      `--listening-port=${port}`,
      '--listening-ip=127.0.0.1',
      '--relay-ip=127.0.0.1',
      '--allow-loopback-peers',
      ...(options.allowedPeers ?? ['127.0.0.1']).map((address) => `--allowed-peer-ip=${address}`),
      `--pidfile=${join(folder, 'pid')}`,
      `--userdb=${join(folder, 'turndb')}`,
      '--verbose',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = new Promise<void>((done) => child.once('close', () => done()));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answersStun(port))) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    await close();
    throw new Error(`coturn does not answer:\n${said}`);
  }
  return { port, log: () => said, close };
}

/** Free for UDP and for TCP: coturn listens to both. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < MAX_PORTS; tries++) {
    const socket = createSocket('udp4');
    await new Promise<void>((done) => void socket.bind(0, '127.0.0.1', done));
    const { port } = socket.address();
    const isFree = await new Promise<boolean>((done) => {
      const server = createServer();
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    await new Promise<void>((done) => void socket.close(done));
    if (isFree) return port;
  }
  throw new Error('no port is free for UDP and TCP');
}

/** Whether a STUN server answers there within a moment. */
async function answersStun(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    return await new Promise<boolean>((done) => {
      socket.once('message', () => done(true));
      socket.once('error', () => done(false));
      socket.send(Buffer.from(`000100002112a442${'00'.repeat(12)}`, 'hex'), port, '127.0.0.1');
      setTimeout(() => done(false), 200);
    });
  } finally {
    socket.close();
  }
}
