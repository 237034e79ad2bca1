import type { Clock } from '@vicinal/shared/clock.ts';

export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** Time that moves only when told. */
export function createManualClock(start = 0): ManualClock {
  let time = start;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => time,
    monotonic: () => time,
    after(delayMs, callback) {
      const timer = { at: time + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        time = due.at;
        due.callback();
      }
      time = end;
    },
  };
}
