/** The migrations of the schema `archive`, read from `infra/postgres/migrations/archiver`. */
import { readFileSync, readdirSync } from 'node:fs';
import { applyMigrations, type Migration } from '@vicinal/shared/migrations.ts';
import { Client } from 'pg';

const folder = new URL('../../../infra/postgres/migrations/archiver/', import.meta.url);

export const readMigrations = (): readonly Migration[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(new URL(name, folder), 'utf8') }));

/** Brings the database at `url` up to date; resolves to the names applied. Rejects with what the database reports. */
export async function migrate(url: string, connectTimeoutMs: number): Promise<readonly string[]> {
  const client = new Client({
    connectionString: url,
    application_name: 'vicinal-archiver-migrations',
    connectionTimeoutMillis: connectTimeoutMs,
  });
  client.on('error', () => undefined); // the statement in flight rejects with it
  await client.connect();
  try {
    return await applyMigrations({ query: (sql, params) => client.query(sql, params) }, 'archive', readMigrations());
  } finally {
    await client.end().catch(() => undefined); // already broken
  }
}
