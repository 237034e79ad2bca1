/**
 * A log store for one process at a time: everything in memory, and in one append-only file per document when there is a
 * folder. A record is `u32 length · sha256 first 8 bytes · u8 kind · payload`, big-endian; what a crash cut off at the end is dropped.
 */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@vicinal/shared/app-error.ts';
import { equalBytes, fromUtf8, sha256, utf8 } from '@vicinal/shared/bytes.ts';
import {
  decodeBatch,
  decodeCheckpoint,
  decodeHeads,
  encodeBatch,
  encodeCheckpoint,
  encodeHeads,
} from '@vicinal/shared/log/envelope.ts';
import { sessionClientId } from '@vicinal/shared/log/session.ts';
import type {
  Checkpoint,
  DocAddress,
  Durability,
  Entry,
  LogBatch,
  LogHeader,
  LogStore,
  StoredReceiptHeads,
} from '@vicinal/shared/log/types.ts';
import { z } from '@vicinal/shared/zod.ts';

const KIND = { batch: 1, checkpoint: 2, receipted: 3 } as const;
const PREFIX_BYTES = 13;
const CHECK_BYTES = 8;

const receiptedSchema = z.object({
  by: z.string(),
  archiveSeq: z.number(),
  durability: z.enum(['memory', 'device', 'archive-os', 'archive-disk']),
  at: z.number(),
  heads: z.string(),
});

interface StoredDocument {
  readonly headers: Map<number, LogHeader>;
  readonly entries: Map<string, Entry>;
  readonly receipted: Map<string, StoredReceiptHeads>;
  checkpoint?: Checkpoint;
  file: FileHandle | undefined;
  /** Where the next record goes. */
  end: number;
  writing: Promise<void>;
}

/** `directory` absent: memory alone, which `append` says. */
export function createLogFiles(directory?: string): LogStore {
  const documents = new Map<string, Promise<StoredDocument>>();

  const openDocument = async (name: string): Promise<StoredDocument> => {
    const document: StoredDocument = {
      headers: new Map(),
      entries: new Map(),
      receipted: new Map(),
      file: undefined,
      end: 0,
      writing: Promise.resolve(),
    };
    if (directory === undefined) return document;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    document.file = await open(join(directory, name), 'a+', 0o600);
    const bytes = new Uint8Array(await document.file.readFile());
    document.end = readRecords(bytes, (kind, payload) => apply(document, kind, payload));
    if (document.end < bytes.length) await document.file.truncate(document.end);
    return document;
  };
  const documentOf = (address: DocAddress): Promise<StoredDocument> => {
    const name = `${address.room}.${address.doc}.${address.gen}.log`;
    const known = documents.get(name);
    if (known) return known;
    const opened = openDocument(name).catch((cause: unknown) => {
      documents.delete(name);
      throw failed(cause);
    });
    documents.set(name, opened);
    return opened;
  };
  const write = (document: StoredDocument, kind: number, payload: Uint8Array): Promise<void> => {
    const written = document.writing.then(async () => {
      const { file } = document;
      if (file === undefined) return;
      const record = encodeRecord(kind, payload);
      try {
        await file.write(record);
        await file.datasync();
        document.end += record.length;
      } catch (cause) {
        await file.truncate(document.end).catch(() => undefined); // a torn record is dropped when it is read
        throw failed(cause);
      }
    });
    document.writing = written.catch(() => undefined); // the caller hears of it and tries again
    return written;
  };

  return {
    load: async (address) => {
      const { headers, entries, receipted, checkpoint } = await documentOf(address);
      return {
        headers: [...headers.values()],
        entries: [...entries.values()],
        receipted: [...receipted.values()],
        ...(checkpoint ? { checkpoint } : {}),
      };
    },
    append: async (address, batch): Promise<Durability> => {
      const document = await documentOf(address);
      if (document.file !== undefined) await write(document, KIND.batch, encodeBatch(batch));
      addBatch(document, batch);
      return directory === undefined ? 'memory' : 'device';
    },
    saveCheckpoint: async (checkpoint) => {
      const document = await documentOf(checkpoint);
      if (document.file !== undefined) await write(document, KIND.checkpoint, encodeCheckpoint(checkpoint));
      document.checkpoint = checkpoint;
    },
    saveReceipted: async (address, receipted) => {
      const document = await documentOf(address);
      if (document.file !== undefined) await write(document, KIND.receipted, encodeReceipted(receipted));
      document.receipted.set(receipted.by, receipted);
    },
    close: async () => {
      for (const opening of documents.values()) {
        const document = await opening.catch(() => undefined); // never opened: nothing to close
        await document?.writing;
        await document?.file?.close();
      }
      documents.clear();
    },
  };
}

const failed = (cause: unknown): AppError =>
  cause instanceof AppError ? cause : new AppError('storage-failed', 'the log file', { cause });

function addBatch(document: StoredDocument, batch: LogBatch): void {
  for (const header of batch.headers) {
    const clientId = sessionClientId(header);
    if (!document.headers.has(clientId) || header.grant !== '') document.headers.set(clientId, header);
  }
  for (const entry of batch.entries) {
    const key = `${entry.clientId}/${entry.seq}`;
    if (!document.entries.has(key)) document.entries.set(key, entry);
  }
}

function encodeRecord(kind: number, payload: Uint8Array): Uint8Array {
  const record = new Uint8Array(PREFIX_BYTES + payload.length);
  new DataView(record.buffer).setUint32(0, payload.length);
  record.set(sha256(new Uint8Array([kind]), payload).subarray(0, CHECK_BYTES), 4);
  record[PREFIX_BYTES - 1] = kind;
  record.set(payload, PREFIX_BYTES);
  return record;
}

/** Hands on every whole record and answers where the last one ends. A record that was whole and is not understood throws. */
function readRecords(bytes: Uint8Array, take: (kind: number, payload: Uint8Array) => void): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + PREFIX_BYTES <= bytes.length) {
    const length = view.getUint32(at);
    const kind = bytes[at + PREFIX_BYTES - 1] ?? 0;
    const payload = bytes.subarray(at + PREFIX_BYTES, at + PREFIX_BYTES + length);
    const check = bytes.subarray(at + 4, at + 4 + CHECK_BYTES);
    if (payload.length < length || !equalBytes(sha256(new Uint8Array([kind]), payload).subarray(0, CHECK_BYTES), check))
      break;
    take(kind, payload);
    at += PREFIX_BYTES + length;
  }
  return at;
}

function apply(document: StoredDocument, kind: number, payload: Uint8Array): void {
  if (kind === KIND.batch) {
    const batch = decodeBatch(payload);
    if (!batch.ok) throw batch.error;
    addBatch(document, batch.value);
  } else if (kind === KIND.checkpoint) {
    const checkpoint = decodeCheckpoint(payload);
    if (!checkpoint.ok) throw checkpoint.error;
    document.checkpoint = checkpoint.value;
  } else if (kind === KIND.receipted) {
    const { heads, ...facts } = receiptedSchema.parse(JSON.parse(fromUtf8(payload)));
    const decoded = decodeHeads(new Uint8Array(Buffer.from(heads, 'base64')));
    if (!decoded.ok) throw decoded.error;
    document.receipted.set(facts.by, { ...facts, heads: decoded.value });
  } else throw new AppError('storage-failed', 'a record of an unknown kind');
}

const encodeReceipted = ({ heads, ...facts }: StoredReceiptHeads): Uint8Array =>
  utf8(JSON.stringify({ ...facts, heads: Buffer.from(encodeHeads(heads)).toString('base64') }));
