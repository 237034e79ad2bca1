import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserId } from '@vicinal/shared/ids.ts';
import { expect, test } from 'vitest';
import { parseEnv } from '../config.ts';
import { advertisedIce } from './ice-config.ts';
import { privateIceServers } from './turn-credentials.ts';

const USER = 'AAAAAAAAAAAAAAAAAAAAAA' as UserId; // the form of one
const SECRET = 'a secret of the tests';
const parse = (env: Record<string, string>) => parseEnv({ DATABASE_URL: 'postgres://localhost/x', ...env });
const configOf = (env: Record<string, string>) => {
  const parsed = parse(env);
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value;
};
const problemsOf = (env: Record<string, string>): string => {
  const parsed = parse(env);
  return parsed.ok ? '' : parsed.error.join('\n');
};

test('ICE-6 a user gets the TURN servers with a name that ends, and the password that belongs to it', () => {
  const config = configOf({
    TURN_URLS: 'turn:turn.example.org:3478?transport=udp, turns:turn.example.org:5349',
    TURN_SECRET: SECRET,
    TURN_TTL_S: '3600',
  });
  const username = `${1_700_000_000 + 3600}:${USER}`;
  expect(privateIceServers(config, USER, 1_700_000_000_999)).toEqual([
    {
      urls: ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:5349'],
      username,
      credential: createHmac('sha1', SECRET).update(username).digest('base64'),
    },
  ]);
});

test('ICE-6 the secret may stand in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vicinal-turn-'));
  try {
    const file = join(folder, 'secret');
    writeFileSync(file, `${SECRET}\n`);
    expect(configOf({ TURN_URLS: 'turn:a.example', TURN_SECRET_FILE: file }).turn?.secret).toBe(SECRET);
    expect(problemsOf({ TURN_URLS: 'turn:a.example', TURN_SECRET_FILE: `${file}x` })).toContain('cannot be read');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('ICE-5 what anybody may ask for holds no credential', () => {
  const secret = { urls: ['turn:b.example'], username: 'me', credential: 'hidden' };
  const config = configOf({
    ICE_SERVERS: JSON.stringify([{ urls: ['stun:a.example'] }, secret]),
    TURN_URLS: 'turn:c.example',
    TURN_SECRET: SECRET,
    ICE_POLICY: 'relay',
  });
  expect(advertisedIce(config, 3478)).toEqual({ iceServers: [{ urls: ['stun:a.example'] }], isRelayOnly: true });
  expect(privateIceServers(config, USER, 0)[0]).toEqual(secret);
});

test('ICE-5 the own STUN server is advertised by its port, unless it is off, not running, or replaced', () => {
  expect(advertisedIce(configOf({}), 3478)).toEqual({ iceServers: [], stunPort: 3478 });
  expect(advertisedIce(configOf({}), undefined)).toEqual({ iceServers: [] });
  expect(configOf({ STUN_PORT: 'off' }).stun).toBeUndefined();
  const own = configOf({ ICE_SERVERS: '[{"urls":["stun:a.example"]}]' });
  expect(advertisedIce(own, 3478).stunPort).toBeUndefined();
});

test.each([
  [{ TURN_URLS: 'turn:a.example' }, 'TURN_URLS without TURN_SECRET'],
  [{ TURN_SECRET: SECRET }, 'TURN_SECRET without TURN_URLS'],
  [{ TURN_URLS: 'turn:a.example', TURN_SECRET: 'short' }, 'at least 16'],
  [{ TURN_URLS: 'stun:a.example', TURN_SECRET: SECRET }, 'TURN_URLS: "stun:a.example"'],
  [{ TURN_URLS: 'turn:a.example?transport=sctp', TURN_SECRET: SECRET }, 'is not an address'],
  [{ TURN_URLS: 'turn:a.example', TURN_SECRET: SECRET, TURN_TTL_S: '60' }, 'TURN_TTL_S'],
  [{ TURN_URLS: 'turn:a.example', TURN_SECRET: SECRET, TURN_SECRET_FILE: 'x' }, 'exclude each other'],
  [{ ICE_POLICY: 'relay' }, 'needs a TURN server'],
  [{ ICE_POLICY: 'none' }, 'all or relay'],
  [{ STUN_PORT: '70000' }, 'STUN_PORT'],
  [{ STUN_HOST: 'localhost' }, 'STUN_HOST'],
])('ICE-7 %o is refused with a line that says why', (env, problem) =>
  expect(problemsOf({ ...env })).toContain(problem),
);
