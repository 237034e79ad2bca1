/** Writing the fields of mesh messages: lib0 varints (little-endian groups of seven bits) and raw bytes. `log/byte-reader.ts` reads them. */
import { concat, utf8, type Bytes } from '../bytes.ts';
import { DecodeFault, type ByteReader } from '../log/byte-reader.ts';

/** Appends fields; `bytes()` gives what was written. */
export interface FieldWriter {
  u8(value: number): FieldWriter;
  varUint(value: number): FieldWriter;
  /** Without a length. */
  raw(bytes: Uint8Array): FieldWriter;
  /** Length as varint, then the bytes. */
  blob(bytes: Uint8Array): FieldWriter;
  text(value: string): FieldWriter;
  bytes(): Bytes;
}

export function createFieldWriter(): FieldWriter {
  const parts: Uint8Array[] = [];
  const writer: FieldWriter = {
    u8: (value) => writer.raw(Uint8Array.of(value)),
    varUint: (value) => writer.raw(encodeVarUint(value)),
    raw: (bytes) => {
      parts.push(bytes);
      return writer;
    },
    blob: (bytes) => writer.varUint(bytes.length).raw(bytes),
    text: (value) => writer.blob(utf8(value)),
    bytes: () => concat(...parts),
  };
  return writer;
}

function encodeVarUint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Uint8Array.from(out);
}

/** A count of records of at least `minBytes` each, at most `max`; throws {@link DecodeFault}. */
export function boundedCount(reader: ByteReader, max: number, minBytes: number): number {
  const count = reader.count(minBytes);
  if (count > max) throw new DecodeFault('count');
  return count;
}
