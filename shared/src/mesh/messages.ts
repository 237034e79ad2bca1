/** Message types and the codecs of what does not carry log records. Layouts are part of the wire format (SPEC, MESH rules). */
import type { AppError } from '../app-error.ts';
import type { Bytes } from '../bytes.ts';
import { DOC_KINDS, type DocKind } from '../roles.ts';
import type { Result } from '../result.ts';
import { DecodeFault, decodeWith, type ByteReader } from '../log/byte-reader.ts';
import { boundedCount, createFieldWriter, type FieldWriter } from './wire.ts';

/** `u8 type` of a frame. Numbers are never reused. */
export const MESSAGE = {
  // Control, stream 0.
  hello: 1,
  auth: 2,
  ready: 3,
  reauth: 4,
  ping: 5,
  pong: 6,
  bye: 7,
  signal: 8,
  restartRequest: 9,
  // Control, stream of a room.
  join: 16,
  leave: 17,
  ticket: 18,
  admit: 19,
  refuse: 20,
  neighbours: 21,
  heads: 22,
  digest: 23,
  want: 24,
  receipt: 25,
  // Envelopes or bulk, stream of a room.
  batch: 32,
  synced: 33,
  // Presence (or control for the first one), stream of a room.
  presence: 48,
  forwardedPresence: 49,
} as const;

export const MAX_TOKEN_BYTES = 4096;

export interface Hello {
  readonly versions: readonly number[];
  /** 32 random bytes. */
  readonly nonce: Bytes;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly devicePub: Bytes;
  /** 16 bytes; with devicePub it gives the peer id. */
  readonly tabNonce: Bytes;
  /** Bit set of capabilities; none is defined in version 1. */
  readonly caps: number;
}

export function encodeHello(hello: Hello): Bytes {
  const writer = createFieldWriter().varUint(hello.versions.length);
  for (const version of hello.versions) writer.varUint(version);
  return writer.raw(hello.nonce).raw(hello.devicePub).raw(hello.tabNonce).varUint(hello.caps).bytes();
}

export const decodeHello = (bytes: Uint8Array): Result<Hello, AppError> =>
  decodeWith(bytes, (reader) => ({
    versions: Array.from({ length: boundedCount(reader, 16, 1) }, () => reader.varUint()),
    nonce: reader.raw(32),
    devicePub: reader.raw(32),
    tabNonce: reader.raw(16),
    caps: reader.varUint(),
  }));

/** Also the body of REAUTH. */
export interface Auth {
  /** Peer token, compact JWS. */
  readonly token: string;
  /** 64 bytes over the side, the transcript hash and the token's hash. */
  readonly sig: Bytes;
}
export const encodeAuth = (auth: Auth): Bytes => createFieldWriter().text(auth.token).raw(auth.sig).bytes();
export const decodeAuth = (bytes: Uint8Array): Result<Auth, AppError> =>
  decodeWith(bytes, (reader) => ({ token: reader.varString(MAX_TOKEN_BYTES), sig: reader.raw(64) }));

/** PING and PONG: a number that comes back. */
export const encodeNumber = (value: number): Bytes => createFieldWriter().varUint(value).bytes();
export const decodeNumber = (bytes: Uint8Array): Result<number, AppError> =>
  decodeWith(bytes, (reader) => reader.varUint());

/** TICKET: a compact JWS. BYE and REFUSE: an error code. */
export const encodeText = (text: string): Bytes => createFieldWriter().text(text).bytes();
export const decodeText = (bytes: Uint8Array): Result<string, AppError> =>
  decodeWith(bytes, (reader) => reader.varString(MAX_TOKEN_BYTES));

/** JOIN: HMAC(H, "join" ‖ room), then a MAC field reserved for room secrets, empty in version 1. */
export const encodeJoin = (tag: Bytes): Bytes => createFieldWriter().raw(tag).blob(new Uint8Array(0)).bytes();
export const decodeJoin = (bytes: Uint8Array): Result<Bytes, AppError> =>
  decodeWith(bytes, (reader) => {
    const tag = reader.raw(32);
    reader.varBytes(32);
    return tag;
  });

/** NEIGHBOURS: peer ids (16 bytes each) that the sender shares the room with over a link of its own. */
export function encodePeerIds(ids: readonly Bytes[]): Bytes {
  const writer = createFieldWriter().varUint(ids.length);
  for (const id of ids) writer.raw(id);
  return writer.bytes();
}
export const decodePeerIds = (bytes: Uint8Array): Result<readonly Bytes[], AppError> =>
  decodeWith(bytes, (reader) => Array.from({ length: boundedCount(reader, 1024, 16) }, () => reader.raw(16)));

/** Number of each document on the wire. */
export const DOC_CODES: Readonly<Record<DocKind, number>> = { meta: 0, content: 1, talk: 2, jobs: 3, index: 4 };

/** A document of the stream's room, in front of everything about it. */
export interface DocRef {
  readonly doc: DocKind;
  readonly gen: number;
}
export const writeDocRef = (writer: FieldWriter, ref: DocRef): FieldWriter =>
  writer.u8(DOC_CODES[ref.doc]).varUint(ref.gen);
export function readDocRef(reader: ByteReader): DocRef {
  const code = reader.u8();
  const doc = DOC_KINDS.find((kind) => DOC_CODES[kind] === code);
  if (doc === undefined) throw new DecodeFault('doc');
  return { doc, gen: reader.varUint() };
}

/** A document and bytes that another codec reads: HEADS, BATCH, RECEIPT; SYNCED carries none; DIGEST 32. */
export function encodeDocMessage(ref: DocRef, ...body: readonly Uint8Array[]): Bytes {
  const writer = writeDocRef(createFieldWriter(), ref);
  for (const part of body) writer.raw(part);
  return writer.bytes();
}
/** The body is a view of `bytes`. */
export const decodeDocMessage = (bytes: Bytes): Result<DocRef & { readonly body: Bytes }, AppError> =>
  decodeWith(bytes, (reader) => {
    const ref = readDocRef(reader);
    const body = bytes.subarray(reader.position);
    reader.skip(body.length);
    return { ...ref, body };
  });

/** WANT: ranges of sessions that the sender lacks. `toSeq` 0 on the wire stands for "up to your head". */
export interface WantedRange {
  readonly clientId: number;
  readonly fromSeq: number;
  readonly toSeq?: number;
}
export function encodeWant(ref: DocRef, ranges: readonly WantedRange[]): Bytes {
  const writer = writeDocRef(createFieldWriter(), ref).varUint(ranges.length);
  for (const range of ranges)
    writer
      .varUint(range.clientId)
      .varUint(range.fromSeq)
      .varUint(range.toSeq ?? 0);
  return writer.bytes();
}
export const decodeWant = (
  bytes: Uint8Array,
  maxRanges: number,
): Result<DocRef & { readonly ranges: readonly WantedRange[] }, AppError> =>
  decodeWith(bytes, (reader) => ({
    ...readDocRef(reader),
    ranges: Array.from({ length: boundedCount(reader, maxRanges, 3) }, () => {
      const range = { clientId: reader.varUint(), fromSeq: reader.varUint() };
      const toSeq = reader.varUint();
      return toSeq === 0 ? range : { ...range, toSeq };
    }),
  }));
