/** The archive's store over Postgres (protocol.md 8). */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Bytes } from '@vicinal/shared/bytes.ts';
import { sha256 } from '@vicinal/shared/bytes.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { encodeCheckpoint, encodeHeads, entrySize, headerSize } from '@vicinal/shared/log/envelope.ts';
import type { Checkpoint, DocAddress, LogBatch, Receipt, StoredReceiptHeads } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { StoreMetrics } from '../metrics.ts';
import type { ArchiveDurability, ArchiveState, ArchiveStore, Committed } from './archive-store.ts';
import { createBatchWriter } from './batch-writer.ts';
import type { WriteJob, WriterLimits } from './batch-writer.ts';
import { inTransaction, lockLeases, writeAppends } from './commit.ts';
import type { CommitResult } from './commit.ts';
import { connectWriter, createReaders, errorCodeOf } from './connection.ts';
import type { ConnectionLimits, Queryable } from './connection.ts';
import { migrate } from './migrations.ts';
import { readCheckpoint, readLog, readRoomHeads } from './read.ts';
import { addressKey, bytesOf, columns } from './rows.ts';

/** Months of partitions made ahead of time. */
const PARTITION_MONTHS = 3;
/** Older checkpoints of a document are removed: each is a cache of what the log says. */
const CHECKPOINTS_KEPT = 2;

export interface PgArchiveStoreOptions {
  readonly url: string;
  readonly workspace: WorkspaceId;
  readonly limits: WriterLimits & ConnectionLimits & { readonly checkIntervalMs: number };
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics?: StoreMetrics;
}

type Job = AppendJob | ReceiptJob;
interface AppendJob extends WriteJob {
  readonly kind: 'append';
  readonly address: DocAddress;
  readonly batch: LogBatch;
  settle(durability: ArchiveDurability): void;
}
interface ReceiptJob extends WriteJob {
  readonly kind: 'receipt';
  readonly receipt: Receipt;
  settle(): void;
}
interface Events {
  readonly committed: readonly [Committed];
  readonly state: readonly [ArchiveState];
}

/**
 * Applies the migrations, takes the workspace's lock and reads the archive's identity. Rejects when that fails: with
 * 'conflict' while another archiver of the workspace holds the lock, else with what the database reports.
 */
