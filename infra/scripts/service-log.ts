/** Log files of supervised services: appended to by the service itself, kept to a size from outside. */
import { copyFileSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/** Bytes of a log; what it held then becomes `.1`, replacing the one before. */
export const MAX_LOG_BYTES = 20 * 1024 * 1024;
const LOOK_EVERY_MS = 10_000;

/** A descriptor that appends, whatever happens to the file's length meanwhile. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  trimLog(file, MAX_LOG_BYTES);
  return openSync(file, 'a', 0o600);
}

/**
 * Moves what a log holds to `.1` when it is larger than `maxBytes`. Whoever has it open goes on at its start; lines
 * written between the copy and the cut are lost.
 */
export function trimLog(file: string, maxBytes: number): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= maxBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

/** Looks at the size from time to time. The returned function ends that; a disk that refuses is told once. */
export function watchLog(file: string, say: (line: string) => void): () => void {
  let hasFailed = false;
  const timer = setInterval(() => {
    try {
      trimLog(file, MAX_LOG_BYTES);
    } catch (error) {
      if (!hasFailed) say(`${file} grows on: ${error instanceof Error ? error.message : String(error)}`);
      hasFailed = true;
    }
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}
