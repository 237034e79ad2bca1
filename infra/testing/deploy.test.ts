import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ENV_NAMES as SIGNALING_ENV } from '@vicinal/signaling/config.ts';
import { parseEnv as parseArchiverEnv } from '@vicinal/archiver/config.ts';
import { expect, test } from 'vitest';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../scripts/security-headers.ts';

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const serviceOf = (compose: string, name: string): string =>
  new RegExp(`^ {2}${name}:\\n((?: {4}.*\\n)+)`, 'm').exec(compose)?.[1] ?? '';
const variablesOf = (service: string): string[] =>
  [...service.matchAll(/^ {6}([A-Z][A-Z_]+): /gm)].map((match) => match[1] ?? '');

test('nginx sends the headers that the front of npm start sends', () => {
  const sent = new Map(
    [...read('nginx/security-headers.conf').matchAll(/^add_header (\S+) "(.*)" always;$/gm)].map((m) => [m[1], m[2]]),
  );
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(sent.get(name)).toBe(value);
  expect(sent.get('Content-Security-Policy')).toBe(contentSecurityPolicy('$socket_scheme://$http_host'));
  expect(sent.size).toBe(Object.keys(SECURITY_HEADERS).length + 1);
});

test('compose sets variables that the services read, and nginx routes to the ports that the images open', () => {
  const compose = read('docker-compose.yml');
  const signaling = variablesOf(serviceOf(compose, 'signaling'));
  expect(signaling.length).toBeGreaterThan(2);
  for (const name of signaling) expect(SIGNALING_ENV).toContain(name);
  const archiver = variablesOf(serviceOf(compose, 'archiver'));
  const parsed = parseArchiverEnv({
    ...Object.fromEntries(archiver.map((name) => [name, 'http://example.org'])),
    DATABASE_URL: 'postgres://u:p@postgres:5432/v',
  });
  expect(archiver).toEqual(['DATABASE_URL', 'PUBLIC_URL', 'SIGNALING_URL']);
  expect(parsed).toMatchObject({ ok: true, value: { signalingUrl: 'http://example.org' } });
  for (const [name, variable] of [
    ['signaling', 'SIGNALING_PORT'],
    ['archiver', 'ARCHIVE_PORT'],
  ] as const) {
    const image = read(`infra/docker/${name}.Dockerfile`);
    const port = new RegExp(`${variable}=(\\d+)`).exec(image)?.[1];
    expect(image).toContain(`EXPOSE ${port}`);
    expect(read('nginx/app.conf')).toContain(`server ${name}:${port};`);
  }
});
