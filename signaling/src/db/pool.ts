/** The connection pool; the only importer of pg besides its siblings in this folder. */
import pg from 'pg';
import type { Logger } from '@vicinal/shared/logger.ts';
import { errorFields } from '../log.ts';

/** A pool or one connection inside a transaction. `rows` are typed by the caller, who wrote the statement. */
export interface Db {
  query<Row>(sql: string, params?: readonly unknown[]): Promise<{ readonly rows: Row[]; readonly count: number }>;
}

export interface Database extends Db {
  /** Runs `work` on one connection between BEGIN and COMMIT; rolls back and rethrows when it throws. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Lends one connection without a transaction, for session-level locks. */
  session<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly maxConnections: number;
  readonly logger: Logger;
}

export const SCHEMA = 'signaling';

/** Opens no connection yet. Every one it opens works in the schema `signaling`. */
export function createDatabase({ url, maxConnections, logger }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'vicinal-signaling',
    options: `-c search_path=${SCHEMA}`,
  });
  // Without a listener a connection lost while idle ends the process; the pool replaces it by itself.
  pool.on('error', (error) => logger.warn('database-connection-lost', errorFields(error)));
  let closing: Promise<void> | undefined;

  const session = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let failure: Error | undefined;
    const onError = (error: Error): void => {
      failure = error;
    };
    client.on('error', onError);
    try {
      return await work(wrap(client));
    } finally {
      client.off('error', onError);
      client.release(failure);
    }
  };

  return {
    ...wrap(pool),
    session,
    transaction: (work) =>
      session(async (db) => {
        await db.query('begin');
        try {
          const result = await work(db);
          await db.query('commit');
          return result;
        } catch (error) {
          await db.query('rollback').catch(() => undefined); // the connection is gone, and the transaction with it
          throw error;
        }
      }),
    close: () => (closing ??= pool.end()),
  };
}

/** SQLSTATE of a unique violation. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '23505';

function wrap(client: pg.Pool | pg.PoolClient): Db {
  return {
    query: async <Row>(sql: string, params: readonly unknown[] = []) => {
      const result = await client.query(sql, [...params]);
      return { rows: result.rows as Row[], count: result.rowCount ?? 0 }; // the caller's statement names the columns
    },
  };
}
