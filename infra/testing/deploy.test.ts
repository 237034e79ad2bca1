import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ENV_NAMES as ARCHIVER_ENV, parseEnv as parseArchiverEnv } from '@vicinal/archiver/config.ts';
import { ENV_NAMES as SIGNALING_ENV, parseEnv as parseSignalingEnv } from '@vicinal/signaling/config.ts';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../scripts/security-headers.ts';
import { parseStartEnv, START_ENV_NAMES } from '../scripts/start-config.ts';

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly build?: { readonly context: string; readonly dockerfile: string };
        readonly environment?: Readonly<Record<string, string>>;
        readonly volumes?: readonly string[];
        readonly ports?: readonly string[];
        readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
      }
    >
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
}
const compose = (): Compose => parse(read('docker-compose.yml')) as Compose; // our own file; the tests look at its parts

test('nginx sends the headers that the front of npm start sends', () => {
  const sent = new Map(
    [...read('nginx/security-headers.conf').matchAll(/^add_header (\S+) "(.*)" always;$/gm)].map((m) => [m[1], m[2]]),
  );
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(sent.get(name)).toBe(value);
  expect(sent.get('Content-Security-Policy')).toBe(contentSecurityPolicy('$socket_scheme://$http_host'));
  expect(sent.size).toBe(Object.keys(SECURITY_HEADERS).length + 1);
});

describe('compose', () => {
  test('names services, volumes and images that are there', () => {
    const { services, volumes } = compose();
    expect(Object.keys(services).toSorted()).toEqual(['archiver', 'nginx', 'postgres', 'signaling']);
    const named = Object.values(services).flatMap((service) => service.volumes ?? []);
    expect(new Set(named.map((volume) => volume.split(':')[0]))).toEqual(new Set(Object.keys(volumes)));
    for (const service of Object.values(services)) {
      if (service.build !== undefined) expect(read(service.build.dockerfile)).toMatch(/^FROM /);
      const needed = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      for (const name of needed) expect(services).toHaveProperty(name);
    }
    expect(services['nginx']?.ports).toEqual(['8080:8080']);
    expect(read('nginx/addresses.conf')).toContain('listen 8080;');
  });

  test.each([
    ['signaling', SIGNALING_ENV, parseSignalingEnv],
    ['archiver', ARCHIVER_ENV, parseArchiverEnv],
  ] as const)('sets variables that %s reads and accepts', (name, known, parseEnv) => {
    const environment = compose().services[name]?.environment ?? {};
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(['DATABASE_URL', 'PUBLIC_URL']));
    for (const variable of Object.keys(environment)) expect(known).toContain(variable);
    const filled = Object.entries(environment).map(([variable, value]) => [
      variable,
      value.replace(/\$\{PUBLIC_URL:[^}]*\}/, 'https://docs.example.org').replace(/\$\{[^}]*\}/, 'secret'),
    ]);
    expect(parseEnv(Object.fromEntries(filled))).toMatchObject({ ok: true });
  });

  test.each([
    ['signaling', 'SIGNALING_PORT'],
    ['archiver', 'ARCHIVE_PORT'],
  ])('nginx finds %s on the port that its image opens', (name, variable) => {
    const image = read(`infra/docker/${name}.Dockerfile`);
    const port = new RegExp(`${variable}=(\\d+)`).exec(image)?.[1];
    expect(image).toContain(`EXPOSE ${port}\n`);
    expect(read('nginx/addresses.conf')).toContain(`set $${name} ${name}:${port};`);
  });
});

describe('OPERATIONS.md', () => {
  const required = { DATABASE_URL: 'postgres://u:p@localhost:5432/v' };
  const section = (title: string): string =>
    read('OPERATIONS.md').split(`\n### ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  const rowsOf = (title: string): Map<string, string> =>
    new Map(
      (section(title).split('\n### ')[0] ?? '')
        .split('\n')
        .flatMap((line) => /^\| `([A-Z_]+)` \| ([^|]+) \|/.exec(line) ?? [])
        .flatMap((_, index, found) =>
          index % 3 === 0 ? [[found[index + 1] ?? '', (found[index + 2] ?? '').trim()]] : [],
        ),
    );

  test.each([
    ['`npm start`', START_ENV_NAMES, parseStartEnv],
    ['signaling', SIGNALING_ENV, parseSignalingEnv],
    ['archiver', ARCHIVER_ENV, parseArchiverEnv],
  ] as const)('lists every variable of %s with the default that the code has', (title, names, parseEnv) => {
    const rows = rowsOf(title);
    expect([...rows.keys()].toSorted()).toEqual([...names].toSorted());
    const unset = parseEnv(required);
    for (const [name, text] of rows) {
      const value = /^`([^`]+)`$/.exec(text)?.[1];
      const parsed = value === undefined ? unset : parseEnv({ ...required, [name]: value });
      expect({ name, parsed }).toEqual({ name, parsed: unset });
    }
  });
});
