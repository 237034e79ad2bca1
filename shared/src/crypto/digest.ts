/** SHA-256 by the platform: several times as fast as `sha256` of bytes.ts and off the calling thread, but not at once. */
import { sha256, unshared } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';

/** Below this many bytes the way to the other thread and back costs more than the hash. */
const LEAST_BYTES = 16 * 1024;

/** SHA-256 of `bytes`. Nothing is waited for when they are few. */
export const digest = (bytes: Uint8Array): Bytes | Promise<Bytes> =>
  bytes.length < LEAST_BYTES ? sha256(bytes) : digestByPlatform(bytes);

async function digestByPlatform(bytes: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', unshared(bytes)));
}
