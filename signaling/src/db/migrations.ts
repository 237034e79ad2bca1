/** The migrations of the schema `signaling`, read from `infra/postgres/migrations/signaling`. */
import { readdirSync, readFileSync } from 'node:fs';
import { applyMigrations, migrationState, type Migration } from '@vicinal/shared/migrations.ts';
import { SCHEMA, type Database, type Db } from './pool.ts';

const folder = new URL('../../../infra/postgres/migrations/signaling/', import.meta.url);

export function readMigrations(): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(new URL(name, folder), 'utf8') }));
}

const clientOf = (db: Db) => ({ query: (sql: string, params?: unknown[]) => db.query<unknown>(sql, params ?? []) });

export const migrate = (database: Database, migrations: readonly Migration[]): Promise<readonly string[]> =>
  database.session((db) => applyMigrations(clientOf(db), SCHEMA, migrations));

export const readMigrationState = (
  database: Database,
  migrations: readonly Migration[],
): Promise<'ok' | 'pending' | 'unknown'> => database.session((db) => migrationState(clientOf(db), SCHEMA, migrations));
