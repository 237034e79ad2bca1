/** What lets the same guest come back: the refresh cookie in a file that its owner alone reads. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@vicinal/shared/app-error.ts';
import { z } from '@vicinal/shared/zod.ts';

const guestSchema = z.object({
  origin: z.string(),
  issuer: z.string(),
  /** `name=value`. */
  cookie: z.string().check(z.maxLength(512)),
});
export type SavedGuest = z.infer<typeof guestSchema>;

const FILE = 'guest.json';

/** `undefined` when there is none that can be read: the peer then joins as a new guest. */
export async function loadGuest(dataDir: string): Promise<SavedGuest | undefined> {
  try {
    return guestSchema.parse(JSON.parse(await readFile(join(dataDir, FILE), 'utf8')));
  } catch {
    return undefined; // nothing is lost but who it was
  }
}

/** Whole or not at all. Throws `storage-failed`. */
export async function saveGuest(dataDir: string, guest: SavedGuest): Promise<void> {
  const path = join(dataDir, FILE);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, JSON.stringify(guest), { mode: 0o600 });
    await rename(`${path}.new`, path);
  } catch (cause) {
    throw new AppError('storage-failed', `${path} cannot be written`, { cause });
  }
}
