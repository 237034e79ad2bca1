/** Remembers proofs until they expire by themselves, so that each opens something once. */
import { REQUEST_PROOF_MAX_SKEW_MS } from '@vicinal/shared/crypto/request-proof.ts';

export interface SeenProofs {
  /** False when `proof` was shown before, or when too many are remembered to tell. `now` in ms of the server's clock. */
  add(proof: string, now: number): boolean;
}

export function createSeenProofs(max = 100_000): SeenProofs {
  /** In the order shown, which is the order of expiry. */
  const expiries = new Map<string, number>();
  return {
    add(proof, now) {
      for (const [known, expiry] of expiries) {
        if (expiry > now) break;
        expiries.delete(known);
      }
      if (expiries.has(proof) || expiries.size >= max) return false;
      // `at` may lie one skew ahead of now, and counts for one skew after that.
      expiries.set(proof, now + 2 * REQUEST_PROOF_MAX_SKEW_MS + 1);
      return true;
    },
  };
}
