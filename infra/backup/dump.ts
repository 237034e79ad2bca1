/** Reads one database in one snapshot, while the product writes on, into the files of a backup. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { toHex } from '@vicinal/shared/bytes.ts';
import { digestOfHeads } from '@vicinal/shared/log/heads.ts';
import type { Head } from '@vicinal/shared/log/types.ts';
import type { Client, ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { asBackupError } from './backup-error.ts';
import { connect, abandon, SESSION_FORMAT } from './connection.ts';
import { type DatabasePart, type Manifest, SCHEMAS, type SchemaName } from './manifest.ts';
import { writeStream } from './private-files.ts';
import { hasSchema, qualified, quoted, readSequences, readTables, type Table } from './tables.ts';

const GZIP_LEVEL = 4;
/** Heads fetched at once. */
const HEADS = 5000;

export type Dumped = Pick<Manifest, 'issuer' | 'archiveId' | 'databases' | 'documents'>;

/** Whichever of the two schemas the database at `url` holds. Throws BackupError, also when `signal` ends it. */
export async function dumpDatabase(url: string, folder: string, signal?: AbortSignal): Promise<Dumped> {
  const client = await connect(url);
  signal?.addEventListener('abort', () => abandon(client), { once: true });
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query(SESSION_FORMAT);
    const databases: DatabasePart[] = [];
    for (const schema of SCHEMAS)
      if (await hasSchema(client, schema)) databases.push(await dumpSchema(client, schema, folder));
    const has = (schema: SchemaName): boolean => databases.some((part) => part.schema === schema);
    const issuer = has('signaling') ? await one(client, 'select issuer as value from signaling.instance') : undefined;
    const archiveId = has('archive')
      ? await one(client, "select encode(archive_id, 'hex') as value from archive.archive_meta")
      : undefined;
    const documents = has('archive') ? await dumpDocuments(client, folder) : undefined;
    await client.query('commit');
    await client.end();
    return {
      databases,
      ...(issuer === undefined ? {} : { issuer }),
      ...(archiveId === undefined ? {} : { archiveId }),
      ...(documents === undefined ? {} : { documents }),
    };
  } catch (error) {
    abandon(client); // in the middle of a COPY it would not end by being asked
    throw asBackupError(error, 'database-failed');
  }
}

async function dumpSchema(client: Client, schema: SchemaName, folder: string): Promise<DatabasePart> {
  const migrations = await client.query<{ name: string; checksum: string }>(
    `select name, checksum from ${schema}.migrations order by name`,
  );
  const tables: DatabasePart['tables'] = [];
  for (const table of await readTables(client, schema)) tables.push(await dumpTable(client, schema, table, folder));
  return { schema, migrations: migrations.rows, tables, sequences: [...(await readSequences(client, schema))] };
}

async function dumpTable(client: Client, schema: SchemaName, { name, columns }: Table, folder: string) {
  const file = `${schema}/${name}.copy.gz`;
  // the query form reads through partitions
  const rows = client.query(
    copyTo(`copy (select ${columns.map(quoted).join(', ')} from ${qualified(schema, name)}) to stdout`),
  );
  const written = await writeStream(join(folder, file), rows, createGzip({ level: GZIP_LEVEL }));
  await client.query('select'); // the count comes after the last row
  return { name, columns: [...columns], rows: rows.rowCount, file, ...written };
}

interface HeadRow {
  readonly room: string;
  readonly doc: string;
  readonly gen: number;
  readonly client_id: string;
  readonly seq: string;
  readonly hash: Buffer;
}

/** One line of `documents.jsonl.gz`. */
export interface DocumentLine {
  readonly room: string;
  readonly doc: string;
  readonly gen: number;
  readonly sessions: number;
  readonly entries: number;
  /** Hex of the digest of its heads. */
  readonly digest: string;
}

async function dumpDocuments(client: ClientBase, folder: string): Promise<NonNullable<Manifest['documents']>> {
  const file = 'documents.jsonl.gz';
  const totals = { count: 0, entries: 0 };
  const lines = async function* (): AsyncGenerator<string> {
    for await (const line of readDocuments(client)) {
      totals.count++;
      totals.entries += line.entries;
      yield `${JSON.stringify(line)}\n`;
    }
  };
  const written = await writeStream(join(folder, file), Readable.from(lines()), createGzip({ level: GZIP_LEVEL }));
  return { ...totals, file, ...written };
}

/** Every document that has entries, with what its heads promise. Must run inside a transaction. */
export async function* readDocuments(client: ClientBase): AsyncGenerator<DocumentLine> {
  await client.query(
    'declare heads no scroll cursor for select room, doc, gen, client_id, seq, hash from archive.session_heads order by room, doc, gen, client_id',
  );
  let first: HeadRow | undefined;
  let heads: Head[] = [];
  const line = ({ room, doc, gen }: HeadRow): DocumentLine => ({
    ...{ room, doc, gen },
    sessions: heads.length,
    entries: heads.reduce((sum, { seq }) => sum + seq, 0),
    digest: toHex(digestOfHeads(heads)),
  });
  for (;;) {
    const { rows } = await client.query<HeadRow>(`fetch ${HEADS} from heads`);
    for (const row of rows) {
      if (first !== undefined && (first.room !== row.room || first.doc !== row.doc || first.gen !== row.gen)) {
        yield line(first);
        heads = [];
      }
      first = row;
      heads.push({ clientId: Number(row.client_id), seq: Number(row.seq), hash: new Uint8Array(row.hash) });
    }
    if (rows.length < HEADS) break;
  }
  if (first !== undefined) yield line(first);
  await client.query('close heads');
}

const one = async (client: ClientBase, sql: string): Promise<string | undefined> =>
  (await client.query<{ value: string }>(sql)).rows[0]?.value;
