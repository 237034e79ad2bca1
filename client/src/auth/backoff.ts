/** Waiting times that double, with full jitter, for whoever retries by need rather than by timer. */
import type { Clock, Random } from '@vicinal/shared/clock.ts';

export interface Backoff {
  /** Whether the waiting time after the last failure is over. */
  readonly isDue: boolean;
  /** ms until it is. */
  readonly remainingMs: number;
  fail(): void;
  reset(): void;
}

export function createBackoff(
  clock: Clock,
  random: Random,
  limits: { readonly firstMs: number; readonly maxMs: number },
): Backoff {
  let failures = 0;
  let dueAt = Number.NEGATIVE_INFINITY;
  const remainingMs = (): number => Math.max(0, dueAt - clock.monotonic());
  return {
    get isDue() {
      return remainingMs() === 0;
    },
    get remainingMs() {
      return remainingMs();
    },
    fail: () => {
      const ceiling = Math.min(limits.maxMs, limits.firstMs * 2 ** failures);
      failures = Math.min(failures + 1, 30);
      // at least a quarter, so that a lucky draw cannot make a busy loop
      dueAt = clock.monotonic() + ceiling * (0.25 + 0.75 * random.fraction());
    },
    reset: () => {
      failures = 0;
      dueAt = Number.NEGATIVE_INFINITY;
    },
  };
}
