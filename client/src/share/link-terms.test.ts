import { expect, test } from 'vitest';
import { expiresAt, isLoopbackUrl, isSpent } from './link-terms.ts';

test('links end after the chosen time, or never', () => {
  expect(expiresAt('day', 1000)).toBe(86_401_000);
  expect(expiresAt('week', 0)).toBe(7 * 86_400_000);
  expect(expiresAt('never', 1000)).toBeUndefined();
});

test.each([
  [{ uses: 3 }, false],
  [{ uses: 3, maxUses: 4, expiresAt: 1001 }, false],
  [{ uses: 1, maxUses: 1 }, true],
  [{ uses: 0, expiresAt: 1000 }, true],
])('a link that nobody can use any more is spent: %j', (link, expected) => {
  expect(isSpent(link, 1000)).toBe(expected);
});

test.each([
  ['http://localhost:8080/join#x', true],
  ['http://127.0.0.1:8080/join#x', true],
  ['http://[::1]:8080/join#x', true],
  ['https://pad.example/join#x', false],
  ['https://127.example.org/join#x', false],
])('%s works on this computer only: %s', (url, isLoopback) => {
  expect(isLoopbackUrl(url)).toBe(isLoopback);
});
