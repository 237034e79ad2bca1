/** Stock y-webrtc: its own signaling server from npm, and a page with the same editor over its unmodified provider. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sirv from 'sirv';
import { freePort } from '../../scripts/ports.ts';

export interface Peer {
  readonly address: string;
  readonly version: string;
  close(): Promise<void>;
}

export async function startPeer(): Promise<Peer> {
  const require = createRequire(import.meta.url);
  const root = join(require.resolve('y-webrtc'), '../..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }; // npm's own file
  const signalingPort = await freePort();
  const signaling = spawn(process.execPath, [join(root, 'bin/server.js')], {
    env: { ...process.env, PORT: String(signalingPort) },
    stdio: 'ignore',
  });
  const directory = mkdtempSync(join(tmpdir(), 'vicinal-peer-'));
  try {
    await build(directory);
    await untilListening(signalingPort, signaling);
  } catch (error) {
    signaling.kill();
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  const server = createServer(sirv(directory));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return {
    address: `http://localhost:${address.port}/#${signalingPort}`,
    version,
    async close() {
      signaling.kill();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function build(outDir: string): Promise<void> {
  const client = createRequire(join(import.meta.dirname, '../../../client/package.json'));
  const { build: viteBuild } = (await import(pathToFileURL(client.resolve('vite')).href)) as typeof import('vite'); // vite belongs to the client
  await viteBuild({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    logLevel: 'error',
    define: { global: 'globalThis' },
    resolve: { dedupe: ['yjs', 'y-protocols'] },
    build: { outDir, emptyOutDir: true, target: 'es2022' },
  });
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error('the signaling server of y-webrtc ended');
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the signaling server of y-webrtc did not start');
}
