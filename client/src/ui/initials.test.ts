import { expect, test } from 'vitest';
import { hueOf, initialsOf } from './initials.ts';

test.each([
  ['Ada Okafor', 'AO'],
  ['ada', 'A'],
  ['  Jean-Luc   van der Meer ', 'JM'],
  ['(Ops) Émile', 'OÉ'],
  ['', '?'],
  ['😀', '😀'],
])('"%s" is shown as "%s"', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('any number gives one of the twelve hues', () => {
  expect([0, 11, 12, -1, 3.7, Number.NaN, Number.POSITIVE_INFINITY].map(hueOf)).toEqual([0, 11, 0, 11, 3, 0, 0]);
});
