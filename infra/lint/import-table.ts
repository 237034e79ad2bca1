/** The import rules of ARCHITECTURE.md as data and one pure function; `import-rules.ts` hands it to the linter. */

/** Packages that exactly these files (prefixes of repository paths) may import. Tests and benchmarks may import any. */
export const SINGLE_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  jose: ['signaling/src/auth/tokens.ts', 'shared/src/crypto/tokens.ts'],
  ws: ['signaling/src/signal/upgrade.ts'],
  'web-push': ['signaling/src/notify/push-sender.ts'],
  pg: ['signaling/src/db/', 'archiver/src/store/', 'infra/'],
  idb: ['client/src/storage/'],
  '@roamhq/wrtc': ['archiver/src/peer/wrtc.ts'],
  'node-datachannel': ['archiver/src/peer/wrtc.ts'],
  werift: ['archiver/src/peer/wrtc.ts'],
  'werift-ice': ['signaling/src/ice/stun-message.ts'],
  'simple-peer': ['shared/src/mesh/link.ts'],
  'y-webrtc': ['archiver/src/bridge/', 'infra/bench/'],
  'pg-boss': ['archiver/src/jobs/queue.ts'],
  'eventsource-parser': ['archiver/src/jobs/model-client.ts'],
  'prom-client': ['signaling/src/metrics.ts', 'archiver/src/metrics.ts'],
};

/** Which workspace may import which other. infra runs and tests all of them. */
const PACKAGE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  signaling: ['shared'],
  archiver: ['shared'],
  client: ['shared'],
  infra: ['shared', 'signaling', 'archiver', 'client'],
};

/** The folder of shared that runs in Node alone. */
const SHARED_SERVER = 'shared/src/server/';

/** Folders of shared from the ground up; files at its root are the ground. */
const SHARED_LEVELS: Readonly<Record<string, number>> = {
  signal: 1,
  http: 1,
  room: 1,
  crypto: 1,
  server: 1,
  log: 2,
  mesh: 3,
  testing: 4,
};

/** Client code that runs without a screen: no solid-js. */
const WITHOUT_SOLID = [
  /^client\/src\/storage\//,
  /^client\/src\/room\/[^/]*session[^/]*\.ts$/,
  /^client\/src\/editor\/[^/]*binding[^/]*\.ts$/,
];

export const isTest = (file: string): boolean =>
  /\.(test|e2e)\.tsx?$/.test(file) || /(^|\/)testing\//.test(file) || file.startsWith('client/e2e/');

const mayImportTesting = (file: string): boolean =>
  isTest(file) || /^infra\/(bench|drills|scripts)\/|^infra\/testing\//.test(file);

/**
 * Why `file` must not import `target`, or undefined when it may. `file` is a path from the repository's root;
 * `target` is such a path too, or the name of a package from the registry or of a Node module.
 */
export function whyForbidden(file: string, target: string): string | undefined {
  const [from = ''] = file.split('/');
  if (!(from in PACKAGE_IMPORTS)) return undefined;
  const [to = ''] = target.split('/');
  return to in PACKAGE_IMPORTS && /\.\w+$/.test(target)
    ? whyFileForbidden(file, from, target, to)
    : whyPackageForbidden(file, target);
}

function whyPackageForbidden(file: string, target: string): string | undefined {
  const name = target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
  if (isTest(file)) return undefined;
  const importers = SINGLE_IMPORTERS[name];
  if (
    importers !== undefined &&
    !importers.some((prefix) => file.startsWith(prefix)) &&
    !file.startsWith('infra/bench/')
  ) {
    return `only ${importers.join(', ')} may import ${name}`;
  }
  if (file.startsWith('shared/') && !file.startsWith(SHARED_SERVER) && target.startsWith('node:'))
    return 'shared runs in browsers too: no node: modules';
  if ((name === 'solid-js' || name.startsWith('@solidjs/')) && WITHOUT_SOLID.some((pattern) => pattern.test(file))) {
    return 'storage, the editor binding and the room session import no solid-js';
  }
  return undefined;
}

function whyFileForbidden(file: string, from: string, target: string, to: string): string | undefined {
  if (/(^|\/)testing\//.test(target)) {
    if (!mayImportTesting(file)) return 'testing/ is imported by tests only';
    if (to === 'infra') return undefined;
  }
  if (target.startsWith(SHARED_SERVER) && !file.startsWith(SHARED_SERVER) && (from === 'shared' || from === 'client'))
    return `${SHARED_SERVER} is for servers only`;
  if (from !== to) return PACKAGE_IMPORTS[from]?.includes(to) === true ? undefined : `${from} must not import ${to}`;
  if (isTest(file)) return undefined;
  if (from === 'shared') return whySharedForbidden(file, target);
  if (from === 'client') return whyClientForbidden(file, target);
  if (from === 'signaling') return whyServerForbidden(file, target, 'db', ['main.ts', 'server.ts', 'admin.ts']);
  if (from === 'archiver') return whyServerForbidden(file, target, 'store', ['main.ts', 'archiver.ts', 'cli.ts']);
  return undefined;
}

/** The folder under src, or undefined for files that lie in src itself. */
const folderOf = (file: string): string | undefined => {
  const parts = file.split('/');
  return parts.length > 3 ? parts[2] : undefined;
};

function whySharedForbidden(file: string, target: string): string | undefined {
  const level = (path: string): number => SHARED_LEVELS[folderOf(path) ?? ''] ?? 0;
  return level(target) > level(file)
    ? `in shared, ${folderOf(file) ?? 'the ground'} lies below ${folderOf(target)} and must not import it`
    : undefined;
}

function whyClientForbidden(file: string, target: string): string | undefined {
  const own = folderOf(file);
  const other = folderOf(target);
  if (own === undefined) return undefined;
  if (own === 'ui' && other !== 'ui') return 'ui imports only ui';
  if (own !== 'app' && other === 'app') return 'features and ui must not import app';
  if (own !== 'app' && other === undefined && /\/(main|routes)\.tsx$/.test(target))
    return 'only the start of the app imports routes and main';
  return undefined;
}

function whyServerForbidden(file: string, target: string, bottom: string, tops: readonly string[]): string | undefined {
  const own = folderOf(file);
  const other = folderOf(target);
  const top = target.split('/').slice(2).join('/');
  if (own === bottom && other !== undefined && other !== bottom) return `${bottom} imports no feature`;
  if (own !== undefined && other === undefined && tops.includes(top)) return `features must not import ${top}`;
  return undefined;
}
