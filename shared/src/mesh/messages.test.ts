import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../bytes.ts';
import { DOC_KINDS } from '../roles.ts';
import { unwrap } from '../result.ts';
import {
  DOC_CODES,
  decodeAuth,
  decodeDocMessage,
  decodeHello,
  decodeJoin,
  decodeNumber,
  decodePeerIds,
  decodeText,
  decodeWant,
  encodeAuth,
  encodeDocMessage,
  encodeHello,
  encodeJoin,
  encodeNumber,
  encodePeerIds,
  encodeText,
  encodeWant,
} from './messages.ts';
import { decodeForwarded, decodePresence } from './presence-message.ts';

const raw = (length: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((value) => new Uint8Array(value));
const ref = { doc: fc.constantFrom(...DOC_KINDS), gen: fc.nat() };

describe('messages', () => {
  it('MESH-4 round-trip', () => {
    const hello = fc.record({
      versions: fc.array(fc.nat(1000), { maxLength: 16 }),
      nonce: raw(32),
      devicePub: raw(32),
      tabNonce: raw(16),
      caps: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(hello, (value) => {
        expect(unwrap(decodeHello(encodeHello(value)))).toEqual(value);
      }),
    );
    const auth = fc.record({ token: fc.string({ maxLength: 100 }), sig: raw(64) });
    fc.assert(
      fc.property(auth, (value) => {
        expect(unwrap(decodeAuth(encodeAuth(value)))).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(raw(32), (tag) => {
        expect(unwrap(decodeJoin(encodeJoin(tag)))).toEqual(tag);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(unwrap(decodeNumber(encodeNumber(value)))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (value) => {
        expect(unwrap(decodeText(encodeText(value)))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.array(raw(16), { maxLength: 50 }), (value) => {
        expect(unwrap(decodePeerIds(encodePeerIds(value)))).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(fc.record({ ...ref, body: raw(40) }), (value) => {
        expect(unwrap(decodeDocMessage(encodeDocMessage(value, value.body)))).toEqual(value);
      }),
    );
    const range = fc.record(
      { clientId: fc.maxSafeNat(), fromSeq: fc.nat(), toSeq: fc.integer({ min: 1, max: 1_000_000 }) },
      { requiredKeys: ['clientId', 'fromSeq'] },
    );
    const want = fc.record({ ...ref, ranges: fc.array(range, { maxLength: 20 }) });
    fc.assert(
      fc.property(want, (value) => {
        expect(unwrap(decodeWant(encodeWant(value, value.ranges), 256))).toEqual(value);
      }),
    );
  });

  it('MESH-4 never throw on any bytes', () => {
    const decoders = [
      decodeHello,
      decodeAuth,
      decodeJoin,
      decodeNumber,
      decodeText,
      decodePeerIds,
      decodeDocMessage,
      decodeForwarded,
      (value: Uint8Array) => decodeWant(value, 256),
      (value: Uint8Array) => decodePresence(value, 4096),
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (value) => {
        for (const decode of decoders) expect(typeof decode(value).ok).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });

  it('MESH-4 with huge counts are refused without allocating', () => {
    const huge = Uint8Array.of(0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f);
    expect(decodeWant(huge, 256).ok).toBe(false);
    expect(decodePeerIds(huge.subarray(2)).ok).toBe(false);
    expect(decodeHello(huge.subarray(2)).ok).toBe(false);
  });

  it('MESH-4 give every document a number of its own', () => {
    expect(new Set(Object.values(DOC_CODES)).size).toBe(DOC_KINDS.length);
  });
});
