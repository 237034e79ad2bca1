import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64Url, toHex } from '../bytes.ts';
import type { RoomId } from '../ids.ts';
import { DOC_KINDS } from '../roles.ts';
import { logSamples } from '../testing/log-samples.ts';
import {
  decodeBatch,
  decodeCheckpoint,
  decodeEntry,
  decodeHeader,
  decodeHeads,
  decodeReceipt,
  encodeBatch,
  encodeCheckpoint,
  encodeEntry,
  encodeHeader,
  encodeHeads,
  encodeReceipt,
} from './envelope.ts';
import { clientIdOf, headerHash } from './session.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => new Uint8Array(array));
const uint = fc.maxSafeNat();
const address = fc.record({
  room: bytes(16).map((raw) => toBase64Url(raw) as RoomId),
  doc: fc.constantFrom(...DOC_KINDS),
  gen: uint,
}); // 16 bytes encode to a room id
const header = fc
  .tuple(
    address,
    fc.record({
      v: fc.constant(1),
      alg: fc.constant(1),
      devicePub: bytes(32),
      nonce: bytes(16),
      grant: fc.string({ maxLength: 100 }),
      sig: bytes(64),
    }),
  )
  .map(([a, b]) => ({ ...a, ...b }));
const dep = fc.record({ clientId: uint, seq: uint });
const entry = fc.record({
  clientId: uint,
  seq: uint,
  deps: fc.array(dep),
  bytes: fc.uint8Array().map((array) => new Uint8Array(array)),
  sig: bytes(64),
});
const head = fc.record({ clientId: uint, seq: uint, hash: bytes(32) });
const receipt = fc
  .tuple(
    address,
    fc.record({
      archiveId: bytes(16),
      lease: uint,
      archiveSeq: uint,
      heads: fc.array(head),
      at: uint,
      devicePub: bytes(32),
      sig: bytes(64),
      durability: fc.constantFrom('memory' as const, 'device' as const, 'archive-os' as const, 'archive-disk' as const),
    }),
  )
  .map(([a, b]) => ({ ...a, ...b }));
const checkpoint = fc
  .tuple(
    address,
    fc.record({
      archiveId: bytes(16),
      archiveSeq: uint,
      sessions: fc.array(fc.record({ header, seq: uint, hash: bytes(32) }), { maxLength: 3 }),
      state: bytes(40),
      devicePub: bytes(32),
      grant: fc.string({ maxLength: 50 }),
      sig: bytes(64),
    }),
  )
  .map(([a, b]) => ({ ...a, ...b }));

const codecs = [
  ['header', header, encodeHeader, decodeHeader],
  ['entry', entry, encodeEntry, decodeEntry],
  [
    'batch',
    fc.record({ headers: fc.array(header, { maxLength: 3 }), entries: fc.array(entry, { maxLength: 5 }) }),
    encodeBatch,
    decodeBatch,
  ],
  ['heads', fc.array(head), encodeHeads, decodeHeads],
  ['receipt', receipt, encodeReceipt, decodeReceipt],
  ['checkpoint', checkpoint, encodeCheckpoint, decodeCheckpoint],
] as unknown as readonly (readonly [
  string,
  fc.Arbitrary<unknown>,
  (value: unknown) => Uint8Array,
  (bytes: Uint8Array) => { ok: boolean; value?: unknown },
])[]; // each row is of one type

describe('envelope', () => {
  it.each(codecs)('LOG-1: %s round-trips', (_name, arbitrary, encode, decode) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        expect(decode(encode(value))).toEqual({ ok: true, value });
      }),
      { numRuns: 60 },
    );
  });

  it.each(codecs)(
    'LOG-2: %s never throws on truncated, extended, mutated or random bytes',
    (_name, arbitrary, encode, decode) => {
      fc.assert(
        fc.property(arbitrary, fc.nat(), fc.uint8Array({ maxLength: 200 }), (value, at, noise) => {
          const whole = encode(value);
          expect(decode(whole.subarray(0, at % whole.length)).ok).toBe(false);
          expect(decode(new Uint8Array([...whole, 0])).ok).toBe(false);
          const mutated = new Uint8Array(whole);
          mutated[at % whole.length] = (mutated[at % whole.length] ?? 0) ^ (1 + (at % 255));
          expect(typeof decode(mutated).ok).toBe('boolean');
          expect(typeof decode(noise).ok).toBe('boolean');
        }),
        { numRuns: 100 },
      );
    },
  );

  it('LOG-2: a view into a larger buffer is never read past its end', async () => {
    const { entry: sample } = await logSamples();
    const whole = encodeEntry(sample);
    const larger = new Uint8Array(whole.length + 100);
    larger.set(whole);
    expect(decodeEntry(larger.subarray(0, whole.length - 1)).ok).toBe(false);
  });

  it('LOG-3: version 1 is what it always was, byte for byte', async () => {
    const golden = JSON.parse(await readFile(new URL('./golden/v1.json', import.meta.url), 'utf8')) as Record<
      string,
      unknown
    >; // compared as a whole
    const samples = await logSamples();
    expect({
      header: toHex(encodeHeader(samples.header)),
      headerHash: toHex(headerHash(samples.header)),
      clientId: clientIdOf(headerHash(samples.header)),
      entry: toHex(encodeEntry(samples.entry)),
      entryHash: toHex(samples.entryHash),
      receipt: toHex(encodeReceipt(samples.receipt)),
      checkpoint: toHex(encodeCheckpoint(samples.checkpoint)),
    }).toEqual(golden);
  });

  it('LOG-6: client ids are 53 bits of the header alone, whatever grant it carries', async () => {
    const { header: sample } = await logSamples();
    const clientId = clientIdOf(headerHash(sample));
    expect(Number.isSafeInteger(clientId)).toBe(true);
    expect(clientIdOf(headerHash({ ...sample, nonce: new Uint8Array(16) }))).not.toBe(clientId);
    expect(clientIdOf(headerHash({ ...sample, grant: '' } as typeof sample))).toBe(clientId);
  });
});
