/**
 * A backup is a folder (0700) of files (0600):
 * - `manifest.json`, what this file describes, and `manifest.json.sha256` as `sha256sum` writes it
 * - `SCHEMA/TABLE.copy.gz`: rows in PostgreSQL's COPY text format, ISO dates in UTC
 * - `documents.jsonl.gz`: per archived document its address, sessions, entries and digest of its heads
 * - `files/archiver/…`, `files/tls/…`: files of DATA_DIR (device key and enrolment of the archiver, local authority)
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, toHex, utf8 } from '@vicinal/shared/bytes.ts';
import { z } from '@vicinal/shared/zod.ts';
import { BackupError } from './backup-error.ts';
import { writeWhole } from './private-files.ts';

export const FORMAT = 1;
export const SCHEMAS = ['signaling', 'archive'] as const;
export type SchemaName = (typeof SCHEMAS)[number];

const name = z.string().check(z.regex(/^[a-z_][a-z0-9_]{0,62}$/));
const count = z.int().check(z.nonnegative());
/** Relative, in at most eight parts, none of them hidden: nothing a backup names lies outside its folder. */
const path = z.string().check(z.maxLength(500), z.regex(/^(?!\.)[\w.@-]+(?:\/(?!\.)[\w.@-]+){0,7}$/));
/** Folders of DATA_DIR that an instance keeps files in; all others are made anew, or are dumped through the database. */
export const STATE_FOLDERS = ['archiver', 'tls'] as const;
const stateFile = path.check(z.regex(new RegExp(`^(?:${STATE_FOLDERS.join('|')})/`)));
const stored = { file: path, bytes: count, sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) };

const tableSchema = z.object({ name, columns: z.array(name), rows: count, ...stored });
const sequenceSchema = z.object({ name, value: z.string().check(z.regex(/^-?\d{1,20}$/)), isCalled: z.boolean() });
const databaseSchema = z.object({
  schema: z.enum(SCHEMAS),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  tables: z.array(tableSchema),
  sequences: z.array(sequenceSchema),
});
const manifestSchema = z.object({
  format: z.literal(FORMAT),
  product: z.string(),
  /** ISO 8601, UTC: when the snapshot was taken. */
  createdAt: z.string(),
  issuer: z.optional(z.string()),
  /** Hex. */
  archiveId: z.optional(z.string()),
  databases: z.array(databaseSchema),
  documents: z.optional(z.object({ count, entries: count, ...stored })),
  files: z.array(z.object({ path: stateFile, ...stored })),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type DatabasePart = z.infer<typeof databaseSchema>;
export type StoredFile = { readonly file: string; readonly bytes: number; readonly sha256: string };

const MANIFEST = 'manifest.json';

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const checked = manifestSchema.safeParse(manifest);
  if (!checked.success)
    throw new BackupError(
      'write-failed',
      `a name that a backup cannot hold: ${checked.error.issues[0]?.path.join('.')}`,
    );
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`;
  await writeWhole(join(folder, MANIFEST), text);
  await writeWhole(join(folder, `${MANIFEST}.sha256`), `${toHex(sha256(utf8(text)))}  ${MANIFEST}\n`);
}

/** Throws BackupError: 'no-backup', 'backup-damaged', 'backup-newer' (of a format this release does not know). */
export async function readManifest(folder: string): Promise<Manifest> {
  const [text, sum] = await Promise.all([
    readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined), // told apart below
    readFile(join(folder, `${MANIFEST}.sha256`), 'utf8').catch(() => undefined),
  ]);
  if (text === undefined) throw new BackupError('no-backup', folder);
  if (sum?.split(' ')[0] !== toHex(sha256(utf8(text)))) throw new BackupError('backup-damaged', MANIFEST);
  const json: unknown = JSON.parse(text); // whole, as its hash shows
  const format = z.object({ format: z.number() }).safeParse(json);
  if (format.success && format.data.format > FORMAT)
    throw new BackupError('backup-newer', `format ${format.data.format}`);
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw new BackupError('backup-damaged', MANIFEST);
  return parsed.data;
}

export function storedFiles(manifest: Manifest): readonly StoredFile[] {
  return [
    ...manifest.databases.flatMap(({ tables }) => tables),
    ...(manifest.documents === undefined ? [] : [manifest.documents]),
    ...manifest.files,
  ];
}
