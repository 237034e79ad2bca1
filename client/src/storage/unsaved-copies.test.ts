import { beforeEach, describe, expect, test } from 'vitest';
import { metaTitle } from '@vicinal/shared/room/documents.ts';
import { createMemoryStore } from '@vicinal/shared/testing/memory-store.ts';
import { createTestDocument, type MemberReplica, type TestDocument } from '@vicinal/shared/testing/test-document.ts';
import { createRecoveringStore, createUnsavedCopies, removeUnsavedCopies } from './unsaved-copies.ts';

/** Web Storage in memory, with a limit of characters. */
class MemoryStorage implements Storage {
  readonly #rows = new Map<string, string>();
  readonly #limit: number;
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }
  get length(): number {
    return this.#rows.size;
  }
  key = (index: number): string | null => [...this.#rows.keys()][index] ?? null;
  getItem = (key: string): string | null => this.#rows.get(key) ?? null;
  setItem = (key: string, value: string): void => {
    if (value.length > this.#limit) throw new DOMException('full', 'QuotaExceededError');
    this.#rows.set(key, value);
  };
  removeItem = (key: string): void => void this.#rows.delete(key);
  clear = (): void => this.#rows.clear();
}

let document: TestDocument;
let ada: MemberReplica;
let storage: MemoryStorage;

beforeEach(async () => {
  document = await createTestDocument({ doc: 'meta' });
  ada = await document.join('ada', 'owner');
  storage = new MemoryStorage();
});
const typed = (): ReturnType<MemberReplica['replica']['unsaved']> => {
  metaTitle(ada.replica.ydoc).insert(0, 'typed just now');
  return ada.replica.unsaved();
};

describe('copies of what is not in the database', () => {
  test('CLI-40 are taken in when the document is opened next, once', async () => {
    createUnsavedCopies(storage, 'account', 'tab-1').keep(document.address, typed());
    expect(storage.length).toBe(1);
    const inner = createMemoryStore();
    const store = createRecoveringStore(inner, createUnsavedCopies(storage, 'account', 'tab-2'), ada.device);
    const stored = await store.load(document.address);
    expect(stored.entries).toHaveLength(1);
    expect(storage.length).toBe(0);
    expect(await inner.load(document.address)).toEqual(stored);
    const again = await document.open(ada, { memoryStore: inner });
    expect(metaTitle(again.replica.ydoc).toJSON()).toBe('typed just now');
  });

  test('CLI-40 stay while the database refuses them, are shown all the same, and are handed to it again', async () => {
    createUnsavedCopies(storage, 'account', 'tab-1').keep(document.address, typed());
    const inner = createMemoryStore();
    inner.failAppends(true);
    const copies = createUnsavedCopies(storage, 'account', 'tab-2');
    const store = createRecoveringStore(inner, copies, ada.device);
    const stored = await store.load(document.address);
    expect([stored.entries, stored.unsaved?.entries.length]).toEqual([[], 1]);
    // the copy of the page that ended is now the one of this page
    expect(copies.read(document.address).map(({ key }) => key)).toEqual([expect.stringMatching(/tab-2$/)]);
    inner.failAppends(false);
    expect((await store.load(document.address)).entries).toHaveLength(1);
    expect(storage.length).toBe(0);
  });

  test.each([
    ['the first', ['tab-1', 'tab-2']],
    ['the last', ['tab-2', 'tab-1']],
  ])('CLI-40 of pages that followed each other build on each other, %s in front', async (_title, order) => {
    const inner = createMemoryStore();
    const keep = (tab: string, text: string, { replica }: MemberReplica): [key: string, copy: string] => {
      const alone = new MemoryStorage();
      const title = metaTitle(replica.ydoc);
      title.insert(title.length, text);
      createUnsavedCopies(alone, 'account', tab).keep(document.address, replica.unsaved());
      const key = alone.key(0) ?? '';
      return [key, alone.getItem(key) ?? ''];
    };
    const first = keep('tab-1', 'one ', ada);
    await ada.replica.flush();
    const later = await document.open(ada, { memoryStore: ada.store });
    const second = keep('tab-2', 'two', later);
    for (const tab of order) storage.setItem(...(tab === 'tab-1' ? first : second));
    const store = createRecoveringStore(inner, createUnsavedCopies(storage, 'account', 'tab-3'), ada.device);
    expect((await store.load(document.address)).entries).toHaveLength(2);
    expect(storage.length).toBe(0);
    const again = await document.open(ada, { memoryStore: inner });
    expect(metaTitle(again.replica.ydoc).toJSON()).toBe('one two');
  });

  test('CLI-40 that follow on something nobody has yet wait for it', async () => {
    metaTitle(ada.replica.ydoc).insert(0, 'one ');
    await ada.replica.flush();
    const later = await document.open(ada, { memoryStore: ada.store });
    metaTitle(later.replica.ydoc).insert(4, 'two');
    createUnsavedCopies(storage, 'account', 'tab-2').keep(document.address, later.replica.unsaved());
    const inner = createMemoryStore();
    const store = createRecoveringStore(inner, createUnsavedCopies(storage, 'account', 'tab-3'), ada.device);
    expect((await store.load(document.address)).entries).toEqual([]);
    expect(storage.length).toBe(1);
    const known = await ada.store.load(document.address);
    await inner.append(document.address, { headers: known.headers, entries: known.entries.slice(0, 1) });
    expect((await store.load(document.address)).entries).toHaveLength(2);
    expect(storage.length).toBe(0);
  });

  test('CLI-40 go once everything is stored, are no larger than allowed, and never stop the page', () => {
    const copies = createUnsavedCopies(storage, 'account', 'tab');
    const batch = typed();
    copies.keep(document.address, batch);
    copies.keep(document.address, { headers: [], entries: [] });
    expect(storage.length).toBe(0);
    const [entry] = batch.entries;
    if (!entry) expect.unreachable('nothing was typed');
    const large = { ...batch, entries: [{ ...entry, bytes: new Uint8Array(2_000_000) }] };
    expect([copies.keep(document.address, large), storage.length]).toEqual([false, 0]);
    expect([copies.keep(document.address, batch), copies.keep(document.address, large)]).toEqual([true, false]);
    expect(copies.read(document.address)).toHaveLength(1);
    expect(createUnsavedCopies(new MemoryStorage(10), 'account', 'tab').keep(document.address, batch)).toBe(false);
  });

  test('CLI-40 what an open page copied meanwhile stays', () => {
    const copies = createUnsavedCopies(storage, 'account', 'tab');
    copies.keep(document.address, typed());
    const [found] = copies.read(document.address);
    if (!found) expect.unreachable('nothing was copied');
    copies.keep(document.address, typed());
    copies.remove(found);
    expect(copies.read(document.address)[0]?.batch.entries).toHaveLength(2);
  });

  test('CLI-40 what is damaged is dropped', () => {
    const copies = createUnsavedCopies(storage, 'account', 'tab');
    copies.keep(document.address, typed());
    const key = storage.key(0) ?? '';
    storage.setItem(key, 'AAAA');
    expect(copies.read(document.address)).toEqual([]);
    expect(storage.length).toBe(0);
  });

  test('CLI-40 are of one account and leave with it', () => {
    const batch = typed();
    createUnsavedCopies(storage, 'one', 'tab').keep(document.address, batch);
    createUnsavedCopies(storage, 'two', 'tab').keep(document.address, batch);
    expect(createUnsavedCopies(storage, 'two', 'x').read(document.address)).toHaveLength(1);
    removeUnsavedCopies(storage, 'one');
    expect(createUnsavedCopies(storage, 'one', 'x').read(document.address)).toEqual([]);
    expect(createUnsavedCopies(storage, 'two', 'x').read(document.address)).toHaveLength(1);
  });
});
