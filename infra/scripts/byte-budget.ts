/**
 * What a first visit fetches, gzipped, from the manifest of the build: JavaScript of a document until its text is on
 * screen and takes letters, without the editor's own chunk; and everything the service worker keeps while it installs.
 * Fails above a limit. What follows the text is counted and printed too, without a limit.
 * `node infra/scripts/byte-budget.ts` prints the table.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EDITOR_ENTRY, INITIAL_ENTRIES, LATER_ENTRIES, scriptsOf, type Manifest } from '../testing/first-scripts.ts';
import { buildClient } from './client-build.ts';

/** Bytes, gzipped. */
export const INITIAL_LIMIT = 150 * 1024;
/** Bytes, gzipped: scripts, styles, the font and the page of the first screens. */
export const SHELL_LIMIT = 480 * 1024;

export interface SizedFile {
  readonly file: string;
  readonly bytes: number;
}

/** Every file that the entries need, each once, largest first. Throws for an entry that the manifest lacks. */
export const sizeOf = (
  manifest: Manifest,
  entries: readonly string[],
  bytesOf: (file: string) => number,
): readonly SizedFile[] =>
  scriptsOf(manifest, entries)
    .map((file) => ({ file, bytes: bytesOf(file) }))
    .toSorted((a, b) => b.bytes - a.bytes);

/** The files that a built service worker fetches while it installs. Throws when it names none. */
export function shellFiles(worker: string): readonly string[] {
  const entries = [...worker.matchAll(/\{[^{}]*"isShell":true[^{}]*\}/g)];
  const files = entries.map(([entry]) => /"url":"([^"]+)"/.exec(entry)?.[1]).filter((file) => file !== undefined);
  if (files.length === 0) throw new Error('the service worker names no files');
  return files;
}

export const totalOf = (files: readonly SizedFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

async function main(): Promise<void> {
  const { directory } = await buildClient((line) => console.log(line));
  const manifest = JSON.parse(readFileSync(join(directory, '.vite/manifest.json'), 'utf8')) as Manifest; // written by Vite
  const gzipped = (file: string): number => gzipSync(readFileSync(join(directory, file)), { level: 9 }).length;
  const page = { file: 'theme.js', bytes: gzipped('theme.js') };
  const files = [...sizeOf(manifest, INITIAL_ENTRIES, gzipped), page];
  for (const { file, bytes } of files) console.log(`${kilobytes(bytes)}  ${file}`);
  const totalWith = (more: readonly string[]): number =>
    totalOf([...sizeOf(manifest, [...INITIAL_ENTRIES, ...more], gzipped), page]);
  const shell = shellFiles(readFileSync(join(directory, 'sw.js'), 'utf8')).map((file) => ({
    file,
    bytes: gzipped(file),
  }));
  const say = (what: string, total: number): void => console.log(`${kilobytes(total)}  ${what}`);
  say('more for the editor itself', totalWith([EDITOR_ENTRY]) - totalOf(files));
  say(
    'without the editor, with what comes beside or after the text (links, tree, search, panels)',
    totalWith(LATER_ENTRIES),
  );
  say('all JavaScript that a document fetches by itself', totalWith([EDITOR_ENTRY, ...LATER_ENTRIES]));
  const isWithin = [
    check('JavaScript until the text is there, without the editor', totalOf(files), INITIAL_LIMIT),
    check('what the service worker keeps at once', totalOf(shell), SHELL_LIMIT),
  ];
  if (isWithin.includes(false)) {
    console.error('Load later what the first screen does not show.');
    process.exitCode = 1;
  }
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1).padStart(7)} KB`;

function check(what: string, total: number, limit: number): boolean {
  console.log(`${kilobytes(total)}  in all: ${what}; the limit is ${limit / 1024} KB`);
  return total <= limit;
}

if (import.meta.main) await main();
