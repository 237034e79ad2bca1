/** Strict reading of hostile bytes: every read is bounds-checked against the view, not its buffer. */
import { AppError } from '../app-error.ts';
import { fromUtf8 } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';

/** Thrown inside decoders and caught by {@link decodeWith}; never leaves them. */
export class DecodeFault extends Error {
  override readonly name = 'DecodeFault';
}

/** Cursor over bytes. Every method throws {@link DecodeFault} when the bytes do not hold what is asked for. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#position;
  }
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  u8(): number {
    const byte = this.#bytes[this.#position];
    if (byte === undefined) throw new DecodeFault('end');
    this.#position++;
    return byte;
  }

  /** lib0 varint, at most 2^53 − 1. */
  varUint(): number {
    const bytes = this.#bytes;
    const start = this.#position;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = bytes[start + i];
      if (byte === undefined) throw new DecodeFault('end');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw new DecodeFault('integer');
        this.#position = start + i + 1;
        return value;
      }
      scale *= 128;
    }
    throw new DecodeFault('integer');
  }

  /** How many records follow; refused at once when not even `minBytes` each could follow. */
  count(minBytes: number): number {
    const count = this.varUint();
    if (count * minBytes > this.remaining) throw new DecodeFault('count');
    return count;
  }

  skip(length: number): void {
    if (length > this.remaining) throw new DecodeFault('end');
    this.#position += length;
  }

  /** A copy with a buffer of its own. */
  raw(length: number): Bytes {
    const start = this.#position;
    this.skip(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  varBytes(maxBytes = Number.MAX_SAFE_INTEGER): Bytes {
    const length = this.varUint();
    if (length > maxBytes) throw new DecodeFault('size');
    return this.raw(length);
  }

  /** Malformed UTF-8 is a fault, as it is in lib0. */
  varString(maxBytes = Number.MAX_SAFE_INTEGER): string {
    const length = this.varUint();
    if (length > maxBytes) throw new DecodeFault('size');
    const start = this.#position;
    this.skip(length);
    return fromUtf8(this.#bytes.subarray(start, this.#position));
  }

  end(): void {
    if (this.remaining !== 0) throw new DecodeFault('trailing bytes');
  }
}

/** Runs `read` over all of `bytes`. Whatever goes wrong is an error 'bad-request'; never throws. */
export function decodeWith<T>(bytes: Uint8Array, read: (reader: ByteReader) => T): Result<T, AppError> {
  try {
    const reader = new ByteReader(bytes);
    const value = read(reader);
    reader.end();
    return ok(value);
  } catch (cause) {
    return err(new AppError('bad-request', 'undecodable bytes', { cause }));
  }
}
