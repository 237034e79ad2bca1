import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { expect, test } from 'vitest';
import { testRoom } from '../testing/test-session.ts';
import type { ArchivedRoom, LeaveReason } from './archived-room.ts';
import { createSupervisor } from './supervisor.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function setUp(maxRooms = 10) {
  const timers: { readonly delayMs: number; readonly run: () => void }[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after: (delayMs, run) => {
      const timer = { delayMs, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
  const opened: { readonly room: RoomId; readonly end: (reason: LeaveReason) => void; isClosed: boolean }[] = [];
  let unreadable = 0;
  const supervisor = createSupervisor({
    mesh: { on: () => () => undefined },
    open: async (room, end) => {
      if (unreadable-- > 0) throw new AppError('storage-failed');
      const one = { room, end, isClosed: false };
      opened.push(one);
      const attended: ArchivedRoom = {
        room,
        replicas: new Map(),
        peers: 0,
        close: async () => void (one.isClosed = true),
      };
      return attended;
    },
    limits: { maxRooms, reopenMinMs: 10, reopenMaxMs: 25 },
    clock,
    logger: silentLogger,
  });
  return { supervisor, opened, timers, failNext: (count: number) => void (unreadable = count) };
}

test('ARC-32 a room is attended once however often it is asked for, and left when idle', async () => {
  const { supervisor, opened } = setUp();
  supervisor.attend(testRoom('a'));
  supervisor.attend(testRoom('a'));
  await settle();
  expect(opened).toHaveLength(1);
  opened[0]?.end('idle');
  supervisor.attend(testRoom('a'));
  await settle();
  expect(opened.map((one) => one.isClosed)).toEqual([true, false]);
});

test('ARC-32 a room that cannot be read, or failed, is tried again with growing pauses', async () => {
  const { supervisor, opened, timers, failNext } = setUp();
  failNext(3);
  supervisor.attend(testRoom('a'));
  for (const delayMs of [10, 20, 25]) {
    await settle();
    const timer = timers.shift();
    expect(timer?.delayMs).toBe(delayMs);
    timer?.run();
  }
  await settle();
  expect(opened).toHaveLength(1);
  opened[0]?.end('failed');
  await settle();
  expect(opened[0]?.isClosed).toBe(true);
  expect(timers.map((timer) => timer.delayMs)).toEqual([10]);
});

test('ARC-32 closing leaves every room and forgets what waited', async () => {
  const { supervisor, opened, timers, failNext } = setUp(2);
  supervisor.attend(testRoom('a'));
  await settle();
  failNext(1);
  supervisor.attend(testRoom('b'));
  await settle();
  supervisor.attend(testRoom('c'));
  await supervisor.close();
  supervisor.attend(testRoom('d'));
  await settle();
  expect(opened.map((one) => one.isClosed)).toEqual([true]);
  expect(timers).toEqual([]);
});
