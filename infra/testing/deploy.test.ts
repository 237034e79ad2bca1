import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ENV_NAMES as ARCHIVER_ENV, parseEnv as parseArchiverEnv } from '@vicinal/archiver/config.ts';
import { ENV_NAMES as SIGNALING_ENV, parseEnv as parseSignalingEnv } from '@vicinal/signaling/config.ts';
import { describe, expect, test } from 'vitest';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../scripts/security-headers.ts';
import { renderExample, settingsOf } from '../scripts/env-example.ts';
import { parseStartEnv, START_ENV_NAMES } from '../scripts/start-config.ts';

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

test('nginx sends the headers that the front of npm start sends', () => {
  const sent = new Map(
    [...read('nginx/security-headers.conf').matchAll(/^add_header (\S+) "(.*)" always;$/gm)].map((m) => [m[1], m[2]]),
  );
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(sent.get(name)).toBe(value);
  expect(sent.get('Content-Security-Policy')).toBe(contentSecurityPolicy('$socket_scheme://$http_host'));
  expect(sent.size).toBe(Object.keys(SECURITY_HEADERS).length + 1);
});

describe('OPERATIONS.md', () => {
  const required = { DATABASE_URL: 'postgres://u:p@localhost:5432/v' };
  const rowsOf = (title: string): Map<string, string> =>
    new Map(settingsOf(read('OPERATIONS.md'), title).map(({ name, byDefault }) => [name, byDefault]));

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

describe('.env.example', () => {
  const example = read('.env.example');
  const values = new Map(
    [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );

  test('OPS-40 is made of the tables of OPERATIONS.md; when it is not: npm run env-example', () => {
    expect(example).toBe(renderExample(read('OPERATIONS.md')));
  });

  test('OPS-41 names every variable once, each with a comment, and nothing else', () => {
    const containers = settingsOf(read('OPERATIONS.md'), 'containers').map(({ name }) => name);
    const known = new Set([...START_ENV_NAMES, ...SIGNALING_ENV, ...ARCHIVER_ENV, ...containers]);
    expect([...values.keys()].toSorted()).toEqual([...known].toSorted());
    const lines = example.split('\n');
    expect(lines.filter((line) => /^#[A-Z_]+=/.test(line))).toHaveLength(values.size);
    lines.forEach((line, at) => {
      if (/^#[A-Z_]+=/.test(line)) expect(lines[at - 1]).toMatch(/^# \S/);
      else expect(line).toMatch(/^$|^#{1,2} /);
    });
  });

  test('OPS-42 changes nothing when every line counts: the values are the defaults', () => {
    const required = { DATABASE_URL: 'postgres://u:p@localhost:5432/v' };
    const all = { ...Object.fromEntries(values), ...required };
    for (const parseEnv of [parseStartEnv, parseSignalingEnv, parseArchiverEnv])
      expect(parseEnv(all)).toEqual(parseEnv(required));
  });

  test('OPS-43 the commands of npm read .env', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }; // our own file
    for (const name of ['start', 'dev', 'admin', 'archiver', 'backup', 'restore'])
      expect(scripts[name]).toMatch(/^node --env-file-if-exists=\.env infra\//);
    expect(read('.gitignore').split('\n')).toContain('.env');
    expect(read('.dockerignore').split('\n')).toContain('**/.env');
  });
});
