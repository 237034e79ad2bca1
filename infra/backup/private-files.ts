/** Files that their owner alone can read, on disk when a call resolves. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

export const makeFolder = (path: string): Promise<unknown> => mkdir(path, { recursive: true, mode: PRIVATE_FOLDER });

/** A new file with what `source` yields after `through`; rejects when one of that name exists. */
export async function writeStream(
  path: string,
  source: Readable,
  ...through: Transform[]
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  await makeFolder(dirname(path));
  const hash = createHash('sha256');
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(undefined, chunk);
    },
  });
  const target = createWriteStream(path, { flags: 'wx', mode: PRIVATE_FILE, flush: true });
  await pipeline([source, ...through, counting, target]);
  return { bytes, sha256: hash.digest('hex') };
}

export async function writeWhole(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const file = await open(path, 'wx', PRIVATE_FILE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function hashFile(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** Names made or changed in a folder survive a power cut after this. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
