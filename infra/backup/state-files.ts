/** Files of DATA_DIR that belong to an instance: those of the archiver and of the local authority. */
import { createReadStream } from 'node:fs';
import { access, lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asBackupError, BackupError } from './backup-error.ts';
import { STATE_FOLDERS, type Manifest } from './manifest.ts';
import { hashFile, writeStream, syncFolder } from './private-files.ts';

const FILES = 'files';

/** Copies into `folder`; an absent DATA_DIR has none. */
export async function collectFiles(dataDir: string, folder: string): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  const paths = await Promise.all(STATE_FOLDERS.map((name) => list(dataDir, name)));
  for (const path of paths.flat()) {
    const file = `${FILES}/${path}`;
    try {
      files.push({ path, file, ...(await writeStream(join(folder, file), createReadStream(join(dataDir, path)))) });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      await rm(join(folder, file), { force: true }); // a file of a moment: it was renamed into its place meanwhile
    }
  }
  return files;
}

/** Relative paths of regular files; links and hidden names are not followed. */
async function list(root: string, below: string): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${below}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) found.push(...(await list(root, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

/** Throws 'instance-not-empty' when a file of the backup would replace another one. */
export async function demandFree(dataDir: string, files: Manifest['files']): Promise<void> {
  for (const { path, sha256 } of files) {
    const target = join(dataDir, path);
    if (!(await exists(target))) continue;
    if ((await hashFile(target)).sha256 !== sha256) throw new BackupError('instance-not-empty', path);
  }
}

export interface PlacedFiles {
  /** Puts every file in its place, replacing what is there. Throws 'files-not-placed'; what is left stays beside its place. */
  commit(): Promise<void>;
  /** Removes what was not committed; nothing once committing has begun. */
  discard(): Promise<void>;
}

/** Copies next to where they belong, so that what can fail for want of space fails before anything is replaced. */
export async function prepareFiles(from: string, dataDir: string, files: Manifest['files']): Promise<PlacedFiles> {
  const waiting: { readonly temporary: string; readonly target: string }[] = [];
  let isCommitting = false;
  const discard = async (): Promise<void> => {
    if (isCommitting) return;
    for (const { temporary } of waiting) await rm(temporary, { force: true });
  };
  try {
    for (const { path, file } of files) {
      const target = join(dataDir, path);
      const temporary = `${target}.restoring`;
      await rm(temporary, { force: true });
      waiting.push({ temporary, target });
      await writeStream(temporary, createReadStream(join(from, file)));
    }
  } catch (error) {
    await discard();
    throw asBackupError(error, 'write-failed');
  }
  return {
    discard,
    async commit() {
      isCommitting = true;
      for (const { temporary, target } of waiting) {
        try {
          await rename(temporary, target);
          await syncFolder(join(target, '..'));
        } catch (cause) {
          throw new BackupError('files-not-placed', temporary, { cause });
        }
      }
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export const isFolder = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined))?.isDirectory() === true;
