/** One transaction that makes several batches durable. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Bytes } from '@vicinal/shared/bytes.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { DocAddress, Head, LogBatch } from '@vicinal/shared/log/types.ts';
import type { Committed } from './archive-store.ts';
import { DURABILITY_COLUMNS, durabilityOf } from './connection.ts';
import type { DurabilityRow, Queryable } from './connection.ts';
import { planBatch, touchedSessions } from './plan.ts';
import type { KnownLogs, Plan, SessionState } from './plan.ts';
import { addressKey, bytesOf, columns, sessionKey } from './rows.ts';
import type { DocRow } from './rows.ts';

/** The lease this archiver holds; constant until leases exist. */
export const LEASE = 0;

export interface AppendJob {
  readonly address: DocAddress;
  readonly batch: LogBatch;
}
export interface AppendOutcome {
  /** Present when the batch was refused; nothing of it is stored. */
  readonly refusal?: AppError;
}
export interface CommitResult {
  /** In the order of the jobs. */
  readonly outcomes: readonly AppendOutcome[];
  /**
   * One per document that has entries in the batches, also when all were stored before: the answer to the commit that
   * stored them may have been lost.
   */
  readonly committed: readonly Committed[];
  readonly durability: Committed['durability'];
}

/** Runs `work` between begin and commit; on failure rolls back and throws what failed. */
export async function inTransaction<T>(db: Queryable, work: () => Promise<T>): Promise<T> {
  await db.query('begin');
  try {
    const result = await work();
    await db.query('commit');
    return result;
  } catch (error) {
    await db.query('rollback').catch(() => undefined); // a broken connection rolls back by itself
    throw error;
  }
}

interface LeaseRow extends DurabilityRow {
  readonly room: RoomId;
  readonly lease: string;
  readonly archive_seq: string;
}

/** Locks the lease rows of `rooms`, in one order for everybody, and checks that the lease is still ours. */
export async function lockLeases(db: Queryable, rooms: readonly RoomId[]): Promise<ReadonlyMap<RoomId, LeaseRow>> {
  const sorted = [...new Set(rooms)].sort();
  await db.query(
    'insert into archive.leases (room, lease) select unnest($1::text[]), $2 on conflict (room) do nothing',
    [sorted, LEASE],
  );
  const { rows } = await db.query<LeaseRow>(
    `select room, lease, archive_seq, ${DURABILITY_COLUMNS} from archive.leases where room = any($1::text[]) order by room for update`,
    [sorted],
  );
  for (const row of rows)
    if (Number(row.lease) !== LEASE) throw new AppError('conflict', 'another archiver holds the lease of a room');
  return new Map(rows.map((row) => [row.room, row]));
}

/** Must run inside a transaction; what it returns holds once that is committed. */
export async function writeAppends(db: Queryable, jobs: readonly AppendJob[]): Promise<CommitResult> {
  const leases = await lockLeases(
    db,
    jobs.map((job) => job.address.room),
  );
  const known = await readKnown(db, jobs);
  const plans: { address: DocAddress; plan: Plan }[] = [];
  const outcomes = jobs.map(({ address, batch }): AppendOutcome => {
    const planned = planBatch(address, batch, known);
    if (!planned.ok) return { refusal: planned.error };
    plans.push({ address, plan: planned.value });
    known.learn(address, planned.value);
    return {};
  });

  const documents = groupByDocument(plans);
  const growing = documents.filter((document) => document.entries.length > 0);
  const growingRooms = new Set(growing.map((document) => document.address.room));
  const seqOf = (room: RoomId): number => Number(leases.get(room)?.archive_seq ?? 0) + (growingRooms.has(room) ? 1 : 0);
  await insertHeaders(db, plans);
  await insertEntries(db, growing, seqOf);
  await advanceHeads(db, growing, known.storedHeads);
  if (growing.length > 0) {
    await db.query('update archive.leases set archive_seq = archive_seq + 1 where room = any($1::text[])', [
      [...growingRooms],
    ]);
    await db.query(
      `insert into archive.operations_log (room, doc, gen, archive_seq, kind, sessions, entries, bytes)
       select room, doc, gen, archive_seq, 'append', sessions, entries, bytes
       from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::int[], $6::int[], $7::bigint[])
         as n (room, doc, gen, archive_seq, sessions, entries, bytes)`,
      columns(growing, [
        (d) => d.address.room,
        (d) => d.address.doc,
        (d) => d.address.gen,
        (d) => seqOf(d.address.room),
        (d) => d.grown.size,
        (d) => d.entries.length,
        (d) => d.entries.reduce((sum, { encoded }) => sum + encoded.length, 0),
      ]),
    );
  }
  const [anyLease] = leases.values();
  if (anyLease === undefined) throw new TypeError('a batch has a room');
  const durability = durabilityOf(anyLease);
  return {
    outcomes,
    durability,
    committed: documents
      .filter((document) => document.heads.size > 0)
      .map((document) => ({
        address: document.address,
        heads: [...document.heads.values()],
        archiveSeq: seqOf(document.address.room),
        lease: LEASE,
        durability,
        entries: document.entries.length,
      })),
  };
}

