/** Reading logs back. What is read is compared with the heads that were promised; a difference is a failure, never a shorter log. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { equalBytes } from '@vicinal/shared/bytes.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { decodeCheckpoint, decodeEntry, decodeHeads } from '@vicinal/shared/log/envelope.ts';
import type {
  Checkpoint,
  DocAddress,
  Durability,
  Entry,
  Head,
  LogHeader,
  StoredLog,
} from '@vicinal/shared/log/types.ts';
import { unwrap } from '@vicinal/shared/result.ts';
import type { StoredHeads } from './archive-store.ts';
import { LEASE } from './commit.ts';
import { DURABILITY_COLUMNS, durabilityOf } from './connection.ts';
import type { DurabilityRow, Queryable } from './connection.ts';
import { addressKey, bytesOf } from './rows.ts';
import type { DocRow } from './rows.ts';

const WHERE = 'where room = $1 and doc = $2 and gen = $3';
const keyOf = (address: DocAddress): unknown[] => [address.room, address.doc, address.gen];

/** Everything stored of one document, in one snapshot. Throws on any sign of damage. */
export async function readLog(db: Queryable, address: DocAddress): Promise<StoredLog> {
  const key = keyOf(address);
  const headers = await db.query<HeaderRow>(
    `select client_id, v, alg, device_pub, nonce, grant_jws, sig from archive.headers ${WHERE} order by created_at, client_id`,
    key,
  );
  const heads = await db.query<HeadRow>(`select client_id, seq, hash from archive.session_heads ${WHERE}`, key);
  const rows = await db.query<EntryRow>(
    `select client_id, seq, entry, hash from archive.envelopes ${WHERE} order by archive_seq, place`,
    key,
  );
  const acknowledged = await db.query<AcknowledgedRow>(
    `select by_id, archive_seq, durability, at_ms, heads from archive.acknowledged ${WHERE}`,
    key,
  );
  const checkpoint = await readCheckpoint(db, address);

  const entries = rows.rows.map((row): Entry => {
    const entry = unwrap(decodeEntry(row.entry));
    if (entry.clientId !== Number(row.client_id) || entry.seq !== Number(row.seq))
      throw new AppError('storage-failed', 'an entry is stored under another number');
    return entry;
  });
  checkAgainstHeads(rows.rows, heads.rows);
  return {
    headers: headers.rows.map((row): LogHeader => ({
      v: row.v,
      alg: row.alg,
      room: address.room,
      doc: address.doc,
      gen: address.gen,
      devicePub: bytesOf(row.device_pub),
      nonce: bytesOf(row.nonce),
      grant: row.grant_jws,
      sig: bytesOf(row.sig),
    })),
    entries,
    receipted: acknowledged.rows.map((row) => ({
      by: row.by_id,
      archiveSeq: Number(row.archive_seq),
      durability: row.durability,
      at: Number(row.at_ms),
      heads: unwrap(decodeHeads(row.heads)),
    })),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

/** Every session reaches exactly its head, without a gap, and nothing lies beyond one. */
function checkAgainstHeads(rows: readonly EntryRow[], heads: readonly HeadRow[]): void {
  const ends = new Map<string, { seq: number; hash: Buffer }>();
  for (const row of rows) {
    const seq = Number(row.seq);
    if (seq !== (ends.get(row.client_id)?.seq ?? 0) + 1) throw new AppError('storage-failed', 'a stored log has a gap');
    ends.set(row.client_id, { seq, hash: row.hash });
  }
  for (const head of heads) {
    const end = ends.get(head.client_id);
    if (end === undefined || end.seq !== Number(head.seq) || !equalBytes(end.hash, head.hash)) {
      throw new AppError('storage-failed', 'a stored log does not reach its head');
    }
    ends.delete(head.client_id);
  }
  if (ends.size > 0) throw new AppError('storage-failed', 'a stored log has no head');
}

export async function readCheckpoint(db: Queryable, address: DocAddress): Promise<Checkpoint | undefined> {
  const { rows } = await db.query<{ body: Buffer }>(
    `select body from archive.checkpoints ${WHERE} order by archive_seq desc limit 1`,
    keyOf(address),
  );
  return rows[0] === undefined ? undefined : unwrap(decodeCheckpoint(rows[0].body));
}

export async function readRoomHeads(db: Queryable, room: RoomId): Promise<readonly StoredHeads[]> {
  const { rows } = await db.query<RoomHeadRow>(
    `select h.room, h.doc, h.gen, h.client_id, h.seq, h.hash, l.archive_seq, ${DURABILITY_COLUMNS}
     from archive.session_heads h join archive.leases l using (room) where room = $1 order by h.doc, h.gen, h.client_id`,
    [room],
  );
  const documents = new Map<string, StoredHeads & { readonly heads: Head[] }>();
  for (const row of rows) {
    const address: DocAddress = { room: row.room, doc: row.doc, gen: row.gen };
    const document = documents.get(addressKey(address)) ?? {
      address,
      heads: [],
      archiveSeq: Number(row.archive_seq),
      lease: LEASE,
      durability: durabilityOf(row),
    };
    documents.set(addressKey(address), document);
    document.heads.push({ clientId: Number(row.client_id), seq: Number(row.seq), hash: bytesOf(row.hash) });
  }
  return [...documents.values()];
}

interface HeaderRow {
  readonly v: number;
  readonly alg: number;
  readonly device_pub: Buffer;
  readonly nonce: Buffer;
  readonly grant_jws: string;
  readonly sig: Buffer;
}
interface HeadRow {
  readonly client_id: string;
  readonly seq: string;
  readonly hash: Buffer;
}
interface EntryRow extends HeadRow {
  readonly entry: Buffer;
}
interface RoomHeadRow extends HeadRow, DocRow, DurabilityRow {
  readonly archive_seq: string;
}
interface AcknowledgedRow {
  readonly by_id: string;
  readonly archive_seq: string;
  readonly durability: Durability;
  readonly at_ms: string;
  readonly heads: Buffer;
}
