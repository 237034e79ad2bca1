/**
 * Wire and storage layouts of the log, version 1 (SPEC, LOG). Integers are lib0 varints; `raw n` is n bytes;
 * `bytes` and `text` are a varint length and that many bytes.
 *
 * - header: v · alg · room raw 16 · doc text · gen · devicePub raw 32 · nonce raw 16 · grant text · sig raw 64
 * - entry: clientId · seq · count (clientId · seq)* · bytes · sig raw 64
 * - batch: 1 · count header* · count entry*
 * - heads: count (clientId · seq · hash raw 32)*
 * - receipt: 1 · room raw 16 · doc text · gen · archiveId bytes · lease · archiveSeq · heads · durability · at · devicePub raw 32 · sig raw 64
 * - checkpoint: 1 · room raw 16 · doc text · gen · archiveId bytes · archiveSeq · count (header · seq · hash raw 32)* ·
 *   state bytes · devicePub raw 32 · grant text · sig raw 64
 */
import * as encoding from 'lib0/encoding';
import { concat, fromBase64Url, toBase64Url } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import type { AppError } from '../app-error.ts';
import { ALG_ED25519 } from '../crypto/signer.ts';
import type { RoomId } from '../ids.ts';
import type { Result } from '../result.ts';
import { DOC_KINDS } from '../roles.ts';
import type { DocKind } from '../roles.ts';
import { DecodeFault, decodeWith } from './byte-reader.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Checkpoint, Dep, DocAddress, Durability, Entry, Head, LogBatch, LogHeader, Receipt } from './types.ts';

/** `v` of headers made here, and the first byte of batches, receipts and checkpoints. */
export const LOG_VERSION = 1;
export const HASH_BYTES = 32;
export const NONCE_BYTES = 16;
const SIG_BYTES = 64;
const KEY_BYTES = 32;
const ROOM_BYTES = 16;
const MAX_GRANT_CHARS = 4096;
const MAX_DOC_CHARS = 16;
const MAX_ARCHIVE_ID_BYTES = 64;
const MIN_HEADER_BYTES = 3 + ROOM_BYTES + 4 + KEY_BYTES + NONCE_BYTES + 1 + SIG_BYTES;
const MIN_ENTRY_BYTES = 4 + SIG_BYTES;
/** Index is the byte on the wire. */
const DURABILITIES: readonly Durability[] = ['memory', 'device', 'archive-os', 'archive-disk'];

type Encoder = encoding.Encoder;
const finish = (write: (encoder: Encoder) => void): Bytes => {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
};

function writeAddress(encoder: Encoder, address: DocAddress): void {
  encoding.writeUint8Array(encoder, fromBase64Url(address.room) ?? new Uint8Array(ROOM_BYTES));
  encoding.writeVarString(encoder, address.doc);
  encoding.writeVarUint(encoder, address.gen);
}
function readAddress(reader: ByteReader): DocAddress {
  const room = toBase64Url(reader.raw(ROOM_BYTES)) as RoomId; // 16 bytes encode to the 22 characters of a room id
  const doc = reader.varString(MAX_DOC_CHARS) as DocKind; // checked on the next line
  if (!DOC_KINDS.includes(doc)) throw new DecodeFault('doc');
  return { room, doc, gen: reader.varUint() };
}

/** The part of a header that `headerHash` covers: all but grant and signature. */
export type UnsignedHeader = Omit<LogHeader, 'grant' | 'sig'>;

function writeHeaderCore(encoder: Encoder, header: UnsignedHeader): void {
  encoding.writeVarUint(encoder, header.v);
  encoding.writeVarUint(encoder, header.alg);
  writeAddress(encoder, header);
  encoding.writeUint8Array(encoder, header.devicePub);
  encoding.writeUint8Array(encoder, header.nonce);
}
/** Bytes that are hashed into `headerHash`. */
export const encodeHeaderCore = (header: UnsignedHeader): Bytes =>
  finish((encoder) => writeHeaderCore(encoder, header));

