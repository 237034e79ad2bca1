import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { formatTogether } from '../testing/overlapping-formats.ts';
import { contents } from '../testing/simulation.ts';
import { rebuildDocument } from './rebuild.ts';

/** A history in which plain Yjs goes another way; found by trying seeds. */
const SEED = '50';

describe('a document rebuilt from its log', () => {
  it('LOG-30: shows what the replicas show, where plain Yjs shows other formatting', async () => {
    const { document, people } = await formatTogether(SEED);
    const [{ replica, store }] = people;
    const updates = store.entries(document.address).map(({ bytes }) => bytes);
    const plain = new Y.Doc({ gc: false });
    for (const update of updates) Y.applyUpdate(plain, update);
    expect(contents(plain)).not.toBe(contents(replica.ydoc));
    expect(contents(rebuildDocument('content', updates))).toBe(contents(replica.ydoc));
  });

  it('refuses to be written to', async () => {
    const { document, people } = await formatTogether(SEED);
    const updates = people[0].store.entries(document.address).map(({ bytes }) => bytes);
    const ydoc = rebuildDocument('content', updates);
    const before = contents(ydoc);
    expect(() => ydoc.getXmlFragment('body').insert(0, [new Y.XmlText('x')])).toThrow('read only');
    expect(contents(ydoc)).toBe(before);
  });

  it('throws when an update refers to what is not there', async () => {
    const { document, people } = await formatTogether(SEED);
    const [, ...rest] = people[0].store.entries(document.address).map(({ bytes }) => bytes);
    expect(() => rebuildDocument('content', rest)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
