import { expect, test } from 'vitest';
import type { Manifest } from '../testing/first-scripts.ts';
import { shellFiles, sizeOf, totalOf } from './byte-budget.ts';

const manifest: Manifest = {
  'index.html': { file: 'assets/index.js', imports: ['_solid.js'] },
  'src/screen.tsx': { file: 'assets/screen.js', imports: ['index.html', '_yjs.js'] },
  'src/editor.tsx': { file: 'assets/editor.js', imports: ['_solid.js', '_yjs.js'] },
  '_solid.js': { file: 'assets/solid.js' },
  '_yjs.js': { file: 'assets/yjs.js', imports: ['_solid.js'] },
};
const SIZES: Readonly<Record<string, number>> = {
  'assets/index.js': 1,
  'assets/screen.js': 20,
  'assets/editor.js': 300,
  'assets/solid.js': 4000,
  'assets/yjs.js': 50_000,
};
const bytesOf = (file: string): number => SIZES[file] ?? Number.NaN;

test('UI-70 what the first screen needs is counted once, with all it imports, and nothing else is', () => {
  const files = sizeOf(manifest, ['index.html', 'src/screen.tsx'], bytesOf);
  expect(files.map(({ file }) => file)).toEqual([
    'assets/yjs.js',
    'assets/solid.js',
    'assets/screen.js',
    'assets/index.js',
  ]);
  expect(totalOf(files)).toBe(54_021);
});

test('UI-70 an entry that the build does not have is an error, not a saving', () => {
  expect(() => sizeOf(manifest, ['src/renamed.tsx'], bytesOf)).toThrow('the build has no src/renamed.tsx');
});

test('UI-70 the files of the first screens are read from the worker itself, and a worker without any is an error', () => {
  const worker =
    'x([{"isShell":true,"revision":null,"url":"a.js"},{"revision":"1","url":"b.js"},{"url":"c.css","isShell":true}])';
  expect(shellFiles(worker)).toEqual(['a.js', 'c.css']);
  expect(() => shellFiles('x([{"revision":"1","url":"b.js"}])')).toThrow('names no files');
});
