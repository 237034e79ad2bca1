/** A clock that stands still until it is moved. */
import type { Clock } from '../clock.ts';

export interface VirtualClock extends Clock {
  /** Moves time on by `ms`, running what comes due in order. */
  advance(ms: number): void;
  /** Moves wall time alone, as when somebody sets the clock. */
  shiftWall(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
}

interface Timer {
  readonly at: number;
  readonly id: number;
  readonly callback: () => void;
}

export function createVirtualClock(startMs = 1_700_000_000_000): VirtualClock {
  let monotonic = 0;
  let wallOffset = startMs;
  let nextId = 0;
  const timers = new Map<number, Timer>();
  const nextDue = (until: number): Timer | undefined =>
    [...timers.values()].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0];
  return {
    now: () => wallOffset + monotonic,
    monotonic: () => monotonic,
    after: (delayMs, callback) => {
      const id = nextId++;
      timers.set(id, { at: monotonic + Math.max(0, delayMs), id, callback });
      return () => void timers.delete(id);
    },
    advance: (ms) => {
      const until = monotonic + ms;
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer.id);
        monotonic = Math.max(monotonic, timer.at);
        timer.callback();
      }
      monotonic = until;
    },
    shiftWall: (ms) => void (wallOffset += ms),
    get pending() {
      return timers.size;
    },
  };
}
