/** Rebuilds documents from their logs: nothing but what was signed, in an unbroken chain, up to the heads of the backup. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { readLog } from '@vicinal/archiver/store/read.ts';
import { AppError } from '@vicinal/shared/app-error.ts';
import { equalBytes, toHex } from '@vicinal/shared/bytes.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import { isCheckpointSigned } from '@vicinal/shared/log/checkpoint.ts';
import { digestOfHeads } from '@vicinal/shared/log/heads.ts';
import { rebuildDocument } from '@vicinal/shared/log/rebuild.ts';
import { entryHash, sessionClientId, SessionLog, verifyHeader } from '@vicinal/shared/log/session.ts';
import type { Checkpoint, DocAddress, StoredLog } from '@vicinal/shared/log/types.ts';
import { roomIdSchema } from '@vicinal/shared/ids.ts';
import { DOC_KINDS, type DocKind } from '@vicinal/shared/roles.ts';
import { ROOTS } from '@vicinal/shared/room/documents.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { ClientBase } from 'pg';
import * as Y from 'yjs';
import { BackupError } from './backup-error.ts';

export interface Verified {
  readonly documents: number;
  readonly entries: number;
  readonly checkpoints: number;
}

const lineSchema = z.object({
  room: roomIdSchema,
  doc: z.enum(DOC_KINDS),
  gen: z.int(),
  entries: z.int(),
  digest: z.string(),
});

/** `list`: the documents of the backup. Throws 'verify-failed', naming the first document that is not as it was. */
export async function verifyDocuments(client: ClientBase, list: string): Promise<Verified> {
  const totals = { documents: 0, entries: 0, checkpoints: 0 };
  const db = {
    query: async <Row>(sql: string, params: unknown[] = []) => {
      const { rows, rowCount } = await client.query(sql, params);
      return { rows: rows as Row[], rowCount }; // each statement knows its own columns
    },
  };
  for await (const text of createInterface({ input: createReadStream(list).pipe(createGunzip()) })) {
    const parsed = lineSchema.safeParse(JSON.parse(text));
    if (!parsed.success) throw new BackupError('backup-damaged', 'documents.jsonl.gz');
    const { room, doc, gen, entries, digest } = parsed.data;
    const address: DocAddress = { room, doc, gen };
    const fail = (what: string): BackupError => new BackupError('verify-failed', `${room}/${doc}/${gen}: ${what}`);
    const stored = await readLog(db, address).catch((error: unknown) => {
      throw error instanceof AppError ? fail(error.message) : error;
    });
    const problem = await problemOf(stored, doc, digest);
    if (problem !== undefined) throw fail(problem);
    totals.documents++;
    totals.entries += entries;
    if (stored.checkpoint !== undefined) totals.checkpoints++;
  }
  const { rows } = await db.query<{ n: string }>(
    'select count(*) as n from (select distinct room, doc, gen from archive.session_heads) as documents',
  );
  if (Number(rows[0]?.n) !== totals.documents)
    throw new BackupError('verify-failed', 'documents that the backup does not name');
  return totals;
}

/** What is wrong with a document, if anything. `digest`: hex, of the heads it must reach. */
export async function problemOf(stored: StoredLog, doc: DocKind, digest: string): Promise<string | undefined> {
  const logs = new Map<number, SessionLog>();
  for (const header of stored.headers) {
    if (!(await verifyHeader(header, verifySignature))) return 'a header is not signed by its device';
    logs.set(sessionClientId(header), new SessionLog(header));
  }
  const included = new Map(stored.checkpoint?.sessions.map(({ header, seq }) => [sessionClientId(header), seq]) ?? []);
  for (const entry of stored.entries) {
    const log = logs.get(entry.clientId);
    if (log === undefined) return 'an entry has no header';
    if (entry.seq !== log.seq + 1) return 'a log has a gap';
    const body = log.bodyOfNext(entry);
    if (!(await verifySignature(log.header.devicePub, entry.sig, body))) return 'an entry is not signed by its device';
    log.append(entry, entryHash(body));
  }
  const whole = shownBy(doc, stored.entries);
  if (whole === undefined) return 'an entry refers to what is not there';
  whole.destroy();
  const heads = [...logs.values()]
    .filter(({ seq }) => seq > 0)
    .map(({ clientId, seq, headHash }) => ({ clientId, seq, hash: headHash }));
  if (toHex(digestOfHeads(heads)) !== digest) return 'it does not end where the backup says';
  if (stored.checkpoint === undefined) return undefined;
  const upToCheckpoint = stored.entries.filter(({ clientId, seq }) => seq <= (included.get(clientId) ?? 0));
  return checkpointProblem(stored.checkpoint, doc, logs, shownBy(doc, upToCheckpoint));
}

/** What replicas show that hold these; undefined when a part refers to what is not there. */
function shownBy(doc: DocKind, parts: readonly { readonly bytes: Uint8Array }[]): Y.Doc | undefined {
  try {
    return rebuildDocument(
      doc,
      parts.map(({ bytes }) => bytes),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'internal') return undefined;
    throw error;
  }
}

async function checkpointProblem(
  checkpoint: Checkpoint,
  doc: DocKind,
  logs: ReadonlyMap<number, SessionLog>,
  rebuilt: Y.Doc | undefined,
): Promise<string | undefined> {
  if (!(await isCheckpointSigned(checkpoint, verifySignature))) return 'its checkpoint is not signed by its archiver';
  for (const { header, seq, hash } of checkpoint.sessions) {
    const mine = logs.get(sessionClientId(header))?.hashAt(seq);
    if (mine === undefined || !equalBytes(mine, hash)) return 'its checkpoint is on another chain';
  }
  const shown = shownBy(doc, [{ bytes: checkpoint.state }]);
  const isSame = shown && rebuilt && contentOf(shown, doc) === contentOf(rebuilt, doc);
  shown?.destroy();
  rebuilt?.destroy();
  return isSame ? undefined : 'its checkpoint holds something else';
}

/** State vector and roots, in words that are equal when the documents are. */
function contentOf(ydoc: Y.Doc, doc: DocKind): string {
  const roots = Object.entries(ROOTS[doc]).map(([name, type]): unknown => {
    if (type === 'map') return sorted(ydoc.getMap(name).toJSON());
    if (type === 'xml') return ydoc.getXmlFragment(name).toJSON();
    return type === 'text' ? ydoc.getText(name).toDelta() : ydoc.getArray(name).toJSON();
  });
  const vector = [...Y.decodeStateVector(Y.encodeStateVector(ydoc))].sort(([a], [b]) => a - b);
  return JSON.stringify([vector, roots]);
}

/** Keys of a map come in the order they were set in; that is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
