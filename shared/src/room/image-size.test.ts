import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isSafeImageSource, MAX_IMAGE_EDGE } from './html-images.ts';
import { base64Reader, imageSize } from './image-size.ts';

const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const u16 = (value: number): number[] => [value >>> 8, value & 255];
const low = (value: number, length: number): number[] =>
  Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);
const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

const png = (width: number, height: number): number[] => [
  ...ascii('\x89PNG\r\n\x1a\n'),
  ...[...u32(13), ...ascii('IHDR'), ...u32(width), ...u32(height), 1, 0, 0, 0, 0],
  ...deflateSync(new Uint8Array(64)),
];
const jpeg = (width: number, height: number): number[] => [
  ...[0xff, 0xd8, 0xff, 0xe0, ...u16(16), ...ascii('JFIF\0'), ...new Uint8Array(9)],
  // a thumbnail with a frame of its own
  ...[0xff, 0xe1, ...u16(13), 0xff, 0xc0, ...u16(8), 8, ...u16(7), ...u16(7), 1, 0],
  ...[0xff, 0xff, 0xc2, ...u16(8), 8, ...u16(height), ...u16(width), 1],
];
const webp = (...chunk: number[]): number[] => [...ascii('RIFF'), ...u32(0), ...ascii('WEBP'), ...chunk];
const vp8 = (width: number, height: number): number[] =>
  webp(...ascii('VP8 '), ...u32(0), 0, 0, 0, 0x9d, 1, 0x2a, ...low(width, 2), ...low(height, 2));
const vp8l = (width: number, height: number): number[] =>
  webp(...ascii('VP8L'), ...u32(0), 0x2f, ...low(width - 1 + (height - 1) * 0x4000, 4));
const vp8x = (width: number, height: number): number[] =>
  webp(...ascii('VP8X'), ...u32(0), 0, 0, 0, 0, ...low(width - 1, 3), ...low(height - 1, 3));

const address = (bytes: readonly number[]): string => `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;

describe('SEC: a picture says how large it is', () => {
  it.each([
    ['PNG', png],
    ['JPEG', jpeg],
    ['WebP', vp8],
    ['WebP without loss', vp8l],
    ['WebP with more', vp8x],
  ] as const)('%s of at most the longest edge is shown, a longer one is not', (_, make) => {
    expect(imageSize(base64Reader(Buffer.from(make(300, 20)).toString('base64')))).toEqual([300, 20]);
    expect(isSafeImageSource(address(make(MAX_IMAGE_EDGE, MAX_IMAGE_EDGE)))).toBe(true);
    expect(isSafeImageSource(address(make(MAX_IMAGE_EDGE + 1, 1)))).toBe(false);
    expect(isSafeImageSource(address(make(1, MAX_IMAGE_EDGE + 1)))).toBe(false);
  });

  it.each([
    ['nothing known', ascii('GIF89a____________________________')],
    ['no edge', png(0, 5)],
    ['a JPEG whose height comes later', jpeg(5, 0)],
    ['a JPEG without a frame', [0xff, 0xd8, 0xff, 0xda, ...u16(2), 0xff, 0xc0, ...u16(8), 8, 0, 5, 0, 5, 1]],
    ['a JPEG with bytes between its segments', [0xff, 0xd8, 0, 0xff, 0xc0, ...u16(8), 8, 0, 5, 0, 5, 1]],
    ['a JPEG cut off', jpeg(5, 5).slice(0, 40)],
    ['a PNG cut off', png(5, 5).slice(0, 22)],
    ['a WebP cut off', vp8x(5, 5).slice(0, 28)],
  ])('%s is not shown', (_, bytes) => {
    expect(isSafeImageSource(address(bytes))).toBe(false);
  });
});
