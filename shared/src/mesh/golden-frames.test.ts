import { describe, expect, it } from 'vitest';
import { goldenFrames } from '../testing/golden-frames.ts';
import { decodeFrame } from './frame.ts';
import golden from './golden-frames-v1.json' with { type: 'json' };
import { MESSAGE } from './messages.ts';

const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

describe('golden frames of version 1', () => {
  it('MESH-52 are what this code writes, byte for byte', async () => {
    expect(await goldenFrames()).toEqual(golden);
  });

  it('MESH-52 hold one frame of every message', () => {
    const types = Object.values<string>(golden).flatMap((hex) => {
      const frame = /^[0-9a-f]{6,}$/.test(hex) ? decodeFrame(fromHex(hex), 16 * 1024) : undefined;
      return frame?.ok ? [frame.value.type] : [];
    });
    for (const type of Object.values(MESSAGE)) expect(types).toContain(type);
  });
});
