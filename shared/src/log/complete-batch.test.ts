import { describe, expect, it } from 'vitest';
import { metaTitle } from '../room/documents.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createTestDocument, pull } from '../testing/test-document.ts';
import { completeBatch } from './complete-batch.ts';
import type { Entry } from './types.ts';

const key = ({ clientId, seq, sig }: Entry): string => `${clientId}/${seq}/${sig.join()}`;

describe('what a page leaves unsaved', () => {
  it('LOG-64: what a store gives back as unsaved is shown, counts as not stored, and is handed to it again', async () => {
    const document = await createTestDocument({ doc: 'meta' });
    const ada = await document.join('ada', 'owner');
    metaTitle(ada.replica.ydoc).insert(0, 'recovered');
    await ada.replica.flush();
    const { headers, entries } = await ada.store.load(document.address);
    const empty = createMemoryStore();
    empty.failAppends(true);
    const memoryStore = {
      ...empty,
      load: async (...asked: Parameters<typeof empty.load>) => {
        const stored = await empty.load(...asked);
        return stored.entries.length === 0 ? { ...stored, unsaved: { headers, entries } } : stored;
      },
    };
    const again = await document.open(ada, { memoryStore });
    expect(metaTitle(again.replica.ydoc).toJSON()).toBe('recovered');
    expect([again.replica.unstored, again.replica.receipts.snapshot().unsaved]).toEqual([1, 1]);
    empty.failAppends(false);
    document.clock.advance(60_000);
    await again.replica.flush();
    expect([again.replica.unstored, again.replica.receipts.snapshot().unsaved]).toEqual([0, 0]);
    expect((await empty.load(document.address)).entries.map(key)).toEqual(entries.map(key));
  });

  it('LOG-63: holds a change of this very moment, and completed it is the entry others got', async () => {
    const document = await createTestDocument({ doc: 'meta' });
    const ada = await document.join('ada', 'owner');
    ada.store.failAppends(true);
    metaTitle(ada.replica.ydoc).insert(0, 'first ');
    await ada.replica.flush().catch(() => undefined);
    metaTitle(ada.replica.ydoc).insert(6, 'second ');
    metaTitle(ada.replica.ydoc).insert(13, 'third');
    const unsaved = ada.replica.unsaved();
    expect(unsaved.entries.length).toBeGreaterThan(1);
    expect(ada.replica.unstored).toBe(1);

    const completed = await completeBatch(unsaved, { headers: [], entries: [], receipted: [] }, ada.device);
    await ada.replica.flush().catch(() => undefined);
    const sent = [...ada.replica.range(ada.replica.clientId, 1, undefined, 1e6)].flatMap(({ entries }) => entries);
    expect(completed.entries.map(key)).toEqual(sent.map(key));

    const store = createMemoryStore();
    await store.append(document.address, completed);
    const again = await document.open(ada, { memoryStore: store });
    expect(metaTitle(again.replica.ydoc).toJSON()).toBe('first second third');
    const ben = await document.join('ben', 'viewer');
    await pull(again, ben);
    expect(metaTitle(ben.replica.ydoc).toJSON()).toBe('first second third');
    expect(ben.replica.counters).toEqual({});
    ada.store.failAppends(false);
  });

  it('LOG-63: continues the stored log; what is stored already, or does not follow, is left out', async () => {
    const document = await createTestDocument({ doc: 'meta' });
    const ada = await document.join('ada', 'owner');
    metaTitle(ada.replica.ydoc).insert(0, 'a');
    await ada.replica.flush();
    document.clock.advance(20);
    metaTitle(ada.replica.ydoc).insert(1, 'b');
    const unsaved = ada.replica.unsaved();
    const stored = await ada.store.load(document.address);
    expect(unsaved.entries.map(({ seq }) => seq)).toEqual([2]);
    expect((await completeBatch(unsaved, stored, ada.device)).entries).toHaveLength(1);
    await ada.replica.flush();
    const later = await ada.store.load(document.address);
    expect((await completeBatch(unsaved, later, ada.device)).entries).toEqual([]);
    expect((await completeBatch(unsaved, { headers: [], entries: [], receipted: [] }, ada.device)).entries).toEqual([]);
  });

  it('LOG-63: is nothing of another device', async () => {
    const document = await createTestDocument({ doc: 'meta' });
    const ada = await document.join('ada', 'owner');
    const ben = await document.member('ben', 'editor');
    metaTitle(ada.replica.ydoc).insert(0, 'a');
    const unsaved = ada.replica.unsaved();
    const completed = await completeBatch(unsaved, { headers: [], entries: [], receipted: [] }, ben.device);
    expect(completed).toEqual({ headers: [], entries: [], left: 0 });
  });
});
