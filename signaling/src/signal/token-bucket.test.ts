import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTokenBucket } from './token-bucket.ts';

test('SIG-17 a bucket never gives more than its burst plus its rate over the time passed', () => {
  const step = fc.record({ waitMs: fc.integer({ min: 0, max: 5000 }), amount: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      let now = 0;
      let given = 0;
      const bucket = createTokenBucket(10, 25, () => now);
      for (const { waitMs, amount } of steps) {
        now += waitMs;
        if (bucket.take(amount)) given += amount;
        expect(given).toBeLessThanOrEqual(25 + (now / 1000) * 10 + 1e-6);
      }
    }),
  );
});

test('SIG-17 a bucket that waited long enough is full again', () => {
  let now = 0;
  const bucket = createTokenBucket(10, 25, () => now);
  expect(bucket.take(25)).toBe(true);
  expect(bucket.take(1)).toBe(false);
  now = 2500;
  expect(bucket.take(25)).toBe(true);
});