function writeHeader(encoder: Encoder, header: LogHeader): void {
  writeHeaderCore(encoder, header);
  encoding.writeVarString(encoder, header.grant);
  encoding.writeUint8Array(encoder, header.sig);
}
function readHeader(reader: ByteReader): LogHeader {
  const v = reader.varUint();
  const alg = reader.varUint();
  if (v !== LOG_VERSION || alg !== ALG_ED25519) throw new DecodeFault('version');
  const address = readAddress(reader);
  const devicePub = reader.raw(KEY_BYTES);
  const nonce = reader.raw(NONCE_BYTES);
  const grant = reader.varString(MAX_GRANT_CHARS);
  return { v, alg, ...address, devicePub, nonce, grant, sig: reader.raw(SIG_BYTES) };
}
export const encodeHeader = (header: LogHeader): Bytes => finish((encoder) => writeHeader(encoder, header));
export const decodeHeader = (bytes: Uint8Array): Result<LogHeader, AppError> => decodeWith(bytes, readHeader);

function writeDeps(encoder: Encoder, deps: readonly Dep[]): void {
  encoding.writeVarUint(encoder, deps.length);
  for (const dep of deps) {
    encoding.writeVarUint(encoder, dep.clientId);
    encoding.writeVarUint(encoder, dep.seq);
  }
}
/** Bytes of `deps` inside the signed body. */
export const encodeDeps = (deps: readonly Dep[]): Bytes => finish((encoder) => writeDeps(encoder, deps));
/** A non-negative integer as it stands inside signed bodies. */
export const encodeVarUint = (value: number): Bytes => finish((encoder) => encoding.writeVarUint(encoder, value));

/** Everything of an entry before its update. */
function writeEntryHead(encoder: Encoder, entry: Entry): void {
  encoding.writeVarUint(encoder, entry.clientId);
  encoding.writeVarUint(encoder, entry.seq);
  writeDeps(encoder, entry.deps);
  encoding.writeVarUint(encoder, entry.bytes.length);
}
function readEntry(reader: ByteReader): Entry {
  const clientId = reader.varUint();
  const seq = reader.varUint();
  const deps: Dep[] = [];
  for (let left = reader.count(2); left > 0; left--) deps.push({ clientId: reader.varUint(), seq: reader.varUint() });
  const bytes = reader.varBytes();
  return { clientId, seq, deps, bytes, sig: reader.raw(SIG_BYTES) };
}
export const encodeEntry = (entry: Entry): Bytes =>
  concat(
    finish((encoder) => writeEntryHead(encoder, entry)),
    entry.bytes,
    entry.sig,
  );
export const decodeEntry = (bytes: Uint8Array): Result<Entry, AppError> => decodeWith(bytes, readEntry);

/** Upper bound of an entry's encoded size in bytes, without encoding it. */
export const entrySize = (entry: Entry): number => entry.bytes.length + 16 * entry.deps.length + SIG_BYTES + 32;
/** Upper bound of a header's encoded size in bytes. */
export const headerSize = (header: LogHeader): number => MIN_HEADER_BYTES + MAX_DOC_CHARS + 16 + header.grant.length;

/** An encoded batch in pieces, to be put behind one another: updates and signatures are those of the entries, not copies. */
export function batchParts(batch: LogBatch): readonly Uint8Array[] {
  const head = finish((encoder) => {
    encoding.writeVarUint(encoder, LOG_VERSION);
    encoding.writeVarUint(encoder, batch.headers.length);
    for (const header of batch.headers) writeHeader(encoder, header);
    encoding.writeVarUint(encoder, batch.entries.length);
  });
  return [
    head,
    ...batch.entries.flatMap((entry) => [finish((encoder) => writeEntryHead(encoder, entry)), entry.bytes, entry.sig]),
  ];
}
export const encodeBatch = (batch: LogBatch): Bytes => concat(...batchParts(batch));
export const decodeBatch = (bytes: Uint8Array): Result<LogBatch, AppError> =>
  decodeWith(bytes, (reader) => {
    readVersion(reader);
    const headers: LogHeader[] = [];
    for (let left = reader.count(MIN_HEADER_BYTES); left > 0; left--) headers.push(readHeader(reader));
    const entries: Entry[] = [];
    for (let left = reader.count(MIN_ENTRY_BYTES); left > 0; left--) entries.push(readEntry(reader));
    return { headers, entries };
  });

function writeHeads(encoder: Encoder, heads: readonly Head[]): void {
  encoding.writeVarUint(encoder, heads.length);
  for (const head of heads) {
    encoding.writeVarUint(encoder, head.clientId);
    encoding.writeVarUint(encoder, head.seq);
    encoding.writeUint8Array(encoder, head.hash);
  }
}
function readHeads(reader: ByteReader): Head[] {
  const heads: Head[] = [];
  for (let left = reader.count(2 + HASH_BYTES); left > 0; left--) {
    heads.push({ clientId: reader.varUint(), seq: reader.varUint(), hash: reader.raw(HASH_BYTES) });
  }
  return heads;
}
export const encodeHeads = (heads: readonly Head[]): Bytes => finish((encoder) => writeHeads(encoder, heads));
export const decodeHeads = (bytes: Uint8Array): Result<readonly Head[], AppError> => decodeWith(bytes, readHeads);

