import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { expect, it } from 'vitest';
import { digest, sha256, toHex } from './bytes.ts';

it('hashes alike at once and, many bytes, off the page’s thread', async () => {
  for (const length of [0, 16 * 1024 - 1, 16 * 1024, 1024 * 1024]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
    const hash = digest(bytes);
    expect(hash instanceof Promise).toBe(length >= 16 * 1024);
    expect(toHex(await hash)).toBe(toHex(nobleSha256(bytes)));
    expect(toHex(sha256(bytes))).toBe(toHex(nobleSha256(bytes)));
  }
});
