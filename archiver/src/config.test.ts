import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, ENV_NAMES, parseEnv } from './config.ts';

const good = { DATABASE_URL: 'postgres://a:b@localhost:5432/c' };

test('ARC-30 settings have defaults for all but the database', () => {
  const parsed = parseEnv(good);
  expect(parsed).toMatchObject({ ok: true, value: { port: 8082, host: '127.0.0.1', limits: DEFAULT_LIMITS } });
});

test('ARC-30 all problems are told at once', () => {
  const parsed = parseEnv({
    ARCHIVE_PORT: '70000',
    SIGNALING_URL: 'ftp://x',
    LOG_LEVEL: 'loud',
    ARCHIVE_COALESCE_MS: '101',
    ARCHIVE_RETRY_MIN_MS: '6000',
  });
  expect(parsed.ok ? [] : parsed.error.map((problem) => problem.split(/[ :]/)[0])).toEqual(
    expect.arrayContaining([
      'DATABASE_URL',
      'ARCHIVE_PORT',
      'SIGNALING_URL',
      'LOG_LEVEL',
      'ARCHIVE_COALESCE_MS',
      'ARCHIVE_RETRY_MIN_MS',
    ]),
  );
});

test('ARC-30 every limit is set by its variable', () => {
  const parsed = parseEnv({ ...good, ARCHIVE_IDLE_ROOM_MS: '1234' });
  expect(parsed.ok && parsed.value.limits.idleRoomMs).toBe(1234);
  expect(new Set(ENV_NAMES).size).toBe(ENV_NAMES.length);
});
