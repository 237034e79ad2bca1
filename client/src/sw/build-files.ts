/** The files of a build in the browser's cache, and those of the build before it, for tabs that still run it. */
import { buildsAfter } from './answer.ts';

/** From the build: `client/vite.config.ts`. */
export interface BuildFile {
  readonly url: string;
  /** Null for files whose name changes with their content. */
  readonly revision: string | null;
  /** Fetched while the worker installs; the others follow in the background. */
  readonly isShell?: boolean;
}

export interface BuildFiles {
  /** Absolute paths of this build. */
  readonly paths: ReadonlySet<string>;
  /** Fetches the shell. Rejects unless all of it could be kept. */
  install(): Promise<void>;
  /** This build runs from now on: forgets all but the one that ran before. */
  activate(): Promise<void>;
  /** Fetches what is not here yet. Rejects when the network goes away in between; may be called again. */
  fill(): Promise<void>;
  /** A file of this build, fetched and kept when it is not here yet. */
  own(path: string): Promise<Response>;
  /** A file of the build before. */
  old(path: string): Promise<Response | undefined>;
}

const PREFIX = 'vicinal-build-';
/** Names the kept builds, newest first. */
const INDEX = 'vicinal-builds';
const INDEX_KEY = '/builds';

export function createBuildFiles(files: readonly BuildFile[], storage: CacheStorage, load: typeof fetch): BuildFiles {
  const byPath = new Map(files.map((file) => [`/${file.url}`, file]));
  const build = hashOf(files.map(({ url, revision }) => `${url} ${revision ?? ''}`).join('\n'));
  const own = (): Promise<Cache> => storage.open(PREFIX + build);

  const kept = async (): Promise<readonly string[]> => {
    const index = await (await storage.open(INDEX)).match(INDEX_KEY);
    const parsed: unknown = await index?.json();
    return Array.isArray(parsed) ? parsed.filter((name) => typeof name === 'string') : [];
  };
  const fetchInto = async (cache: Cache, path: string): Promise<Response> => {
    const isImmutable = byPath.get(path)?.revision === null;
    const known = isImmutable ? await storage.match(path) : undefined;
    const response = known ?? (await load(path, { cache: isImmutable ? 'default' : 'reload', credentials: 'omit' }));
    // an unknown address answers the app's page: a script that is not one must not be kept
    const isPage = response.headers.get('Content-Type')?.startsWith('text/html') === true;
    if (!response.ok || (isPage && !path.endsWith('.html'))) throw new TypeError(`${path} is not what the build says`);
    await cache.put(path, response.clone());
    return response;
  };
  const keep = async (paths: readonly string[]): Promise<void> => {
    const cache = await own();
    const here = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
    for (const path of paths) if (!here.has(path)) await fetchInto(cache, path);
  };

  return {
    paths: new Set(byPath.keys()),
    install: () => keep([...byPath].filter(([, file]) => file.isShell === true).map(([path]) => path)),
    activate: async () => {
      const builds = buildsAfter(await kept(), build);
      await (await storage.open(INDEX)).put(INDEX_KEY, new Response(JSON.stringify(builds)));
      const wanted = new Set([INDEX, ...builds.map((name) => PREFIX + name)]);
      const ours = (await storage.keys()).filter((name) => /^(vicinal-build|workbox-precache)/.test(name));
      await Promise.all(ours.filter((name) => !wanted.has(name)).map((name) => storage.delete(name)));
    },
    fill: () => keep([...byPath.keys()]),
    own: async (path) => {
      const cache = await own();
      return (await cache.match(path)) ?? (await fetchInto(cache, path));
    },
    old: async (path) => {
      for (const name of await kept()) {
        const found = await (await storage.open(PREFIX + name)).match(path);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** FNV-1a, 53 bits in base 36: tells builds apart, nothing more. */
function hashOf(text: string): string {
  let high = 0x811c9dc5;
  let low = 0x9dc5811c;
  for (let i = 0; i < text.length; i += 1) {
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193) >>> 0;
    low = Math.imul(low ^ text.charCodeAt(text.length - 1 - i), 0x01000193) >>> 0;
  }
  return high.toString(36) + low.toString(36);
}
