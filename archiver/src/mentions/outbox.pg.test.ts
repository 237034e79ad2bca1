import { startTestPostgres, type TestPostgres } from '@vicinal/infra/testing/postgres.ts';
import { AppError } from '@vicinal/shared/app-error.ts';
import { MAX_ARCHIVER_EVENTS, type ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import type { UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { createVirtualClock } from '@vicinal/shared/testing/virtual-clock.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../config.ts';
import { migrate } from '../store/migrations.ts';
import { createOutbox } from '../store/outbox.ts';
import { testRoom } from '../testing/test-session.ts';
import { createOutboxDelivery } from './outbox-delivery.ts';

let postgres: TestPostgres;
let url: string;
const workspace = 'AAAAAAAAAAAAAAAAAAAAAA' as WorkspaceId; // a valid id
const room = testRoom('mentions');
const id = (n: number): string => `${String(n).padStart(21, 'A')}A`;
const event = (n: number): ArchiverEvent => ({
  kind: 'mention',
  room,
  actor: id(1) as UserId, // the form of one
  target: id(2) as UserId, // the form of one
  mention: id(n),
});

beforeAll(async () => {
  postgres = await startTestPostgres();
  url = await postgres.createDatabase();
  await migrate(url, 5000);
});
afterAll(() => postgres.stop());

test('NOTE-6 the outbox keeps an event until signaling took it, and knows it ever after', async () => {
  const events = Array.from({ length: MAX_ARCHIVER_EVENTS + 20 }, (_, n) => event(n));
  const before = createOutbox(url, workspace, DEFAULT_LIMITS);
  expect(await before.record([...events, ...events.slice(0, 5)])).toBe(events.length);
  expect(await before.record(events)).toBe(0);
  await before.close();

  // a new process; signaling is away at first
  const outbox = createOutbox(url, workspace, DEFAULT_LIMITS);
  const elsewhere = createOutbox(url, 'BBBBBBBBBBBBBBBBBBBBBA' as WorkspaceId, DEFAULT_LIMITS); // another valid id
  expect(await elsewhere.waiting(10)).toEqual([]);
  const clock = createVirtualClock();
  const attempts: ArchiverEvent[][] = [];
  let failures = 2;
  const delivery = createOutboxDelivery({
    outbox,
    send: async (sent) => {
      attempts.push([...sent]);
      if (failures-- > 0) throw new AppError('network');
    },
    limits: { retryMinMs: 1000, retryMaxMs: 1500 },
    clock,
    logger: silentLogger,
  });
  const attempted = async (count: number): Promise<void> => {
    await expect.poll(() => attempts.length, { timeout: 10_000 }).toBe(count);
  };
  await attempted(1);
  await expect.poll(() => clock.pending).toBe(1);
  clock.advance(999);
  expect(attempts).toHaveLength(1);
  clock.advance(1);
  await attempted(2);
  await expect.poll(() => clock.pending).toBe(1);
  clock.advance(1500);
  await attempted(4);
  await expect.poll(() => outbox.waiting(10)).toEqual([]);
  const taken = attempts.slice(2).flat();
  expect(new Set(taken.map(({ mention }) => mention)).size).toBe(events.length);
  expect(taken).toHaveLength(events.length);

  expect(await outbox.record(events)).toBe(0);
  expect(await outbox.record([event(1000)])).toBe(1);
  delivery.wake();
  await attempted(5);
  expect(attempts[4]).toEqual([event(1000)]);
  await delivery.close();
  await Promise.all([outbox.close(), elsewhere.close()]);
}, 30_000);
