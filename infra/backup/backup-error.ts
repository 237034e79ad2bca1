/** Why a backup or a restore did not happen. Every code but `files-not-placed` leaves what was there before as it was. */

const TEXTS = {
  'folder-not-empty': 'the folder for the backup exists and is not empty',
  'nothing-to-back-up': 'the database holds neither accounts nor an archive',
  'no-backup': 'the folder holds no backup',
  'backup-damaged': 'the backup is not as it was written',
  'backup-newer': 'the backup is of a newer release; update first',
  'instance-running': 'Vicinal is running on this database; stop it first',
  'instance-not-empty': 'this instance holds data; --force replaces it',
  'disk-full': 'the disk is full',
  'write-failed': 'a file could not be written',
  'database-failed': 'the database could not be read or written',
  'files-not-placed':
    'the database was restored, but not every file; run it again with --force, or rename the file named here and those beside it that end in .restoring',
  'verify-failed': 'a document could not be rebuilt as it was',
} as const;

export type BackupErrorCode = keyof typeof TEXTS;

/** `message` is one line for the person at the terminal; `detail` names a file, table or document, never content. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, detail?: string, options?: ErrorOptions) {
    super(`${code}: ${TEXTS[code]}${detail === undefined ? '' : ` (${detail})`}`, options);
    this.code = code;
  }
}

const DISK_FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', '53100']); // 53100: PostgreSQL's disk_full

/** What a failure of a file or of the database is to the person; an error that has a code of ours stays as it is. */
export function asBackupError(error: unknown, fallback: 'write-failed' | 'database-failed'): BackupError {
  if (error instanceof BackupError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // messages of the database may quote rows: the code alone is told
  const detail = typeof code === 'string' ? code : error instanceof Error ? error.name : undefined;
  return new BackupError(DISK_FULL.has(code) ? 'disk-full' : fallback, detail, { cause: error });
}
