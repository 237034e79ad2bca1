import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { concat, digest, digestLater, sha256, toHex } from './bytes.ts';

describe('hashing', () => {
  it('is the same hash by every way, of few bytes and of many', async () => {
    for (const length of [0, 1, 16 * 1024 - 1, 16 * 1024, 1024 * 1024]) {
      const bytes = Uint8Array.from({ length: length + 1 }, (_, i) => i % 251).subarray(1);
      const expected = toHex(nobleSha256(bytes));
      expect(toHex(sha256(bytes))).toBe(expected);
      expect(toHex(sha256(bytes.subarray(0, 7), bytes.subarray(7)))).toBe(expected);
      expect(toHex(await digest(bytes))).toBe(expected);
      expect(toHex(await digestLater(concat(bytes)))).toBe(expected);
    }
  });
});
