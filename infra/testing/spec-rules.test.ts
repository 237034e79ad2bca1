import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

/** Rules as SPEC.md writes them: `**CLI-1**`, or the first cell of a table. */
const rulesIn = (spec: string): readonly string[] =>
  [...spec.matchAll(/\*\*([A-Z]{2,}-\d+)\*\*|^\| ([A-Z]{2,}-\d+) \|/gm)].map((match) => match[1] ?? match[2] ?? '');

/** Ids that begin a string: `'CLI-50 CLI-51 with every server off …'`, `'LOG-50: an unknown …'`, `'SEC-101'`. */
const idsIn = (source: string): readonly string[] =>
  [...source.matchAll(/['"`]((?:[A-Z]{2,}-\d+[a-z]?(?:, |: | |(?=['"`])))+)/g)].flatMap(
    (match) => match[1]?.match(/[A-Z]{2,}-\d+[a-z]?/g) ?? [],
  );

/** What looks like an id and is none. */
const isOther = (id: string): boolean => /^(?:UTF|SHA|ISO|ED|RFC)-/.test(id);

const FOLDERS = [
  'shared/src',
  'signaling/src',
  'archiver/src',
  'client/src',
  'client/e2e',
  'client/build-plugins',
  'infra/bench',
  'infra/lint',
  'infra/peer',
  'infra/scripts',
  'infra/testing',
];
/** Titles that several test files share. */
const SHARED_TITLES = ['shared/src/testing/attack-corpus.ts', 'shared/src/testing/log-store-contract.ts'];

const testFiles = (): readonly string[] => [
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:test|e2e)\.tsx?$/.test(file))
      .map((file) => join(folder, file)),
  ).filter((file) => join(repository, file) !== import.meta.filename),
  ...SHARED_TITLES,
];

describe('SPEC.md', () => {
  test('has a rule for every id in a test title', () => {
    const rules = new Set(rulesIn(read('SPEC.md')));
    const used = testFiles().flatMap((file) => idsIn(read(file)).map((id) => ({ id, file })));
    expect(new Set(used.map(({ id }) => id)).size).toBeGreaterThan(200);
    expect(used.filter(({ id }) => !rules.has(id) && !isOther(id))).toEqual([]);
  });

  test('defines every id once', () => {
    const rules = rulesIn(read('SPEC.md'));
    expect(rules.filter((id, at) => rules.indexOf(id) !== at)).toEqual([]);
  });

  test('would be found wanting for an id without a rule, and for one with two', () => {
    expect(rulesIn('- **CLI-1** MUST. **CLI-2** MUST, as CLI-3 does.\n| SEC-101 | an entry |\n')).toEqual([
      'CLI-1',
      'CLI-2',
      'SEC-101',
    ]);
    expect(idsIn("test('CLI-50 CLI-51 both', () => 'no CLI-9'); attack('SEC-101', x); it(\"UI-60b: y\")")).toEqual([
      'CLI-50',
      'CLI-51',
      'SEC-101',
      'UI-60b',
    ]);
  });
});
