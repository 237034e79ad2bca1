import { expect, test } from 'vitest';
import { dateLocale, formatBytes, formatDate, formatList, formatRelative } from './format.ts';

const now = new Date(2026, 10, 21, 12, 0).getTime();
const minute = 60_000;

test.each([
  [0, 'just now'],
  [-59_000, 'just now'],
  [-5 * minute, '5 minutes ago'],
  [-90 * minute, '1 hour ago'],
  [-30 * 60 * minute, 'yesterday'],
  [2 * 24 * 60 * minute, 'in 2 days'],
  [7 * 24 * 60 * minute - 1000, 'in 7 days'],
])('%i ms from now reads "%s"', (delta, words) => {
  expect(formatRelative(now + delta, now)).toBe(words);
});

test('beyond a week the date is written, with the year when it is another', () => {
  expect(formatRelative(now - 10 * 24 * 60 * minute, now)).toBe(formatDate(now - 10 * 24 * 60 * minute, now));
  expect(formatDate(new Date(2024, 1, 3).getTime(), now)).toContain('2024');
  expect(formatDate(new Date(2026, 1, 3).getTime(), now)).not.toContain('2026');
});

test('the regional variant of the catalogue’s language wins, other languages do not', () => {
  expect(dateLocale(['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(dateLocale(['de-DE'])).toBe('en');
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1500, '1.5 kB'],
  [18_400_000, '18 MB'],
])('%i bytes read "%s"', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

test('names are joined as in a sentence', () => {
  expect(formatList(['Ada', 'Ben', 'Chiara'])).toBe('Ada, Ben, and Chiara');
});
