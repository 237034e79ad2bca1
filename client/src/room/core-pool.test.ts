import { beforeEach, describe, expect, test } from 'vitest';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { createCorePool, type CorePool } from './core-pool.ts';
import type { RoomCore } from './room-core.ts';

const room = 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId;

interface Opened {
  unstored: number;
  isClosed: boolean;
  flushes: number;
  finishClosing: () => void;
  readonly after: Promise<void>;
}

let clock: ManualClock;
let pool: CorePool;
let opened: Opened[];

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let isSettled = false;
  void promise.then(() => (isSettled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
};

beforeEach(() => {
  clock = createManualClock();
  opened = [];
  pool = createCorePool(clock, (id, kind, after) => {
    const closing = Promise.withResolvers<void>();
    const one: Opened = { unstored: 0, isClosed: false, flushes: 0, finishClosing: closing.resolve, after };
    opened.push(one);
    const replica = {
      get unstored() {
        return one.unstored;
      },
      flush: () => {
        one.flushes++;
        return one.unstored > 0 ? Promise.reject(new Error('full')) : Promise.resolve();
      },
    };
    // of a room the pool reads its replicas and closes it
    return {
      room: id,
      kind,
      replicas: new Map([['content', replica]]),
      close: () => {
        one.isClosed = true;
        return closing.promise;
      },
    } as unknown as RoomCore;
  });
});

describe('open rooms', () => {
  test('are shared by whoever needs them and opened once', () => {
    const first = pool.acquire(room, 'document');
    const second = pool.acquire(room, 'document');
    expect(second.core).toBe(first.core);
    expect(opened).toHaveLength(1);
  });

  test('linger after their last user, so that going back opens nothing', async () => {
    const lease = pool.acquire(room, 'document');
    await lease.release();
    clock.advance(1999);
    expect(pool.acquire(room, 'document').core).toBe(lease.core);
    clock.advance(60_000);
    expect([opened.length, opened[0]?.isClosed]).toEqual([1, false]);
  });

  test('close once nobody came back; giving back twice counts once', async () => {
    const first = pool.acquire(room, 'document');
    const second = pool.acquire(room, 'document');
    await first.release();
    await first.release();
    clock.advance(60_000);
    expect(opened[0]?.isClosed).toBe(false);
    await second.release();
    clock.advance(2000);
    expect([opened[0]?.isClosed, opened[0]?.flushes]).toEqual([true, 2]);
  });

  test('are read again only after the former one has written everything', async () => {
    await pool.acquire(room, 'document').release();
    clock.advance(2000);
    pool.acquire(room, 'document');
    const next = opened[1];
    if (!next) expect.unreachable('opened again');
    expect(await settled(next.after)).toBe(false);
    opened[0]?.finishClosing();
    expect(await settled(next.after)).toBe(true);
  });

  test('CLI-45 stay while storage refuses what they hold, and close once it took it', async () => {
    const lease = pool.acquire(room, 'document');
    const [held] = opened;
    if (!held) expect.unreachable('opened');
    held.unstored = 3;
    await lease.release();
    clock.advance(600_000);
    expect(held.isClosed).toBe(false);
    held.unstored = 0;
    clock.advance(2000);
    expect(held.isClosed).toBe(true);
  });

  test('all close with the pool, which waits for them', async () => {
    pool.acquire(room, 'document');
    const closing = pool.close();
    expect(opened[0]?.isClosed).toBe(true);
    expect(await settled(closing)).toBe(false);
    opened[0]?.finishClosing();
    expect(await settled(closing)).toBe(true);
  });
});
