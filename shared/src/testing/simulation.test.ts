import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { LogStore, StoredLog } from '../log/types.ts';
import { storedProblem } from './simulation.ts';
import { createTestDocument, syncAll } from './test-document.ts';

/** Two people's lines, in Ann's store; and who reads it. */
async function history() {
  const document = await createTestDocument();
  const ann = await document.join('ann', 'owner');
  const ben = await document.join('ben', 'editor');
  for (const { replica } of [ann, ben, ann]) {
    replica.ydoc.getXmlFragment('body').insert(0, [new Y.XmlText('a line')]);
    await syncAll([ann, ben]);
  }
  const reader = await document.member('reader', 'viewer');
  const problemWith = (change: (stored: StoredLog) => StoredLog): Promise<string | undefined> => {
    const store: LogStore = { ...ann.store, load: async (address) => change(await ann.store.load(address)) };
    return storedProblem(document, reader, store, ann.replica);
  };
  return { document, ann, ben, reader, problemWith };
}

describe('the check of what is stored', () => {
  it('finds nothing wrong with a whole store', async () => {
    const { problemWith } = await history();
    expect(await problemWith((stored) => stored)).toBeUndefined();
  });

  it('reports an entry that is missing', async () => {
    const { problemWith } = await history();
    const without = (place: number) => (stored: StoredLog) => ({
      ...stored,
      entries: stored.entries.filter((_entry, i) => i !== place),
    });
    expect(await problemWith(without(2))).toBe('the store holds other heads');
    expect(await problemWith(without(0))).toBe('the store opens as failed');
  });

  it('reports other content and other deletions under the same heads', async () => {
    const { document, ann, ben, reader } = await history();
    const digest = ann.replica.digest;
    ben.replica.ydoc.getXmlFragment('body').delete(0, 1);
    expect(await storedProblem(document, reader, ann.store, { digest, ydoc: ben.replica.ydoc })).toBe(
      'the store holds other content',
    );
    const empty = ben.replica.ydoc.getXmlFragment('body');
    empty.insert(0, [new Y.XmlText('a line')]);
    expect(await storedProblem(document, reader, ann.store, { digest, ydoc: ben.replica.ydoc })).toBe(
      'the store holds other deletions',
    );
  });
});
