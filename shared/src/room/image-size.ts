/** Width and height of a picture, read from its first bytes as decoders read them. */

/** The byte at a place; `NaN` beyond the end. */
export type ByteReader = (at: number) => number;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map(Array.from(BASE64, (letter, value) => [letter, value]));

/** Reads single bytes of `base64` without decoding the rest. */
export function base64Reader(base64: string): ByteReader {
  const sextet = (at: number): number => VALUES.get(base64[at] ?? '') ?? Number.NaN;
  return (at) => {
    const first = Math.floor(at / 3) * 4 + (at % 3);
    const [high, low] = [sextet(first), sextet(first + 1)];
    if (Number.isNaN(high) || Number.isNaN(low)) return Number.NaN;
    const shift = (at % 3) * 2;
    return ((high << (2 + shift)) | (low >> (4 - shift))) & 0xff;
  };
}

/** Of a PNG, JPEG or WebP picture, by its bytes; `undefined` for everything else and for one that does not say. */
export function imageSize(byte: ByteReader): readonly [width: number, height: number] | undefined {
  const size = pngSize(byte) ?? webpSize(byte) ?? jpegSize(byte);
  return size?.every(Number.isFinite) === true ? size : undefined;
}

type Size = readonly [width: number, height: number];

const isAt = (byte: ByteReader, at: number, text: string): boolean =>
  Array.from(text).every((letter, i) => byte(at + i) === letter.charCodeAt(0));

/** Big-endian. */
const number = (byte: ByteReader, at: number, length: number): number => {
  let out = 0;
  for (let i = 0; i < length; i++) out = out * 256 + byte(at + i);
  return out;
};

const littleEndian = (byte: ByteReader, at: number, length: number): number => {
  let out = 0;
  for (let i = length - 1; i >= 0; i--) out = out * 256 + byte(at + i);
  return out;
};

function pngSize(byte: ByteReader): Size | undefined {
  if (!isAt(byte, 0, '\x89PNG\r\n\x1a\n') || number(byte, 8, 4) !== 13 || !isAt(byte, 12, 'IHDR')) return undefined;
  return [number(byte, 16, 4), number(byte, 20, 4)];
}

function webpSize(byte: ByteReader): Size | undefined {
  if (!isAt(byte, 0, 'RIFF') || !isAt(byte, 8, 'WEBP')) return undefined;
  if (isAt(byte, 12, 'VP8X')) return [littleEndian(byte, 24, 3) + 1, littleEndian(byte, 27, 3) + 1];
  if (isAt(byte, 12, 'VP8L') && byte(20) === 0x2f) {
    const bits = littleEndian(byte, 21, 4);
    return [(bits % 0x4000) + 1, (Math.floor(bits / 0x4000) % 0x4000) + 1];
  }
  if (isAt(byte, 12, 'VP8 ') && isAt(byte, 23, '\x9d\x01\x2a'))
    return [littleEndian(byte, 26, 2) % 0x4000, littleEndian(byte, 28, 2) % 0x4000];
  return undefined;
}

/** Goes from segment to segment to the frame. What decoders would have to guess at is no picture here. */
function jpegSize(byte: ByteReader): Size | undefined {
  if (byte(0) !== 0xff || byte(1) !== 0xd8) return undefined;
  let at = 2;
  while (byte(at) === 0xff) {
    while (byte(at + 1) === 0xff) at++;
    const marker = byte(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return [number(byte, at + 7, 2), number(byte, at + 5, 2)];
    const length = number(byte, at + 2, 2);
    // the picture itself, or no segment
    if (!(marker >= 0xc4) || (marker >= 0xd0 && marker <= 0xda) || !(length >= 2)) return undefined;
    at += 2 + length;
  }
  return undefined;
}
