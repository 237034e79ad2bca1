import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { simulate } from '../testing/simulation.ts';

describe('convergence', () => {
  it('LOG-30: replicas converge in any order, with loss, repetition, undo and reopened pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        expect(await simulate(seed)).toMatchObject({ problem: undefined });
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