interface GrowingDocument {
  readonly address: DocAddress;
  readonly entries: Plan['entries'][number][];
  readonly heads: Map<number, Head>;
  readonly grown: Set<number>;
}

function groupByDocument(plans: readonly { address: DocAddress; plan: Plan }[]): GrowingDocument[] {
  const documents = new Map<string, GrowingDocument>();
  for (const { address, plan } of plans) {
    const key = addressKey(address);
    const document = documents.get(key) ?? {
      address,
      entries: [],
      heads: new Map<number, Head>(),
      grown: new Set<number>(),
    };
    documents.set(key, document);
    document.entries.push(...plan.entries);
    for (const clientId of plan.grown) document.grown.add(clientId);
    for (const head of plan.heads) document.heads.set(head.clientId, head);
  }
  return [...documents.values()];
}

interface KnownInTransaction extends KnownLogs {
  /** Heads before this transaction: what compare-and-set compares with. */
  storedHeads(address: DocAddress, clientId: number): SessionState | undefined;
  learn(address: DocAddress, plan: Plan): void;
}

async function readKnown(db: Queryable, jobs: readonly AppendJob[]): Promise<KnownInTransaction> {
  const wanted = jobs.flatMap(({ address, batch }) =>
    [...touchedSessions(batch)].map((clientId) => ({ address, clientId })),
  );
  const { rows } = await db.query<SessionRow>(
    `select h.room, h.doc, h.gen, h.client_id, h.header_hash, h.grant_jws, s.seq, s.hash
     from (select distinct * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[])) as w (room, doc, gen, client_id)
     join archive.headers h using (room, doc, gen, client_id)
     left join archive.session_heads s using (room, doc, gen, client_id)`,
    columns(wanted, [(w) => w.address.room, (w) => w.address.doc, (w) => w.address.gen, (w) => w.clientId]),
  );
  const stored = new Map<string, SessionState>();
  for (const row of rows) {
    stored.set(sessionKey(row, Number(row.client_id)), {
      headerHash: bytesOf(row.header_hash),
      grant: row.grant_jws,
      seq: row.seq === null ? 0 : Number(row.seq),
      hash: bytesOf(row.hash ?? row.header_hash),
    });
  }
  const entries = await readRepeated(db, jobs, stored);
  const sessions = new Map(stored);
  return {
    session: (address, clientId) => sessions.get(sessionKey(address, clientId)),
    entry: (address, clientId, seq) => entries.get(`${sessionKey(address, clientId)}:${seq}`),
    storedHeads: (address, clientId) => stored.get(sessionKey(address, clientId)),
    learn(address, plan) {
      for (const [clientId, state] of plan.sessions) sessions.set(sessionKey(address, clientId), state);
      for (const { clientId, seq, encoded } of plan.entries)
        entries.set(`${sessionKey(address, clientId)}:${seq}`, encoded);
    },
  };
}

/** Stored entries that the batches bring again: they have to be the same ones. */
async function readRepeated(db: Queryable, jobs: readonly AppendJob[], stored: ReadonlyMap<string, SessionState>) {
  const repeated = jobs.flatMap(({ address, batch }) =>
    batch.entries
      .filter((entry) => entry.seq <= (stored.get(sessionKey(address, entry.clientId))?.seq ?? 0))
      .map((entry) => ({ address, entry })),
  );
  const found = new Map<string, Bytes>();
  if (repeated.length === 0) return found;
  const { rows } = await db.query<EntryRow>(
    `select room, doc, gen, client_id, seq, entry
     from (select distinct * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])) as w (room, doc, gen, client_id, seq)
     join archive.envelopes using (room, doc, gen, client_id, seq)`,
    columns(repeated, [
      (r) => r.address.room,
      (r) => r.address.doc,
      (r) => r.address.gen,
      (r) => r.entry.clientId,
      (r) => r.entry.seq,
    ]),
  );
  for (const row of rows) found.set(`${sessionKey(row, Number(row.client_id))}:${row.seq}`, bytesOf(row.entry));
  return found;
}

