/** How many answers the STUN responder gives: in all, and to one subscriber. Bounded whoever asks, forged addresses too. */
import { createTokenBucket, type TokenBucket } from '../signal/token-bucket.ts';

export interface StunBudgetLimits {
  readonly stunPerSecond: number;
  readonly stunPerAddressPerSecond: number;
  readonly stunPerAddressBurst: number;
  /** Subscribers remembered at once; the one remembered longest makes room. */
  readonly stunAddresses: number;
}

export interface StunBudget {
  /** Whether one more answer may go to this subscriber now. */
  take(subscriber: string): boolean;
}

/** `monotonic` in ms. */
export function createStunBudget(limits: StunBudgetLimits, monotonic: () => number): StunBudget {
  const all = createTokenBucket(limits.stunPerSecond, limits.stunPerSecond, monotonic);
  const buckets = new Map<string, TokenBucket>();
  const bucketOf = (subscriber: string): TokenBucket => {
    const known = buckets.get(subscriber);
    if (known) return known;
    const [oldest] = buckets.keys();
    if (buckets.size >= limits.stunAddresses && oldest !== undefined) buckets.delete(oldest);
    const made = createTokenBucket(limits.stunPerAddressPerSecond, limits.stunPerAddressBurst, monotonic);
    buckets.set(subscriber, made);
    return made;
  };
  return { take: (subscriber) => bucketOf(subscriber).take(1) && all.take(1) };
}
