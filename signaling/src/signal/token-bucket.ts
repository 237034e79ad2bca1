/** A token bucket on a monotonic clock. */
export interface TokenBucket {
  /** Takes `amount`; false, taking nothing, when less is left. */
  take(amount: number): boolean;
}

/** Starts full. `monotonic` in ms. */
export function createTokenBucket(perSecond: number, burst: number, monotonic: () => number): TokenBucket {
  let level = burst;
  let filledAt = monotonic();
  return {
    take: (amount) => {
      const now = monotonic();
      level = Math.min(burst, level + (Math.max(0, now - filledAt) / 1000) * perSecond);
      filledAt = now;
      if (amount > level) return false;
      level -= amount;
      return true;
    },
  };
}
