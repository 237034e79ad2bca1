import { REQUEST_PROOF_MAX_SKEW_MS } from '@vicinal/shared/crypto/request-proof.ts';
import { expect, test } from 'vitest';
import { createSeenProofs } from './seen-proofs.ts';

test('ARC-23 a proof counts once for as long as it could be valid', () => {
  const seen = createSeenProofs();
  expect(seen.add('a', 0)).toBe(true);
  expect(seen.add('a', 2 * REQUEST_PROOF_MAX_SKEW_MS)).toBe(false);
  expect(seen.add('a', 2 * REQUEST_PROOF_MAX_SKEW_MS + 2)).toBe(true);
});

test('ARC-23 when too many are remembered none is let through unremembered', () => {
  const seen = createSeenProofs(2);
  expect([seen.add('a', 0), seen.add('b', 0), seen.add('c', 0)]).toEqual([true, true, false]);
});
