import { expect, test } from 'vitest';
import { expiresAt, isLoopbackUrl } from './link-terms.ts';

test('links end after the chosen time, or never', () => {
  expect(expiresAt('day', 1000)).toBe(86_401_000);
  expect(expiresAt('week', 0)).toBe(7 * 86_400_000);
  expect(expiresAt('never', 1000)).toBeUndefined();
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
