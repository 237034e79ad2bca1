/**
 * `npm run backup -- --out DIR`: everything an instance keeps, into a new folder, while it runs or not.
 * Exit codes: 0 done, 1 nothing was written (the line names a code), 2 wrong arguments or settings.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackupError } from '../backup/backup-error.ts';
import { createBackup } from '../backup/create-backup.ts';
import { storedFiles } from '../backup/manifest.ts';
import { EmbeddedPostgresError } from './embedded-postgres.ts';
import { withInstanceDatabase } from './instance-database.ts';
import { parseStartEnv } from './start-config.ts';

const USAGE = `Usage: npm run backup -- --out FOLDER

FOLDER is made; it may exist when it is empty. It will hold secret keys: see "Backup" in OPERATIONS.md.`;

const out = readArguments();
const config = parseStartEnv(process.env);
if (out === undefined || !config.ok) {
  console.error(config.ok ? USAGE : config.error.join('\n'));
  process.exit(2);
}
const { databaseUrl } = config.value;
const dataDir = resolve(config.value.dataDir);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const startedAt = performance.now();

try {
  const manifest = await withInstanceDatabase({ dataDir, databaseUrl, say: (line) => console.error(line) }, (url) =>
    createBackup({ databaseUrl: url, dataDir, out: resolve(out), signal: stop.signal }),
  );
  const rows = manifest.databases.flatMap(({ tables }) => tables).reduce((sum, table) => sum + table.rows, 0);
  const bytes = storedFiles(manifest).reduce((sum, file) => sum + file.bytes, 0);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`Backed up to ${resolve(out)} in ${seconds} s:`);
  console.log(`  schemas ${manifest.databases.map(({ schema }) => schema).join(', ')}: ${rows} rows`);
  if (manifest.documents !== undefined)
    console.log(`  ${manifest.documents.count} documents with ${manifest.documents.entries} entries`);
  console.log(`  ${manifest.files.length} files of ${dataDir}; ${(bytes / 1024).toFixed(0)} KiB in all`);
  console.log('It holds secret keys and everything that was written: keep it as safe as the server.');
  process.exit(0);
} catch (error) {
  if (!(error instanceof BackupError) && !(error instanceof EmbeddedPostgresError)) throw error;
  console.error(`No backup was made: ${error.message}`);
  process.exit(1);
}

function readArguments(): string | undefined {
  try {
    const { values } = parseArgs({ options: { out: { type: 'string' } } });
    return values.out?.trim() || undefined;
  } catch {
    return undefined; // the usage says which arguments exist
  }
}
