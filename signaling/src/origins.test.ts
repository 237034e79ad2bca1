import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEnv } from './config.ts';

const required = { DATABASE_URL: 'postgres://u:p@localhost:5432/v', PUBLIC_URL: 'http://localhost:8080' };

test('LAN-9 origins of the networks are allowed and listed in their order', () => {
  const parsed = parseEnv({ ...required, NETWORK_ORIGINS: 'https://192.168.1.20:8443, https://reef.local:8443' });
  if (!parsed.ok) throw new Error(parsed.error.join());
  const { allowedOrigins } = parsed.value;
  expect(allowedOrigins.network()).toEqual(['https://192.168.1.20:8443', 'https://reef.local:8443']);
  expect(allowedOrigins.has('http://localhost:8080')).toBe(true);
  expect(allowedOrigins.has('https://reef.local:8443')).toBe(true);
  for (const foreign of ['https://192.168.1.20', 'http://192.168.1.20:8443', 'https://reef.local:8444', 'null', ''])
    expect(allowedOrigins.has(foreign)).toBe(false);
});

test('LAN-9 a file of origins is followed while the server runs; what is no https origin does not count', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vicinal-origins-'));
  const file = join(folder, 'network-origins');
  const parsed = parseEnv({ ...required, NETWORK_ORIGINS: `@${file}` });
  if (!parsed.ok) throw new Error(parsed.error.join());
  const { allowedOrigins } = parsed.value;
  expect(allowedOrigins.network()).toEqual([]);
  writeFileSync(file, 'https://192.168.1.20:8443\n\nhttp://192.168.1.20:8080\n*\nhttps://evil.test/path\n');
  expect(allowedOrigins.network()).toEqual(['https://192.168.1.20:8443']);
  expect(allowedOrigins.has('http://192.168.1.20:8080')).toBe(false);
  writeFileSync(file, 'https://10.0.0.5:8443\n');
  expect(allowedOrigins.has('https://10.0.0.5:8443')).toBe(true);
  expect(allowedOrigins.has('https://192.168.1.20:8443')).toBe(false);
  rmSync(folder, { recursive: true });
  expect(allowedOrigins.has('https://10.0.0.5:8443')).toBe(false);
});

test.each([
  ['http://192.168.1.20:8443', 'must be https'],
  ['reef', 'is not an http or https origin'],
])('LAN-9 NETWORK_ORIGINS=%s is a problem', (value, problem) => {
  const parsed = parseEnv({ ...required, NETWORK_ORIGINS: value });
  expect(parsed.ok ? [] : parsed.error).toEqual([expect.stringContaining(problem)]);
});
