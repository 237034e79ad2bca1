/** Storage of open rooms: a signed state and the signed batches after it. One connection, which holds the lock. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { equalBytes, type Bytes } from '@vicinal/shared/bytes.ts';
import type { ArchiveDurability } from './archive-store.ts';
import { inTransaction } from './commit.ts';
import {
  connectWriter,
  DURABILITY_COLUMNS,
  durabilityOf,
  type ConnectionLimits,
  type DurabilityRow,
  type Queryable,
  type WriterConnection,
} from './connection.ts';
import { bytesOf } from './rows.ts';

/** What an archiver took from an open room and signed (`openRoomMessage`). */
export interface SignedBody {
  /** Of a batch its number, from 1 without gaps; of a state the last number that it covers. */
  readonly seq: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly body: Bytes;
  /** Raw Ed25519 public key. */
  readonly signer: Bytes;
  readonly sig: Bytes;
}
export interface StoredOpenRoom {
  readonly state: SignedBody | undefined;
  /** Batches after the state, in order. */
  readonly updates: readonly SignedBody[];
}

/**
 * Every call rejects with what the database reports, or with 'conflict' when another archiver writes; a later call
 * connects again.
 */
export interface OpenRoomStore {
  /** An unknown room is empty. */
  load(room: string): Promise<StoredOpenRoom>;
  /** Repeating it is harmless. Resolves when committed, with what that means. */
  append(room: string, batch: SignedBody): Promise<ArchiveDurability>;
  /** Replaces the state, and the batches that it covers. Resolves when committed. */
  compact(room: string, state: SignedBody): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

interface SignedRow {
  readonly seq: string;
  readonly at_ms: string;
  readonly body: Buffer;
  readonly signer: Buffer;
  readonly sig: Buffer;
}
const signedOf = (row: SignedRow): SignedBody => ({
  seq: Number(row.seq),
  at: Number(row.at_ms),
  body: bytesOf(row.body),
  signer: bytesOf(row.signer),
  sig: bytesOf(row.sig),
});

/** Connects when first used. The schema must be up to date. */
export function createOpenRoomStore(url: string, limits: ConnectionLimits): OpenRoomStore {
  let connection: WriterConnection | undefined;
  let isClosed = false;
  let tail: Promise<unknown> = Promise.resolve();

  /** One after the other: rooms share the connection, and transactions must not mix. */
  const run = <T>(work: (db: Queryable) => Promise<T>): Promise<T> => {
    const result = tail.then(async () => {
      if (isClosed) throw new AppError('shutting-down');
      if (connection?.isOpen !== true) {
        await connection?.end();
        connection = await connectWriter(url, 'vicinal/open-rooms', limits);
      }
      return work(connection);
    });
    tail = result.catch(() => undefined); // its caller hears it
    return result;
  };

  return {
    load: (room) =>
      run((db) =>
        inTransaction(db, async () => {
          await db.query('insert into archive.open_rooms (room) values ($1) on conflict (room) do nothing', [room]);
          const states = await db.query<SignedRow>(
            'select seq, at_ms, state as body, signer, sig from archive.open_rooms where room = $1 and state is not null',
            [room],
          );
          const updates = await db.query<SignedRow>(
            'select seq, at_ms, body, signer, sig from archive.open_room_updates where room = $1 order by seq',
            [room],
          );
          const [state] = states.rows;
          return { state: state && signedOf(state), updates: updates.rows.map(signedOf) };
        }),
      ),
    append: (room, { seq, body, at, signer, sig }) =>
      run(async (db) => {
        const { rowCount } = await db.query(
          `insert into archive.open_room_updates (room, seq, body, at_ms, signer, sig) values ($1, $2, $3, $4, $5, $6)
           on conflict (room, seq) do nothing`,
          [room, seq, body, at, signer, sig],
        );
        if (rowCount === 0) {
          const { rows } = await db.query<{ sig: Buffer }>(
            'select sig from archive.open_room_updates where room = $1 and seq = $2',
            [room, seq],
          );
          // The answer to the first try may have been lost.
          if (rows[0] === undefined || !equalBytes(rows[0].sig, sig))
            throw new AppError('storage-failed', 'another batch has this number');
        }
        const { rows } = await db.query<DurabilityRow>(`select ${DURABILITY_COLUMNS}`);
        return rows[0] === undefined ? 'archive-os' : durabilityOf(rows[0]);
      }),
    compact: (room, { seq, body, at, signer, sig }) =>
      run((db) =>
        inTransaction(db, async () => {
          await db.query(
            `update archive.open_rooms set seq = $2, state = $3, at_ms = $4, signer = $5, sig = $6
             where room = $1 and seq <= $2`,
            [room, seq, body, at, signer, sig],
          );
          await db.query('delete from archive.open_room_updates where room = $1 and seq <= $2', [room, seq]);
        }),
      ),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await tail;
      await connection?.end();
    },
  };
}
