/** DTLS certificate fingerprints in session descriptions (RFC 8122). */
import type { Bytes } from '../bytes.ts';

const FINGERPRINT_LINE = /^a=fingerprint:\s*(\S+)\s+(\S+)\s*$/gim;
const SHA256_HEX = /^[0-9a-f]{2}(:[0-9a-f]{2}){31}$/i;

/** The one SHA-256 fingerprint of a description, 32 bytes; `undefined` when there is none, several that differ, or another hash. */
export function fingerprintOf(sdp: string): Bytes | undefined {
  let found: string | undefined;
  for (const [, hash = '', value = ''] of sdp.matchAll(FINGERPRINT_LINE)) {
    if (hash.toLowerCase() !== 'sha-256' || !SHA256_HEX.test(value)) return undefined;
    found = value;
  }
  // Counted apart: a second one in a shape not understood here must not pass on to the browser's own parser.
  if (found === undefined || sdp.toLowerCase().split('a=fingerprint').length !== 2) return undefined;
  return Uint8Array.from(found.split(':'), (pair) => Number.parseInt(pair, 16));
}
