import { expect, test } from 'vitest';
import { rangeOnScreen } from './windowed.ts';

test('short lists are drawn whole', () => {
  expect(rangeOnScreen(150, 32, -4000, 800)).toEqual({ start: 0, end: 150 });
});

test('of a long list only the rows near the screen are drawn', () => {
  expect(rangeOnScreen(2000, 32, 0, 800)).toEqual({ start: 0, end: 37 });
  expect(rangeOnScreen(2000, 32, -32_000, 800)).toEqual({ start: 988, end: 1037 });
  expect(rangeOnScreen(2000, 32, -63_200, 800)).toEqual({ start: 1963, end: 2000 });
});

test('a list scrolled out of sight has an empty or short range, never a negative one', () => {
  const below = rangeOnScreen(2000, 32, 90_000, 800);
  expect(below.end).toBeGreaterThanOrEqual(below.start);
  const above = rangeOnScreen(2000, 32, -900_000, 800);
  expect(above).toEqual({ start: 2000, end: 2000 });
});
