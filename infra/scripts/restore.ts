/**
 * `npm run restore -- --from DIR [--verify] [--force]`: brings an instance back to a backup. The product must be stopped.
 * Exit codes: 0 done, 1 nothing was changed (the line names a code), 2 wrong arguments or settings.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackupError } from '../backup/backup-error.ts';
import { checkBackup, restoreBackup } from '../backup/restore-backup.ts';
import { EmbeddedPostgresError } from './embedded-postgres.ts';
import { readRunningStack, withInstanceDatabase } from './instance-database.ts';
import { parseStartEnv } from './start-config.ts';

const USAGE = `Usage: npm run restore -- --from FOLDER [--verify] [--force]

--verify rebuilds every document from its signed entries before anything counts.
--force replaces an instance that holds accounts or documents.`;

const given = readArguments();
const config = parseStartEnv(process.env);
if (given === undefined || !config.ok) {
  console.error(config.ok ? USAGE : config.error.join('\n'));
  process.exit(2);
}
const { databaseUrl } = config.value;
const dataDir = resolve(config.value.dataDir);
const startedAt = performance.now();
const seconds = (): string => ((performance.now() - startedAt) / 1000).toFixed(1);

try {
  if (readRunningStack(dataDir) !== undefined) throw new BackupError('instance-running', dataDir);
  const manifest = await checkBackup(given.from);
  console.log(`The backup of ${manifest.createdAt} is whole (${seconds()} s).`);
  const { rows, verified } = await withInstanceDatabase(
    { dataDir, databaseUrl, say: (line) => console.error(line) },
    (url) => restoreBackup({ ...given, manifest, databaseUrl: url, dataDir }),
  );
  console.log(`Restored ${rows} rows and ${manifest.files.length} files.`);
  if (verified !== undefined) {
    const { documents, entries, checkpoints } = verified;
    console.log(`Rebuilt ${documents} documents from ${entries} signed entries; ${checkpoints} checkpoints agree.`);
  }
  console.log(`Done in ${seconds()} s. What devices wrote after the backup comes back as they come back.`);
  process.exit(0);
} catch (error) {
  if (!(error instanceof BackupError) && !(error instanceof EmbeddedPostgresError)) throw error;
  const isPartly = error instanceof BackupError && error.code === 'files-not-placed';
  console.error(`${isPartly ? 'Restored in part' : 'Nothing was restored'}: ${error.message}`);
  process.exit(1);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { from: { type: 'string' }, verify: { type: 'boolean' }, force: { type: 'boolean' } },
    });
    const from = values.from?.trim() || undefined;
    if (from === undefined) return undefined;
    return { from: resolve(from), isVerified: values.verify === true, isForced: values.force === true };
  } catch {
    return undefined; // the usage says which arguments exist
  }
}
