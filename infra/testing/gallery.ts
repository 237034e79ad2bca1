/** The gallery (client/src/testing/gallery.tsx) built and served for tests: every screen in every state, without any server. */
import { join, resolve } from 'node:path';
import { buildClientInto } from '../scripts/client-build.ts';
import { startFront } from '../scripts/front.ts';

const cacheDir = resolve(import.meta.dirname, '../../node_modules/.cache');

export interface Gallery {
  readonly origin: string;
  close(): Promise<void>;
}

export async function startGallery(): Promise<Gallery> {
  const { directory } = await buildClientInto({
    directory: join(cacheDir, 'client-gallery'),
    configFile: 'vite.gallery.config.ts',
    env: {},
    say: () => undefined,
  });
  const front = await startFront({
    clientDir: directory,
    port: 0,
    host: '127.0.0.1',
    targetOf: () => {
      throw new TypeError('the gallery has no servers');
    },
  });
  return { origin: front.origin, close: () => front.close() };
}
