/** What is read back from IndexedDB is checked like any other input; a row that fails is a storage failure, not a crash. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Bytes } from '@vicinal/shared/bytes.ts';
import type {
  Checkpoint,
  CheckpointSession,
  Dep,
  DocAddress,
  Durability,
  Entry,
  Head,
  LogHeader,
  StoredReceiptHeads,
} from '@vicinal/shared/log/types.ts';
import { isRoomId } from '@vicinal/shared/ids.ts';
import { DOC_KINDS } from '@vicinal/shared/roles.ts';

type Row = Readonly<Record<string, unknown>>;
const DURABILITIES: readonly Durability[] = ['memory', 'device', 'archive-os', 'archive-disk'];

/**
 * A copy that owns its buffer: structured clone stores the whole buffer under a view, which may be a large frame.
 */
export const owned = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);

export function readRow(value: unknown, what: string): Row {
  if (typeof value !== 'object' || value === null) throw corrupt(what);
  return value as Row; // any object can be read by key
}

export function readBytes(value: unknown, what: string): Bytes {
  if (!(value instanceof Uint8Array)) throw corrupt(what);
  return value as Bytes; // what `owned` wrote; shared buffers cannot be stored
}

export function readNumber(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw corrupt(what);
  return value;
}

export function readString(value: unknown, what: string): string {
  if (typeof value !== 'string') throw corrupt(what);
  return value;
}

export function readList<T>(value: unknown, what: string, readItem: (item: Row) => T): T[] {
  if (!Array.isArray(value)) throw corrupt(what);
  return value.map((item) => readItem(readRow(item, what)));
}

function readAddress(row: Row): DocAddress {
  const room = readString(row['room'], 'room');
  const doc = DOC_KINDS.find((kind) => kind === row['doc']);
  if (!isRoomId(room) || doc === undefined) throw corrupt('address');
  return { room, doc, gen: readNumber(row['gen'], 'gen') };
}

export const headerRow = (header: LogHeader): LogHeader => ({
  v: header.v,
  alg: header.alg,
  room: header.room,
  doc: header.doc,
  gen: header.gen,
  devicePub: owned(header.devicePub),
  nonce: owned(header.nonce),
  grant: header.grant,
  sig: owned(header.sig),
});

export function readHeader(value: unknown): LogHeader {
  const row = readRow(value, 'header');
  return {
    v: readNumber(row['v'], 'header'),
    alg: readNumber(row['alg'], 'header'),
    ...readAddress(row),
    devicePub: readBytes(row['devicePub'], 'header'),
    nonce: readBytes(row['nonce'], 'header'),
    grant: readString(row['grant'], 'header'),
    sig: readBytes(row['sig'], 'header'),
  };
}

export interface StoredEntry extends Entry {
  readonly order: number;
}

export const entryRow = (entry: Entry, order: number): StoredEntry => ({
  clientId: entry.clientId,
  seq: entry.seq,
  deps: entry.deps.map(({ clientId, seq }) => ({ clientId, seq })),
  bytes: owned(entry.bytes),
  sig: owned(entry.sig),
  order,
});

export function readEntry(value: unknown): StoredEntry {
  const row = readRow(value, 'entry');
  return {
    clientId: readNumber(row['clientId'], 'entry'),
    seq: readNumber(row['seq'], 'entry'),
    deps: readList(row['deps'], 'entry', readDep),
    bytes: readBytes(row['bytes'], 'entry'),
    sig: readBytes(row['sig'], 'entry'),
    order: readNumber(row['order'], 'entry'),
  };
}

const readDep = (row: Row): Dep => ({
  clientId: readNumber(row['clientId'], 'dep'),
  seq: readNumber(row['seq'], 'dep'),
});

const headRow = (head: Head): Head => ({ clientId: head.clientId, seq: head.seq, hash: owned(head.hash) });
const readHead = (row: Row): Head => ({
  clientId: readNumber(row['clientId'], 'head'),
  seq: readNumber(row['seq'], 'head'),
  hash: readBytes(row['hash'], 'head'),
});

export const checkpointRow = (checkpoint: Checkpoint): Checkpoint => ({
  room: checkpoint.room,
  doc: checkpoint.doc,
  gen: checkpoint.gen,
  archiveId: owned(checkpoint.archiveId),
  archiveSeq: checkpoint.archiveSeq,
  sessions: checkpoint.sessions.map(({ header, seq, hash }) => ({ header: headerRow(header), seq, hash: owned(hash) })),
  state: owned(checkpoint.state),
  devicePub: owned(checkpoint.devicePub),
  grant: checkpoint.grant,
  sig: owned(checkpoint.sig),
});

export function readCheckpoint(value: unknown): Checkpoint {
  const row = readRow(value, 'checkpoint');
  return {
    ...readAddress(row),
    archiveId: readBytes(row['archiveId'], 'checkpoint'),
    archiveSeq: readNumber(row['archiveSeq'], 'checkpoint'),
    sessions: readList(row['sessions'], 'checkpoint', readCheckpointSession),
    state: readBytes(row['state'], 'checkpoint'),
    devicePub: readBytes(row['devicePub'], 'checkpoint'),
    grant: readString(row['grant'], 'checkpoint'),
    sig: readBytes(row['sig'], 'checkpoint'),
  };
}

const readCheckpointSession = (row: Row): CheckpointSession => ({
  header: readHeader(row['header']),
  seq: readNumber(row['seq'], 'checkpoint'),
  hash: readBytes(row['hash'], 'checkpoint'),
});

export const receiptedRow = (heads: StoredReceiptHeads): StoredReceiptHeads => ({
  by: heads.by,
  archiveSeq: heads.archiveSeq,
  durability: heads.durability,
  at: heads.at,
  heads: heads.heads.map(headRow),
});

export function readReceipted(value: unknown): StoredReceiptHeads {
  const row = readRow(value, 'receipt');
  const durability = DURABILITIES.find((level) => level === row['durability']);
  if (durability === undefined) throw corrupt('receipt');
  return {
    by: readString(row['by'], 'receipt'),
    archiveSeq: readNumber(row['archiveSeq'], 'receipt'),
    durability,
    at: readNumber(row['at'], 'receipt'),
    heads: readList(row['heads'], 'receipt', readHead),
  };
}

const corrupt = (what: string): AppError => new AppError('storage-failed', `stored ${what} is not readable`);
