/** Connections to Postgres: the one that writes, holding the workspace's lock, and those that read. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { Client, DatabaseError, Pool } from 'pg';
import type { ArchiveDurability } from './archive-store.ts';

/** What statements need of a connection. */
export interface Queryable {
  query<Row>(sql: string, params?: unknown[]): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** The connection that writes. Losing it loses the lock with it, so nobody writes without holding the lock. */
export interface WriterConnection extends Queryable {
  /** False once the connection broke; it never comes back. */
  readonly isOpen: boolean;
  end(): Promise<void>;
}

export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly maxReaders: number;
}

/** Settings of this session that say what a commit means; part of every commit, because a reload can change them. */
export const DURABILITY_COLUMNS = `current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit`;
export interface DurabilityRow {
  readonly fsync: string;
  readonly synchronous_commit: string;
}
export const durabilityOf = (row: DurabilityRow): ArchiveDurability =>
  row.fsync === 'on' && (row.synchronous_commit === 'on' || row.synchronous_commit === 'remote_apply')
    ? 'archive-disk'
    : 'archive-os';

/** Opens the writing connection and takes the lock of that name. Rejects with 'conflict' while another archiver holds it. */
export async function connectWriter(url: string, lock: string, limits: ConnectionLimits): Promise<WriterConnection> {
  const client = new Client({
    connectionString: url,
    application_name: 'vicinal-archiver-writer',
    connectionTimeoutMillis: limits.connectTimeoutMs,
    query_timeout: limits.statementTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    lock_timeout: limits.statementTimeoutMs,
    idle_in_transaction_session_timeout: limits.statementTimeoutMs,
    keepAlive: true,
  });
  let isOpen = true;
  client.on('error', () => (isOpen = false)); // the query in flight rejects with it; a broken idle connection is found by isOpen
  client.on('end', () => (isOpen = false));
  try {
    await client.connect();
    // A half-open connection would keep the lock for hours otherwise. Ignored on Unix sockets.
    await client.query('set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3');
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
      [lock],
    );
    if (rows[0]?.held !== true) throw new AppError('conflict', 'another archiver holds the lock');
  } catch (error) {
    isOpen = false;
    await client.end().catch(() => undefined); // already broken
    throw error;
  }
  return {
    get isOpen() {
      return isOpen;
    },
    query: async <Row>(sql: string, params: unknown[] = []) => {
      const result = await client.query(sql, params);
      return { rows: result.rows as Row[], rowCount: result.rowCount }; // each statement knows its own columns
    },
    end: async () => {
      isOpen = false;
      await client.end().catch(() => undefined); // already broken
    },
  };
}

/** Connections that only read, each use inside one snapshot. */
export interface Readers {
  snapshot<T>(read: (db: Queryable) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

export function createReaders(url: string, limits: ConnectionLimits): Readers {
  const pool = new Pool({
    connectionString: url,
    application_name: 'vicinal-archiver-reader',
    max: limits.maxReaders,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    query_timeout: limits.statementTimeoutMs,
    idle_in_transaction_session_timeout: limits.statementTimeoutMs,
  });
  pool.on('error', () => undefined); // an idle connection broke; the pool replaces it
  return {
    async snapshot(read) {
      const client = await pool.connect();
      let failure: unknown;
      try {
        await client.query('begin isolation level repeatable read read only');
        const result = await read({
          query: async <Row>(sql: string, params: unknown[] = []) => {
            const { rows, rowCount } = await client.query(sql, params);
            return { rows: rows as Row[], rowCount }; // each statement knows its own columns
          },
        });
        await client.query('commit');
        return result;
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        client.release(failure !== undefined); // a connection that failed once is not used again
      }
    },
    end: () => pool.end(),
  };
}

/**
 * Whether trying again can help. Data and constraint violations (classes 22 and 23) are the batch's own fault; all else
 * (connections, disk full, I/O errors, restarts, fail-over, missing rights) is the server's, and somebody may repair it.
 */
export const isRetryable = (error: unknown): boolean =>
  !(error instanceof AppError && error.code !== 'conflict') &&
  !(error instanceof DatabaseError && error.code !== undefined && /^2[23]/.test(error.code));

/** SQLSTATE or errno, for logs: messages of the database may quote content. */
export const errorCodeOf = (error: unknown): string => {
  if (error instanceof AppError) return error.code;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
};
