/** Builds and serves the page with the editor that all peers share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sirv from 'sirv';

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  const directory = mkdtempSync(join(tmpdir(), 'vicinal-peer-'));
  try {
    await build(directory);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  const server = createServer(sirv(directory));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return {
    origin: `http://localhost:${address.port}`,
    async close() {
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
    build: { outDir, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2000 },
  });
}
