/** A small runner for plain SQL migrations, used by both servers, each in a schema of its own. */
import { AppError } from './app-error.ts';
import { sha256, toHex, utf8 } from './bytes.ts';

/** One migration. `name` sorts in the order of application (`001-accounts.sql`); `sql` never changes once released. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** One database connection (not a pool: the advisory lock and transactions belong to a session). */
export interface MigrationClient {
  query(sql: string, params?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * Applies what is missing, in order of name, each in a transaction of its own with `search_path` set to `schema`
 * (created when absent). Concurrent callers wait for each other on an advisory lock. Throws `conflict` when a migration
 * that was applied has changed since or is not known any more (a newer release has used the database), and whatever the
 * database throws; what was applied before stays. Resolves to the names applied now.
 */
export async function applyMigrations(
  client: MigrationClient,
  schema: string,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const quoted = quoteSchema(schema);
  const lock = lockKey(schema);
  await client.query('select pg_advisory_lock($1::bigint)', [lock]);
  try {
    await client.query(`create schema if not exists ${quoted}`);
    await client.query(
      `create table if not exists ${quoted}.migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
    const missing = findMissing(migrations, await readApplied(client, quoted));
    for (const migration of missing) {
      await client.query('begin');
      try {
        await client.query(`set local search_path to ${quoted}`);
        await client.query(migration.sql);
        await client.query(`insert into ${quoted}.migrations (name, checksum) values ($1, $2)`, [
          migration.name,
          checksum(migration),
        ]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    }
    return missing.map((migration) => migration.name);
  } finally {
    await client.query('select pg_advisory_unlock($1::bigint)', [lock]);
  }
}

/**
 * Whether `schema` holds exactly these migrations. Reads only: `pending` also when the schema does not exist yet,
 * `unknown` when the database holds others (changed, or of a newer release).
 */
export async function migrationState(
  client: MigrationClient,
  schema: string,
  migrations: readonly Migration[],
): Promise<'ok' | 'pending' | 'unknown'> {
  const quoted = quoteSchema(schema);
  const found = await client.query('select to_regclass($1) is not null as found', [`${quoted}.migrations`]);
  const row = found.rows[0];
  if (typeof row !== 'object' || row === null || !('found' in row) || row.found !== true) return 'pending';
  try {
    return findMissing(migrations, await readApplied(client, quoted)).length === 0 ? 'ok' : 'pending';
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return 'unknown';
    throw error;
  }
}

async function readApplied(client: MigrationClient, quoted: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query(`select name, checksum from ${quoted}.migrations`);
  // The table was made above with these two text columns.
  return new Map((rows as { name: string; checksum: string }[]).map((row) => [row.name, row.checksum]));
}

function findMissing(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): readonly Migration[] {
  const sorted = [...migrations].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const names = new Set(sorted.map((migration) => migration.name));
  if (names.size !== sorted.length) throw new TypeError('two migrations share a name');
  for (const name of applied.keys()) {
    if (!names.has(name)) throw new AppError('conflict', `migration ${name} is not known to this release`);
  }
  for (const migration of sorted) {
    const recorded = applied.get(migration.name);
    if (recorded !== undefined && recorded !== checksum(migration)) {
      throw new AppError('conflict', `migration ${migration.name} has changed since it was applied`);
    }
  }
  return sorted.filter((migration) => !applied.has(migration.name));
}

const checksum = (migration: Migration): string => toHex(sha256(utf8(migration.sql)));

function quoteSchema(schema: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(schema)) throw new TypeError('schema name');
  return `"${schema}"`;
}

/** First 8 bytes of SHA-256 as a signed 64-bit integer in decimal, as `pg_advisory_lock` takes it. */
function lockKey(schema: string): string {
  const digest = sha256(utf8(`vicinal/migrations/v1\0${schema}`));
  return new DataView(digest.buffer).getBigInt64(0).toString();
}
