/** A restore from start to end. Everything is checked before anything is touched; the database changes in one transaction. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { QUEUE_SCHEMA } from '@vicinal/archiver/jobs/queue.ts';
import { readMigrations as archiveMigrations } from '@vicinal/archiver/store/migrations.ts';
import { AppError } from '@vicinal/shared/app-error.ts';
import { sha256, toHex, utf8 } from '@vicinal/shared/bytes.ts';
import { applyMigrations, type Migration } from '@vicinal/shared/migrations.ts';
import { readMigrations as signalingMigrations } from '@vicinal/signaling/db/migrations.ts';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { asBackupError, BackupError } from './backup-error.ts';
import { abandon, connect, demandStopped, SESSION_FORMAT } from './connection.ts';
import { type DatabasePart, type Manifest, readManifest, type SchemaName, storedFiles } from './manifest.ts';
import { hashFile } from './private-files.ts';
import { demandFree, prepareFiles } from './state-files.ts';
import { hasSchema, qualified, quoted, readTables } from './tables.ts';
import { type Verified, verifyDocuments } from './verify-documents.ts';

/** More changes of access than happen to one room between a backup and its restore. */
const EPOCHS_AHEAD = 100_000;

const MIGRATIONS: Readonly<Record<SchemaName, () => readonly Migration[]>> = {
  signaling: signalingMigrations,
  archive: archiveMigrations,
};

/** Whether people or documents are in a schema: one that was only just made by a first start holds neither. */
const IN_USE: Readonly<Record<SchemaName, string>> = {
  signaling: 'select exists (select from signaling.users) as used',
  archive: 'select exists (select from archive.headers) as used',
};

/** What must not be as it was. */
const AFTERWARDS: Readonly<Record<SchemaName, readonly string[]>> = {
  // what was revoked since must not be worth more than what is revoked from now on
  signaling: [
    `update signaling.rooms set access_epoch = access_epoch + ${EPOCHS_AHEAD}`,
    `update signaling.workspace_archivers set access_epoch = access_epoch + ${EPOCHS_AHEAD}`,
  ],
  // by a new id devices notice what is missing, and send it again
  archive: ['update archive.archive_meta set archive_id = uuid_send(gen_random_uuid())'],
};

/** Reads the backup and compares every file with its hash. Throws BackupError. */
export async function checkBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  for (const { file, bytes, sha256: expected } of storedFiles(manifest)) {
    const found = await hashFile(join(folder, file)).catch(() => undefined); // absent: as damaged as changed
    if (found?.sha256 !== expected || found.bytes !== bytes) throw new BackupError('backup-damaged', file);
  }
  for (const part of manifest.databases) migrationsAt(part);
  return manifest;
}

export interface RestoreOptions {
  /** Folder and manifest as `checkBackup` found them. */
  readonly from: string;
  readonly manifest: Manifest;
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Replaces what is there. */
  readonly isForced: boolean;
  /** Rebuilds every document before anything counts. */
  readonly isVerified: boolean;
}

export interface Restored {
  readonly rows: number;
  readonly verified?: Verified;
}

/** Throws BackupError; then database and files are as they were, but with 'files-not-placed' (the database is the backup's). */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { from, manifest, dataDir } = options;
  if (!options.isForced) await demandFree(dataDir, manifest.files);
  const client = await connect(options.databaseUrl);
  try {
    await demandStopped(client);
    const files = await prepareFiles(from, dataDir, manifest.files);
    try {
      await client.query('begin');
      await client.query(SESSION_FORMAT);
      let rows = 0;
      for (const part of manifest.databases) rows += await restoreSchema(client, part, options);
      const verified =
        options.isVerified && manifest.documents !== undefined
          ? await verifyDocuments(client, join(from, manifest.documents.file))
          : undefined;
      await client.query('commit');
      await files.commit();
      await client.end();
      return { rows, ...(verified === undefined ? {} : { verified }) };
    } finally {
      await files.discard();
    }
  } catch (error) {
    abandon(client);
    throw asBackupError(error, 'database-failed');
  }
}

async function restoreSchema(client: Client, part: DatabasePart, { from, isForced }: RestoreOptions): Promise<number> {
  const { schema } = part;
  if ((await hasSchema(client, schema)) && !isForced) {
    const { rows } = await client.query<{ used: boolean }>(IN_USE[schema]);
    if (rows[0]?.used !== false) throw new BackupError('instance-not-empty', `schema ${schema}`);
  }
  await client.query(`drop schema if exists ${quoted(schema)} cascade`);
  // a queue that remembers what was done would not do again what is lost
  if (schema === 'archive') await client.query(`drop schema if exists ${quoted(QUEUE_SCHEMA)} cascade`);
  const nested = inSavepoints(client);
  await applyMigrations(nested, schema, migrationsAt(part));
  if (schema === 'archive') await client.query('select archive.create_partitions_ahead(0)'); // this month's, before its rows
  const present = await readTables(client, schema);
  if (present.length > 0)
    await client.query(`truncate ${present.map(({ name }) => qualified(schema, name)).join(', ')}`); // what migrations put there
  const stored = new Map(part.tables.map((table) => [table.name, table]));
  let total = 0;
  for (const { name } of present) {
    const table = stored.get(name);
    if (table === undefined) continue;
    stored.delete(name);
    const columns = table.columns.map(quoted).join(', ');
    const rows = client.query(copyFrom(`copy ${qualified(schema, name)} (${columns}) from stdin`));
    await pipeline(createReadStream(join(from, table.file)), createGunzip(), rows);
    if (rows.rowCount !== table.rows) throw new BackupError('backup-damaged', table.file);
    total += table.rows;
  }
  const [unknown] = stored.keys();
  if (unknown !== undefined) throw new BackupError('backup-newer', `table ${schema}.${unknown}`);
  for (const { name, value, isCalled } of part.sequences)
    await client.query('select setval($1::regclass, $2::bigint, $3)', [qualified(schema, name), value, isCalled]);
  await applyMigrations(nested, schema, MIGRATIONS[schema]());
  for (const statement of AFTERWARDS[schema]) await client.query(statement);
  return total;
}

/** This release's migrations up to where the backup was. Throws 'backup-newer' when it knows others. */
function migrationsAt({ schema, migrations }: DatabasePart): readonly Migration[] {
  const known = new Map(MIGRATIONS[schema]().map((migration) => [migration.name, migration]));
  return migrations.map(({ name, checksum }) => {
    const migration = known.get(name);
    if (migration === undefined || toHex(sha256(utf8(migration.sql))) !== checksum)
      throw new BackupError('backup-newer', `migration ${schema}/${name}`);
    return migration;
  });
}

/** Migrations bring their own transactions; here they are steps of one. */
function inSavepoints(client: Client) {
  const words: Readonly<Record<string, string>> = {
    begin: 'savepoint migration',
    commit: 'release savepoint migration',
    rollback: 'rollback to savepoint migration',
  };
  return {
    query: async (sql: string, params?: unknown[]) => {
      try {
        return await client.query(words[sql] ?? sql, params);
      } catch (error) {
        throw error instanceof AppError ? error : asBackupError(error, 'database-failed');
      }
    },
  };
}