export async function openPgArchiveStore(options: PgArchiveStoreOptions): Promise<ArchiveStore> {
  const { url, workspace, limits, clock, logger, metrics } = options;
  await migrate(url, limits.connectTimeoutMs);
  const emitter = new Emitter<Events>((error) => logger.error('archive.listener-failed', { error: String(error) }));
  const readers = createReaders(url, limits);
  /** Documents whose last read failed: nothing is written to them. */
  const unreadable = new Set<string>();
  let state: ArchiveState = 'failing';
  const setState = (next: ArchiveState): void => {
    if (state === next || state === 'closed') return;
    state = next;
    emitter.emit('state', next);
  };

  const writer = createBatchWriter<Job>({
    connect: () => connectWriter(url, `vicinal/archive/${workspace}`, limits),
    commit: async (db, jobs) => {
      const startedAt = clock.monotonic();
      const result = await inTransaction(db, () => write(db, jobs)).catch((error: unknown) => {
        metrics?.commitFailed();
        throw error;
      });
      if (result !== undefined)
        metrics?.committed(
          result.committed.reduce((sum, { entries }) => sum + entries, 0),
          (clock.monotonic() - startedAt) / 1000,
        );
      for (const committed of result?.committed ?? []) emitter.emit('committed', committed);
      return settlements(jobs, result);
    },
    limits,
    clock,
    random: options.random,
    logger,
    onState: (isReady) => setState(isReady ? 'ready' : 'failing'),
  });

  const reading = async <T>(what: string, read: (db: Queryable) => Promise<T>): Promise<T> => {
    try {
      return await readers.snapshot(read);
    } catch (error) {
      logger.warn('archive.read-failed', { what, code: errorCodeOf(error) });
      throw new AppError('storage-failed', `${what} could not be read`, { cause: error });
    }
  };
  const upkeep = async (what: string, work: (db: Queryable) => Promise<unknown>): Promise<void> => {
    try {
      await writer.run(work);
    } catch (error) {
      logger.warn('archive.upkeep-failed', { what, code: errorCodeOf(error) });
      throw new AppError('storage-failed', what, { cause: error });
    }
  };

  let archiveId: Bytes;
  try {
    archiveId = await writer.run(async (db) => {
      await db.query('select archive.create_partitions_ahead($1)', [PARTITION_MONTHS]);
      const { rows } = await db.query<{ archive_id: Buffer }>('select archive_id from archive.archive_meta');
      if (rows[0] === undefined) throw new AppError('storage-failed', 'the archive has no identity');
      return bytesOf(rows[0].archive_id);
    });
  } catch (error) {
    await Promise.all([writer.close(), readers.end()]);
    throw error;
  }

  /** Notices a broken idle connection and brings it back before somebody waits for it. */
  let cancelCheck: () => void = () => undefined;
  const check = (): void => {
    cancelCheck = clock.after(limits.checkIntervalMs, () => {
      void upkeep('connection', (db) => db.query('select 1'))
        .catch(() => undefined) // logged; tried again below
        .finally(() => {
          if (state !== 'closed') check();
        });
    });
  };
  check();

  return {
    archiveId,
    get state() {
      return state === 'ready' && !writer.isReady ? 'failing' : state;
    },
    get pendingBytes() {
      return writer.pendingBytes;
    },
    async load(address) {
      const key = addressKey(address);
      try {
        if (!(await settledWithin(writer.idle(key), limits.statementTimeoutMs, clock))) {
          throw new AppError('storage-failed', 'entries of the document still wait to be written');
        }
        const log = await reading('log', (db) => readLog(db, address));
        unreadable.delete(key);
        return log;
      } catch (error) {
        unreadable.add(key);
        throw error;
      }
    },
    append(address, batch) {
      const key = addressKey(address);
      if (unreadable.has(key))
        return Promise.reject(
          new AppError('storage-failed', 'the document could not be read: nothing is written to it'),
        );
      const startedAt = clock.monotonic();
      return new Promise((resolve, reject) => {
        const settle = (durability: ArchiveDurability): void => {
          metrics?.appended((clock.monotonic() - startedAt) / 1000);
          resolve(durability);
        };
        writer.add({ kind: 'append', address, batch, key, bytes: sizeOf(batch), settle, fail: reject });
      });
    },
    saveCheckpoint: (checkpoint) =>
      upkeep('checkpoint', (db) => inTransaction(db, () => writeCheckpoint(db, checkpoint))),
    saveReceipted: (address, heads) => upkeep('acknowledgement', (db) => writeAcknowledged(db, address, heads)),
    roomHeads: (room) => reading('heads', (db) => readRoomHeads(db, room)),
    checkpoint: (address) => reading('checkpoint', (db) => readCheckpoint(db, address)),
    recordReceipt: (receipt) =>
      new Promise((resolve, reject) => {
        const bytes = 256 + receipt.heads.length * 48;
        writer.add({ kind: 'receipt', receipt, key: `receipt/${receipt.room}`, bytes, settle: resolve, fail: reject });
      }),
    flush: () => writer.idle(),
    maintain: () =>
      upkeep('partitions', (db) => db.query('select archive.create_partitions_ahead($1)', [PARTITION_MONTHS])),
    on: (event: keyof Events, listener: (value: never) => void) => emitter.on(event, listener as () => void), // overloads pair event and listener
    async close() {
      if (state === 'closed') return;
      cancelCheck();
      await writer.close();
      setState('closed');
      await readers.end();
      emitter.clear();
    },
  };
}

