import { expect, test } from 'vitest';
import { spreadOf } from './statistics.ts';

test('summarises by nearest rank', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ min: 1, median: 3, p95: 5, p99: 5, max: 5 });
  expect(spreadOf([7])).toEqual({ min: 7, median: 7, p95: 7, p99: 7, max: 7 });
});

test('refuses to summarise nothing', () => {
  expect(() => spreadOf([])).toThrow(RangeError);
});
