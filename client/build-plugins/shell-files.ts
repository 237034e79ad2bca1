/** Tells the service worker which files of the build the first screens need: those it fetches while it installs. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Manifest, Plugin } from 'vite';
import type { VitePWAOptions } from 'vite-plugin-pwa';

/** Keys of Vite's manifest: the page, the home, and a document with its editor and its links. */
const FIRST_SCREENS = [
  'index.html',
  'src/app/Shell.tsx',
  'src/home/HomeScreen.tsx',
  'src/document/DocumentScreen.tsx',
  'src/document/after-text.ts',
  'src/app/after-text.ts',
  'src/editor/DocumentEditor.tsx',
  'src/room/open-rooms.ts',
  '../shared/src/mesh/mesh.ts',
] as const;
/** Files beside the bundle that the page asks for by itself. */
const BESIDE = ['index.html', 'theme.js', 'icons/icon.svg'] as const;

type ManifestTransform = NonNullable<VitePWAOptions['injectManifest']['manifestTransforms']>[number];

export interface ShellFiles {
  /** Finds out where the build goes. */
  readonly plugin: Plugin;
  readonly transform: ManifestTransform;
}

export function createShellFiles(): ShellFiles {
  let outDir = 'dist';
  let hasFailed = false;
  return {
    plugin: {
      name: 'vicinal-shell-files',
      configResolved: (config) => {
        outDir = resolve(config.root, config.build.outDir);
      },
      buildEnd: (error) => {
        hasFailed ||= error !== undefined;
      },
    },
    transform: (entries) => {
      if (hasFailed) return { manifest: entries }; // the worker is made all the same; the build tells why it failed
      const manifest = JSON.parse(readFileSync(join(outDir, '.vite/manifest.json'), 'utf8')) as Manifest; // written by Vite
      const shell = filesOf(manifest, FIRST_SCREENS);
      for (const file of BESIDE) shell.add(file);
      const missing = [...shell].filter((file) => !entries.some(({ url }) => url === file));
      if (missing.length > 0) throw new Error(`the service worker would not keep ${missing.join(', ')}`);
      return {
        // Hashed names say when their content changes; the others carry a revision.
        manifest: entries.map(({ url, revision, size }) => ({
          url,
          size,
          revision: url.startsWith('assets/') ? null : revision,
          ...(shell.has(url) ? { isShell: true } : {}),
        })),
      };
    },
  };
}

/** Scripts, styles and what those name, of `entries` and everything they import. Throws for an entry that is not there. */
export function filesOf(manifest: Manifest, entries: readonly string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`the build has no ${key}`);
    if (seen.has(key)) return;
    seen.add(key);
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const entry of entries) visit(entry);
  return files;
}
