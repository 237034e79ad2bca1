import { expect, test } from 'vitest';
import { resolveCitations } from './citations.ts';

test('JOB-24 citations are renumbered in the order of their first use, and those of nothing are dropped', () => {
  expect(resolveCitations('One [7]. Two [2][7], three [99], four[0].', 9, 64)).toEqual({
    text: 'One [1]. Two [2] [1], three, four.',
    numbers: [7, 2],
  });
});
test('JOB-24 lists and short ranges are understood', () => {
  expect(resolveCitations('A [1, 3; 3]. B [2–4]. C [1-9000].', 5, 64)).toEqual({
    text: 'A [1][2]. B [3][2][4]. C.',
    numbers: [1, 3, 2, 4],
  });
});
test('JOB-24 no more sources than the format holds', () => {
  const { text, numbers } = resolveCitations('[1][2][3]', 9, 2);
  expect(numbers).toEqual([1, 2]);
  expect(text.trim()).toBe('[1] [2]');
});
