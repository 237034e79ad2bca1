import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test('PEER-26 what others wrote cannot command the terminal', () => {
  expect(printable('hi \u001b]52;c;aGk=\u0007 there\r\u009b2J')).toBe('hi \ufffd]52;c;aGk=\ufffd there\ufffd\ufffd2J');
  expect(printable('a\u202eb\u2066c')).toBe('a\ufffdb\ufffdc');
  expect(printable('lines\n\tof Zoë 🦉 \u05d0')).toBe('lines\n\tof Zoë 🦉 \u05d0');
});
