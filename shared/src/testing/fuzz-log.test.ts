import { expect, it } from 'vitest';
import { fuzzLog } from './fuzz-log.ts';

it('SEC-49: hostile updates and envelopes never throw out, leave nothing pending, and no verdict depends on the order', async () => {
  const report = await fuzzLog(1, 8000);
  expect(report.problems).toEqual([]);
  expect(report.valid).toBeGreaterThan(500);
  expect(report.held).toBeGreaterThan(500);
  expect(report.invalid).toBeGreaterThan(2000);
});