/** Everything of a receipt before its signature; what is signed after the domain string. */
export const encodeReceiptCore = (receipt: Omit<Receipt, 'sig'>): Bytes =>
  finish((encoder) => {
    encoding.writeVarUint(encoder, LOG_VERSION);
    writeAddress(encoder, receipt);
    encoding.writeVarUint8Array(encoder, receipt.archiveId);
    encoding.writeVarUint(encoder, receipt.lease);
    encoding.writeVarUint(encoder, receipt.archiveSeq);
    writeHeads(encoder, receipt.heads);
    encoding.writeVarUint(encoder, DURABILITIES.indexOf(receipt.durability));
    encoding.writeVarUint(encoder, receipt.at);
    encoding.writeUint8Array(encoder, receipt.devicePub);
  });
export const encodeReceipt = (receipt: Receipt): Bytes =>
  finish((encoder) => {
    encoding.writeUint8Array(encoder, encodeReceiptCore(receipt));
    encoding.writeUint8Array(encoder, receipt.sig);
  });
export const decodeReceipt = (bytes: Uint8Array): Result<Receipt, AppError> =>
  decodeWith(bytes, (reader) => {
    readVersion(reader);
    const address = readAddress(reader);
    const archiveId = reader.varBytes(MAX_ARCHIVE_ID_BYTES);
    const lease = reader.varUint();
    const archiveSeq = reader.varUint();
    const heads = readHeads(reader);
    const durability = DURABILITIES[reader.varUint()];
    if (!durability) throw new DecodeFault('durability');
    const at = reader.varUint();
    const devicePub = reader.raw(KEY_BYTES);
    return { ...address, archiveId, lease, archiveSeq, heads, durability, at, devicePub, sig: reader.raw(SIG_BYTES) };
  });

/** Everything of a checkpoint before its signature; its SHA-256 is what is signed after the domain string. */
export const encodeCheckpointCore = (checkpoint: Omit<Checkpoint, 'sig'>): Bytes =>
  finish((encoder) => {
    encoding.writeVarUint(encoder, LOG_VERSION);
    writeAddress(encoder, checkpoint);
    encoding.writeVarUint8Array(encoder, checkpoint.archiveId);
    encoding.writeVarUint(encoder, checkpoint.archiveSeq);
    encoding.writeVarUint(encoder, checkpoint.sessions.length);
    for (const session of checkpoint.sessions) {
      writeHeader(encoder, session.header);
      encoding.writeVarUint(encoder, session.seq);
      encoding.writeUint8Array(encoder, session.hash);
    }
    encoding.writeVarUint8Array(encoder, checkpoint.state);
    encoding.writeUint8Array(encoder, checkpoint.devicePub);
    encoding.writeVarString(encoder, checkpoint.grant);
  });
export const encodeCheckpoint = (checkpoint: Checkpoint): Bytes =>
  finish((encoder) => {
    encoding.writeUint8Array(encoder, encodeCheckpointCore(checkpoint));
    encoding.writeUint8Array(encoder, checkpoint.sig);
  });
export const decodeCheckpoint = (bytes: Uint8Array): Result<Checkpoint, AppError> =>
  decodeWith(bytes, (reader) => {
    readVersion(reader);
    const address = readAddress(reader);
    const archiveId = reader.varBytes(MAX_ARCHIVE_ID_BYTES);
    const archiveSeq = reader.varUint();
    const sessions = [];
    for (let left = reader.count(MIN_HEADER_BYTES + 1 + HASH_BYTES); left > 0; left--) {
      sessions.push({ header: readHeader(reader), seq: reader.varUint(), hash: reader.raw(HASH_BYTES) });
    }
    const state = reader.varBytes();
    const devicePub = reader.raw(KEY_BYTES);
    const grant = reader.varString(MAX_GRANT_CHARS);
    return { ...address, archiveId, archiveSeq, sessions, state, devicePub, grant, sig: reader.raw(SIG_BYTES) };
  });

function readVersion(reader: ByteReader): void {
  if (reader.varUint() !== LOG_VERSION) throw new DecodeFault('version');
}
