/** A backup from start to end: into a folder of a passing name, which gets its own once everything in it is on disk. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asBackupError, BackupError } from './backup-error.ts';
import { dumpDatabase } from './dump.ts';
import { FORMAT, type Manifest, writeManifest } from './manifest.ts';
import { makeFolder, syncFolder } from './private-files.ts';
import { collectFiles } from './state-files.ts';

export interface BackupOptions {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Absolute; absent or empty. */
  readonly out: string;
  /** Ends it, leaving nothing. */
  readonly signal?: AbortSignal;
}

/** Throws BackupError; then `out` is as it was, and nothing of the backup is left beside it. */
export async function createBackup({ databaseUrl, dataDir, out, signal }: BackupOptions): Promise<Manifest> {
  await demandEmpty(out);
  const partial = join(dirname(out), `.${basename(out)}.${randomBytes(6).toString('hex')}.partial`);
  try {
    await makeFolder(partial);
    const files = await collectFiles(dataDir, partial);
    signal?.throwIfAborted();
    const createdAt = new Date().toISOString();
    const dumped = await dumpDatabase(databaseUrl, partial, signal);
    if (dumped.databases.length === 0) throw new BackupError('nothing-to-back-up');
    signal?.throwIfAborted();
    const manifest: Manifest = { format: FORMAT, product: await productVersion(), createdAt, ...dumped, files };
    await writeManifest(partial, manifest);
    await syncTree(partial);
    await demandEmpty(out);
    await rename(partial, out); // takes the place of an empty folder
    await syncFolder(dirname(out));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw asBackupError(error, 'write-failed');
  }
}

async function demandEmpty(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw asBackupError(error, 'write-failed');
  });
  if (names.length > 0) throw new BackupError('folder-not-empty', out);
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncTree(join(folder, entry.name));
  await syncFolder(folder);
}

export async function productVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version; // our own file
}
