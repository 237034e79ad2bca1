import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes, type Bytes } from '../bytes.ts';
import { unwrap } from '../result.ts';
import {
  createReassembler,
  createReassemblyBudget,
  decodeFrame,
  encodeFrame,
  fragment,
  type Message,
} from './frame.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const { maxFrameBytes, reassemblyBeforeReadyBytes } = DEFAULT_LIMITS;
const bytes = (length: number): Bytes => Uint8Array.from({ length }, (_, i) => i % 251);
const arbitraryBytes = (constraints: fc.IntArrayConstraints = {}): fc.Arbitrary<Bytes> =>
  fc.uint8Array(constraints).map((value) => new Uint8Array(value));
const message = fc.record<Message>({
  type: fc.nat(255),
  stream: fc.maxSafeNat(),
  isIgnorable: fc.boolean(),
  payload: arbitraryBytes({ maxLength: 200 }),
});

describe('frames', () => {
  it('MESH-2 round-trip whatever they carry', () => {
    fc.assert(
      fc.property(message, fc.boolean(), (value, hasMore) => {
        expect(unwrap(decodeFrame(encodeFrame({ ...value, hasMore }), maxFrameBytes))).toEqual({ ...value, hasMore });
      }),
    );
  });

  it('MESH-2 never throw on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (value) => {
        const decoded = decodeFrame(value, maxFrameBytes);
        expect(decoded.ok || decoded.error.code === 'bad-request').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('MESH-2 above 16 KiB are refused', () => {
    const frame = encodeFrame({ type: 1, stream: 0, isIgnorable: false, hasMore: false, payload: bytes(16 * 1024) });
    expect(decodeFrame(frame, maxFrameBytes)).toMatchObject({ ok: false, error: { code: 'too-large' } });
  });

  it('MESH-2 with a flag that is not known are refused', () => {
    expect(decodeFrame(Uint8Array.of(1, 0, 4), maxFrameBytes)).toMatchObject({
      ok: false,
      error: { code: 'bad-request' },
    });
  });
});

describe('reassembly', () => {
  it('MESH-3 joins what fragmentation cut, frames at most 16 KiB each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (length) => {
        const budget = createReassemblyBudget(1_000_000);
        const reassembler = createReassembler(budget, 1_000_000);
        const sent: Message = { type: 32, stream: 3, isIgnorable: false, payload: bytes(length) };
        let joined: Message | undefined;
        for (const frame of fragment(sent, maxFrameBytes)) {
          expect(frame.length).toBeLessThanOrEqual(maxFrameBytes);
          expect(joined).toBeUndefined();
          joined = unwrap(reassembler.push(unwrap(decodeFrame(frame, maxFrameBytes))));
        }
        expect(joined && equalBytes(joined.payload, sent.payload)).toBe(true);
        expect({ ...joined, payload: undefined }).toMatchObject({ ...sent, payload: undefined });
        expect(budget.used).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('MESH-3 holds at most 8 KiB before READY', () => {
    const reassembler = createReassembler(createReassemblyBudget(1_000_000), reassemblyBeforeReadyBytes);
    const part = { type: 1, stream: 0, isIgnorable: false, hasMore: true, payload: bytes(4000) };
    expect(reassembler.push(part).ok).toBe(true);
    expect(reassembler.push(part).ok).toBe(true);
    expect(reassembler.push(part)).toMatchObject({ ok: false, error: { code: 'too-large' } });
  });

  it('MESH-3 counts empty fragments too', () => {
    const reassembler = createReassembler(createReassemblyBudget(1_000_000), reassemblyBeforeReadyBytes);
    const empty = { type: 1, stream: 0, isIgnorable: false, hasMore: true, payload: bytes(0) };
    const accepted = Array.from({ length: 1000 }, () => reassembler.push(empty).ok).filter(Boolean).length;
    expect(accepted).toBe(reassemblyBeforeReadyBytes / 64);
  });

  it('MESH-3 shares one budget over every link and gives it back when a link closes', () => {
    const budget = createReassemblyBudget(10_000);
    const [one, other] = [createReassembler(budget, 9_000), createReassembler(budget, 9_000)];
    const part = { type: 1, stream: 0, isIgnorable: false, hasMore: true, payload: bytes(6000) };
    expect(one.push(part).ok).toBe(true);
    expect(other.push(part).ok).toBe(false);
    one.close();
    one.close();
    expect(budget.used).toBe(0);
    expect(other.push(part).ok).toBe(true);
  });
});
