/** Which scripts of a build a document fetches by itself, and when: for the byte budget and the journey that proves it. */
/** What `/d/…` fetches before its text: the page's entry, the frame, the screen, and what holds documents. */
export const INITIAL_ENTRIES = [
  'index.html',
  'src/app/Shell.tsx',
  'src/document/DocumentScreen.tsx',
  'src/room/open-rooms.ts',
] as const;

export const EDITOR_ENTRY = 'src/editor/DocumentEditor.tsx';
/** Fetched when the first room is joined, beside the text; the text of a device that has nothing yet comes through them. */
export const LINKS_ENTRY = '../shared/src/mesh/mesh.ts';
/** What `/d/…` fetches by itself beside its text or after it: links, the tree, search, and panels that nobody opened yet. */
export const LATER_ENTRIES = [LINKS_ENTRY, 'src/app/after-text.ts', 'src/document/after-text.ts'] as const;

/** One entry of Vite's manifest, as far as it is read here. */
export interface ManifestChunk {
  readonly file: string;
  /** Keys of what is fetched with it. */
  readonly imports?: readonly string[];
}
export type Manifest = Readonly<Record<string, ManifestChunk>>;

/** Scripts of the entries and of everything they import, each once. Throws for an entry that the manifest lacks. */
export function scriptsOf(manifest: Manifest, entries: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const files = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`the build has no ${key}`);
    if (seen.has(key)) return;
    seen.add(key);
    files.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const entry of entries) visit(entry);
  return [...files];
}