async function write(db: Queryable, jobs: readonly Job[]): Promise<CommitResult | undefined> {
  const appends = jobs.filter((job) => job.kind === 'append');
  const receipts = jobs.filter((job) => job.kind === 'receipt').map((job) => job.receipt);
  const result = appends.length > 0 ? await writeAppends(db, appends) : undefined;
  if (receipts.length > 0) {
    await db.query(
      `insert into archive.receipts (room, doc, gen, lease, archive_seq, durability, heads, sig)
       select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::bytea[], $8::bytea[])`,
      columns(receipts, [
        (r) => r.room,
        (r) => r.doc,
        (r) => r.gen,
        (r) => r.lease,
        (r) => r.archiveSeq,
        (r) => r.durability,
        (r) => encodeHeads(r.heads),
        (r) => r.sig,
      ]),
    );
  }
  return result;
}

/** What each job is told once the transaction is committed, in the order of the jobs. */
function settlements(jobs: readonly Job[], result: CommitResult | undefined): readonly (() => void)[] {
  const outcomes = [...(result?.outcomes ?? [])];
  return jobs.map((job) => {
    if (job.kind === 'receipt') return () => job.settle();
    const refusal = outcomes.shift()?.refusal;
    return refusal !== undefined || result === undefined
      ? () => job.fail(refusal ?? new AppError('storage-failed', 'nothing was written'))
      : () => job.settle(result.durability);
  });
}

/** A checkpoint names only what is stored: every session's head has to be there with the same hash. */
async function writeCheckpoint(db: Queryable, checkpoint: Checkpoint): Promise<void> {
  const { room, doc, gen, archiveSeq } = checkpoint;
  const leases = await lockLeases(db, [room]);
  if (archiveSeq > Number(leases.get(room)?.archive_seq ?? 0))
    throw new AppError('storage-failed', 'a checkpoint of what is not stored');
  const { rows } = await db.query<{ found: string }>(
    `select count(*) as found from archive.envelopes
     join unnest($4::bigint[], $5::bytea[]) as n (seq, hash) using (seq, hash)
     where room = $1 and doc = $2 and gen = $3`,
    [room, doc, gen, ...columns(checkpoint.sessions, [(s) => s.seq, (s) => s.hash])],
  );
  if (Number(rows[0]?.found) !== checkpoint.sessions.length)
    throw new AppError('storage-failed', 'a checkpoint names heads that are not stored');
  const body = encodeCheckpoint(checkpoint);
  await db.query(
    `insert into archive.checkpoints (room, doc, gen, archive_seq, body, sha256) values ($1, $2, $3, $4, $5, $6)
     on conflict (room, doc, gen, archive_seq) do update set body = excluded.body, sha256 = excluded.sha256`,
    [room, doc, gen, archiveSeq, body, sha256(body)],
  );
  await db.query(
    `delete from archive.checkpoints where room = $1 and doc = $2 and gen = $3 and archive_seq not in (
       select archive_seq from archive.checkpoints where room = $1 and doc = $2 and gen = $3 order by archive_seq desc limit $4)`,
    [room, doc, gen, CHECKPOINTS_KEPT],
  );
  await db.query(
    `insert into archive.operations_log (room, doc, gen, archive_seq, kind, sessions, entries, bytes) values ($1, $2, $3, $4, 'checkpoint', $5, 0, $6)`,
    [room, doc, gen, archiveSeq, checkpoint.sessions.length, body.length],
  );
}

const writeAcknowledged = (db: Queryable, address: DocAddress, heads: StoredReceiptHeads) =>
  db.query(
    `insert into archive.acknowledged (room, doc, gen, by_id, archive_seq, durability, at_ms, heads) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (room, doc, gen, by_id) do update set archive_seq = excluded.archive_seq, durability = excluded.durability,
       at_ms = excluded.at_ms, heads = excluded.heads`,
    [
      address.room,
      address.doc,
      address.gen,
      heads.by,
      heads.archiveSeq,
      heads.durability,
      Math.trunc(heads.at),
      encodeHeads(heads.heads),
    ],
  );

const sizeOf = (batch: LogBatch): number =>
  batch.headers.reduce((sum, header) => sum + headerSize(header), 0) +
  batch.entries.reduce((sum, entry) => sum + entrySize(entry), 0);

/** False when `work` is not done after `timeoutMs`. */
function settledWithin(work: Promise<void>, timeoutMs: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, () => resolve(false));
    void work.then(() => {
      cancel();
      resolve(true);
    });
  });
}
