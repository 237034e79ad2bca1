import { describe, expect, it } from 'vitest';
import { sha256, toHex } from '../bytes.ts';
import { digest } from './digest.ts';

describe('digest', () => {
  it('is the hash that bytes.ts makes, of few bytes and of many', async () => {
    for (const length of [0, 1, 16 * 1024 - 1, 16 * 1024, 1024 * 1024]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
      expect(toHex(await digest(bytes))).toBe(toHex(sha256(bytes)));
      expect(toHex(await digest(bytes.subarray(1)))).toBe(toHex(sha256(bytes.subarray(1))));
    }
  });
});
