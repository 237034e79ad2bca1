import { describe, expect, it } from 'vitest';
import { sha256, toHex, utf8 } from './bytes.ts';
import { grantClaimsSchema, peerTokenClaimsSchema, ticketClaimsSchema } from './crypto/claims.ts';
import { FRAME_FLAGS } from './mesh/frame.ts';
import { DOC_CODES, MESSAGE } from './mesh/messages.ts';
import { CHANNELS } from './mesh/transport.ts';
import { MIN_SUPPORTED_VERSION, PROTOCOL_VERSION, SUPPORTED_VERSIONS, commonVersion } from './protocol-version.ts';
import { downSchema } from './signal/down.ts';
import { upSchema } from './signal/up.ts';
import { z } from './zod.ts';

/**
 * Hash of everything two versions must agree on, per protocol version. When this fails, a wire schema has changed: raise
 * PROTOCOL_VERSION, add its line to the history in protocol-version.ts, and add the new hash here. Never change an old line
 * of a released version.
 */
const HASHES: Readonly<Record<number, string>> = {
  1: 'c1331019d985424ba069662ac0ebcd2bbd84b434d14d6f4e9db6d47d03e3a37b',
};

const schemaHash = (): string =>
  toHex(
    sha256(
      utf8(
        JSON.stringify({
          schemas: [upSchema, downSchema, peerTokenClaimsSchema, ticketClaimsSchema, grantClaimsSchema].map((schema) =>
            z.toJSONSchema(schema),
          ),
          CHANNELS,
          FRAME_FLAGS,
          MESSAGE,
          DOC_CODES,
        }),
      ),
    ),
  );

describe('the protocol version', () => {
  it('MESH-50 is raised whenever a wire schema changes', () => {
    expect(schemaHash()).toBe(HASHES[PROTOCOL_VERSION]);
  });

  it('MESH-50 has a hash for every version there was', () => {
    expect(Object.keys(HASHES).map(Number)).toEqual(Array.from({ length: PROTOCOL_VERSION }, (_, i) => i + 1));
  });

  it('MESH-51 the highest common version wins', () => {
    expect(SUPPORTED_VERSIONS).toContain(PROTOCOL_VERSION);
    expect(Math.min(...SUPPORTED_VERSIONS)).toBe(MIN_SUPPORTED_VERSION);
    expect(commonVersion([PROTOCOL_VERSION, PROTOCOL_VERSION + 1])).toBe(PROTOCOL_VERSION);
    expect(commonVersion([PROTOCOL_VERSION + 1])).toBeUndefined();
    expect(commonVersion([])).toBeUndefined();
  });
});
