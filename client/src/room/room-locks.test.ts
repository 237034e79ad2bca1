import { expect, test } from 'vitest';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { createRoomLocks } from './room-locks.ts';

const room = 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId;
const other = 'SSSSSSSSSSSSSSSSSSSSSA' as RoomId;

test('CLI-58 nothing is done to a room that any tab has open; another account is another room', async () => {
  const locks = createRoomLocks(navigator.locks, 'account');
  const first = locks.hold(room);
  const second = locks.hold(room);
  await Promise.all([first.held, second.held]);
  const work = (): Promise<string> => Promise.resolve('done');
  first.release();
  expect(await locks.whileClosed(room, work)).toBeUndefined();
  expect(await locks.whileClosed(other, work)).toBe('done');
  expect(await createRoomLocks(navigator.locks, 'another').whileClosed(room, work)).toBe('done');
  second.release();
  await expect.poll(() => locks.whileClosed(room, work)).toBe('done');
});

test('CLI-58 a room that is opened meanwhile is read afterwards', async () => {
  const locks = createRoomLocks(navigator.locks, 'meanwhile');
  const order: string[] = [];
  let hold: ReturnType<typeof locks.hold> | undefined;
  await locks.whileClosed(room, async () => {
    hold = locks.hold(room);
    void hold.held.then(() => order.push('read'));
    await new Promise((resolve) => setImmediate(resolve));
    order.push('removed');
  });
  await hold?.held;
  hold?.release();
  expect(order).toEqual(['removed', 'read']);
});

test('a browser that gives no locks opens rooms all the same', async () => {
  const locks = createRoomLocks({ request: () => Promise.reject(new DOMException('no', 'SecurityError')) }, 'account');
  await expect(locks.hold(room).held).resolves.toBeUndefined();
});
