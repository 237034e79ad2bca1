/** Cuts a local update that is too large for one entry at struct boundaries, or inside a text where no boundary helps. */
import * as encoding from 'lib0/encoding';
import type { LogLimits } from './limits.ts';
import { HAS_ORIGIN, HAS_RIGHT_ORIGIN, readUpdateStructs } from './update-structs.ts';
import type { DeleteRange, StructId, UpdateStruct } from './update-structs.ts';
import { ByteReader } from './byte-reader.ts';

/** Bytes that a struct's own encoding may add besides its content. */
const STRUCT_OVERHEAD = 128;
const CONTENT_STRING = 4;
const RANGES_PER_ENTRY = 20_000;
const STRUCTS_PER_ENTRY = 20_000;

interface Piece {
  readonly clock: number;
  readonly bytes: Uint8Array;
}

/**
 * Updates that together do what `update` does, in order, each within the limits; `update` itself when it already is.
 * `undefined` when a single value in it is larger than any entry may be.
 */
export function splitUpdate(update: Uint8Array, limits: LogLimits): readonly Uint8Array[] | undefined {
  if (update.length <= limits.targetEntryBytes && update.length < Math.min(limits.maxStructs, limits.maxDeleteRanges))
    return [update];
  const contents = readUpdateStructs(update, {
    ...limits,
    maxEntryBytes: Infinity,
    maxStructs: Infinity,
    maxDeleteRanges: Infinity,
  });
  if (!contents.ok) return contents.error === 'value-too-deep' ? undefined : [update];
  const { sections, deletes } = contents.value;
  const out: Uint8Array[] = [];
  for (const { client, structs } of sections) {
    const pieces = structs.flatMap((struct) => piecesOf(update, struct, limits));
    if (pieces.some((piece) => piece.bytes.length > limits.maxEntryBytes - STRUCT_OVERHEAD)) return undefined;
    for (const group of groups(pieces, limits)) out.push(encodeStructs(client, group));
  }
  for (let i = 0; i < deletes.length; i += RANGES_PER_ENTRY)
    out.push(encodeDeletes(deletes.slice(i, i + RANGES_PER_ENTRY)));
  return out;
}

function* groups(pieces: readonly Piece[], limits: LogLimits): Generator<readonly Piece[]> {
  let group: Piece[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    if (
      group.length > 0 &&
      (bytes + piece.bytes.length > limits.targetEntryBytes || group.length >= STRUCTS_PER_ENTRY)
    ) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(piece);
    bytes += piece.bytes.length;
  }
  if (group.length > 0) yield group;
}

function piecesOf(update: Uint8Array, struct: UpdateStruct, limits: LogLimits): readonly Piece[] {
  const bytes = update.subarray(struct.start, struct.end);
  if (struct.content !== 'string' || bytes.length <= limits.targetEntryBytes) return [{ clock: struct.clock, bytes }];
  const text = new ByteReader(update.subarray(struct.contentStart, struct.end)).varString();
  const pieces: Piece[] = [];
  const step = Math.max(1, Math.floor((limits.targetEntryBytes - STRUCT_OVERHEAD) / 3)); // a UTF-16 unit is at most 3 bytes of UTF-8
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + step);
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to++;
    const content = text.slice(from, to);
    pieces.push({
      clock: struct.clock + from,
      bytes: from === 0 ? firstPiece(update, struct, content) : nextPiece(struct, from, content),
    });
    from = to;
  }
  return pieces;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** Everything before the content as it stands, then the shorter text. */
function firstPiece(update: Uint8Array, struct: UpdateStruct, text: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8Array(encoder, update.subarray(struct.start, struct.contentStart));
  encoding.writeVarString(encoder, text);
  return encoding.toUint8Array(encoder);
}

/** What Yjs writes for the rest of a struct: its origin is the unit before it (yjs `Item.write` with an offset). */
function nextPiece(struct: UpdateStruct, offset: number, text: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, CONTENT_STRING | HAS_ORIGIN | (struct.rightOrigin ? HAS_RIGHT_ORIGIN : 0));
  writeId(encoder, { client: struct.client, clock: struct.clock + offset - 1 });
  if (struct.rightOrigin) writeId(encoder, struct.rightOrigin);
  encoding.writeVarString(encoder, text);
  return encoding.toUint8Array(encoder);
}

function writeId(encoder: encoding.Encoder, id: StructId): void {
  encoding.writeVarUint(encoder, id.client);
  encoding.writeVarUint(encoder, id.clock);
}

function encodeStructs(client: number, pieces: readonly Piece[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarUint(encoder, pieces.length);
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, pieces[0]?.clock ?? 0);
  for (const piece of pieces) encoding.writeUint8Array(encoder, piece.bytes);
  encoding.writeVarUint(encoder, 0);
  return encoding.toUint8Array(encoder);
}

function encodeDeletes(ranges: readonly DeleteRange[]): Uint8Array {
  const byClient = Map.groupBy(ranges, (range) => range.client);
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint(encoder, byClient.size);
  for (const [client, own] of byClient) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, own.length);
    for (const { clock, length } of own) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, length);
    }
  }
  return encoding.toUint8Array(encoder);
}
