/** The servers of the peers, as their packages ship them, each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../scripts/ports.ts';

export interface PeerServer {
  readonly name: string;
  /** Of the npm package. */
  readonly version: string;
  readonly configuration: string;
  /** What the page calls it. */
  readonly provider: string;
  readonly port: number;
  close(): Promise<void>;
}

const require = createRequire(import.meta.url);
const versionOf = (manifest: string): string => {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }; // npm's own file
  return version;
};

/** Its own signaling server. `isDefault`: the page's provider keeps its default STUN servers. */
export async function startYWebrtc({ isDefault = false } = {}): Promise<PeerServer> {
  const root = join(require.resolve('y-webrtc'), '../..');
  return {
    name: 'y-webrtc',
    version: versionOf(join(root, 'package.json')),
    configuration: isDefault
      ? 'its own signaling server, defaults (public STUN)'
      : 'its own signaling server, no STUN (its best on one host), same editor',
    provider: isDefault ? 'y-webrtc-default' : 'y-webrtc',
    ...(await start(join(root, 'bin/server.js'))),
  };
}

/** Nothing of it delays a message, so its default is its best. */
export async function startYWebsocket(): Promise<PeerServer> {
  const manifest = require.resolve('@y/websocket-server/package.json');
  return {
    name: 'y-websocket',
    version: versionOf(require.resolve('y-websocket/package.json')),
    configuration: `@y/websocket-server ${versionOf(manifest)} as shipped, in memory (default and best), same editor`,
    provider: 'y-websocket',
    ...(await start(join(manifest, '../src/server.js'))),
  };
}

export async function startHocuspocus({ isDefault = false } = {}): Promise<PeerServer> {
  const root = join(require.resolve('@hocuspocus/server'), '../..');
  return {
    name: 'Hocuspocus',
    version: versionOf(join(root, 'package.json')),
    configuration: `${isDefault ? 'defaults' : 'debounce: 0 (its best)'}, in memory, same editor`,
    provider: 'hocuspocus',
    ...(await start(join(import.meta.dirname, 'hocuspocus-server.ts'), isDefault ? [] : ['0'])),
  };
}

/** Resolves when it listens. */
async function start(script: string, args: readonly string[] = []): Promise<Pick<PeerServer, 'port' | 'close'>> {
  const port = await freePort();
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1' },
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  try {
    await untilListening(port, child);
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs[1]} ended`);
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
  throw new Error(`${child.spawnargs[1]} did not start`);
}