interface SessionRow extends DocRow {
  readonly client_id: string;
  readonly header_hash: Buffer;
  readonly grant_jws: string;
  readonly seq: string | null;
  readonly hash: Buffer | null;
}
interface EntryRow extends DocRow {
  readonly client_id: string;
  readonly seq: string;
  readonly entry: Buffer;
}

async function insertHeaders(db: Queryable, plans: readonly { address: DocAddress; plan: Plan }[]): Promise<void> {
  const fresh = plans.flatMap(({ plan }) => plan.newHeaders);
  if (fresh.length > 0) {
    await db.query(
      `insert into archive.headers (room, doc, gen, client_id, v, alg, device_pub, nonce, grant_jws, sig, header_hash)
       select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::int[], $6::smallint[], $7::bytea[], $8::bytea[], $9::text[], $10::bytea[], $11::bytea[])`,
      columns(fresh, [
        ({ header }) => header.room,
        ({ header }) => header.doc,
        ({ header }) => header.gen,
        ({ clientId }) => clientId,
        ({ header }) => header.v,
        ({ header }) => header.alg,
        ({ header }) => header.devicePub,
        ({ header }) => header.nonce,
        ({ header }) => header.grant,
        ({ header }) => header.sig,
        ({ hash }) => hash,
      ]),
    );
  }
  const completed = plans.flatMap(({ address, plan }) => plan.completedGrants.map((grant) => ({ address, ...grant })));
  if (completed.length > 0) {
    await db.query(
      `update archive.headers h set grant_jws = n.grant_jws
       from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[]) as n (room, doc, gen, client_id, grant_jws)
       where h.room = n.room and h.doc = n.doc and h.gen = n.gen and h.client_id = n.client_id`,
      columns(completed, [
        (c) => c.address.room,
        (c) => c.address.doc,
        (c) => c.address.gen,
        (c) => c.clientId,
        (c) => c.grant,
      ]),
    );
  }
}

async function insertEntries(
  db: Queryable,
  growing: readonly GrowingDocument[],
  seqOf: (room: RoomId) => number,
): Promise<void> {
  const fresh = growing.flatMap(({ address, entries }) =>
    entries.map((planned, place) => ({ address, place, ...planned })),
  );
  if (fresh.length === 0) return;
  await db.query(
    `insert into archive.envelopes (room, doc, gen, client_id, seq, entry, hash, archive_seq, place)
     select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[], $8::bigint[], $9::int[])`,
    columns(fresh, [
      (f) => f.address.room,
      (f) => f.address.doc,
      (f) => f.address.gen,
      (f) => f.clientId,
      (f) => f.seq,
      (f) => f.encoded,
      (f) => f.hash,
      (f) => seqOf(f.address.room),
      (f) => f.place,
    ]),
  );
}

/** Compare-and-set: a head that moved under us is a second writer, and nothing of this transaction may stay. */
async function advanceHeads(
  db: Queryable,
  growing: readonly GrowingDocument[],
  storedHead: KnownInTransaction['storedHeads'],
): Promise<void> {
  const heads = growing.flatMap(({ address, heads: touched, grown }) =>
    [...touched.values()]
      .filter((head) => grown.has(head.clientId))
      .map((head) => {
        const before = storedHead(address, head.clientId);
        return { address, head, oldSeq: before?.seq ?? 0, oldHash: before?.hash ?? head.hash };
      }),
  );
  if (heads.length === 0) return;
  const { rowCount } = await db.query(
    `insert into archive.session_heads as s (room, doc, gen, client_id, seq, hash)
     select room, doc, gen, client_id, seq, hash
     from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bigint[], $8::bytea[])
       as n (room, doc, gen, client_id, seq, hash, old_seq, old_hash)
     on conflict (room, doc, gen, client_id) do update set seq = excluded.seq, hash = excluded.hash
     where (s.room, s.doc, s.gen, s.client_id, s.seq, s.hash) in (
       select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $7::bigint[], $8::bytea[])
     )`,
    columns(heads, [
      (h) => h.address.room,
      (h) => h.address.doc,
      (h) => h.address.gen,
      (h) => h.head.clientId,
      (h) => h.head.seq,
      (h) => h.head.hash,
      (h) => h.oldSeq,
      (h) => h.oldHash,
    ]),
  );
  if (rowCount !== heads.length) throw new AppError('conflict', 'a session head moved outside this archiver');
}
