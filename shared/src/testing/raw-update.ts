/** Builds V1 updates byte by byte, well-formed or not (layout: yjs 13.6 `encoding.js`). */
import * as encoding from 'lib0/encoding';
import type { Bytes } from '../bytes.ts';
import type { DeleteRange, StructId } from '../log/update-structs.ts';

export type RawStruct = (encoder: encoding.Encoder) => void;
/** Where an item goes: after `origin`, before `right`, or first under a parent. */
export interface RawPlace {
  readonly origin?: StructId;
  readonly right?: StructId;
  readonly parent?: StructId | string;
  readonly key?: string;
}
export interface RawSection {
  readonly client: number;
  readonly clock: number;
  readonly structs: readonly RawStruct[];
}

export function rawUpdate(sections: readonly RawSection[], deletes: readonly DeleteRange[] = []): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, sections.length);
  for (const { client, clock, structs } of sections) {
    encoding.writeVarUint(encoder, structs.length);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    for (const struct of structs) struct(encoder);
  }
  const byClient = Map.groupBy(deletes, (range) => range.client);
  encoding.writeVarUint(encoder, byClient.size);
  for (const [client, ranges] of byClient) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const { clock, length } of ranges) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, length);
    }
  }
  return new Uint8Array(encoding.toUint8Array(encoder));
}

const writeId = (encoder: encoding.Encoder, { client, clock }: StructId): void => {
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
};

const item =
  (ref: number, place: RawPlace, content: RawStruct): RawStruct =>
  (encoder) => {
    const { origin, right, parent, key } = place;
    encoding.writeUint8(encoder, ref | (origin ? 0x80 : 0) | (right ? 0x40 : 0) | (key === undefined ? 0 : 0x20));
    if (origin) writeId(encoder, origin);
    if (right) writeId(encoder, right);
    if (!origin && !right) {
      if (typeof parent === 'string') {
        encoding.writeVarUint(encoder, 1);
        encoding.writeVarString(encoder, parent);
      } else {
        encoding.writeVarUint(encoder, 0);
        writeId(encoder, parent ?? { client: 0, clock: 0 });
      }
      if (key !== undefined) encoding.writeVarString(encoder, key);
    }
    content(encoder);
  };

export const gc =
  (length: number): RawStruct =>
  (encoder) => {
    encoding.writeUint8(encoder, 0);
    encoding.writeVarUint(encoder, length);
  };
export const skip =
  (length: number): RawStruct =>
  (encoder) => {
    encoding.writeUint8(encoder, 10);
    encoding.writeVarUint(encoder, length);
  };
export const deleted = (place: RawPlace, length: number): RawStruct =>
  item(1, place, (encoder) => encoding.writeVarUint(encoder, length));
export const text = (place: RawPlace, value: string): RawStruct =>
  item(4, place, (encoder) => encoding.writeVarString(encoder, value));
export const embed = (place: RawPlace, json: string): RawStruct =>
  item(5, place, (encoder) => encoding.writeVarString(encoder, json));
export const element = (place: RawPlace, name = 'paragraph'): RawStruct =>
  item(7, place, (encoder) => {
    encoding.writeVarUint(encoder, 3);
    encoding.writeVarString(encoder, name);
  });
export const map = (place: RawPlace): RawStruct => item(7, place, (encoder) => encoding.writeVarUint(encoder, 1));
/** `bytes` as lib0's `writeAny` would write one value. */
export const rawAny = (place: RawPlace, bytes: Uint8Array): RawStruct =>
  item(8, place, (encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeUint8Array(encoder, bytes);
  });
export const value = (place: RawPlace, any: boolean | number | string): RawStruct =>
  item(8, place, (encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeAny(encoder, any);
  });
export const subdocument = (place: RawPlace): RawStruct =>
  item(9, place, (encoder) => {
    encoding.writeVarString(encoder, 'guid');
    encoding.writeAny(encoder, {});
  });
/** An array in an array in an array. */
export const nestedAny = (depth: number): Uint8Array => {
  const bytes = new Uint8Array(2 * depth + 1);
  for (let i = 0; i < depth; i++) bytes.set([117, 1], 2 * i);
  bytes[2 * depth] = 126;
  return bytes;
};
