import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../bytes.ts';
import { contentBody, metaTitle } from '../room/documents.ts';
import { createAttacker } from '../testing/attacker.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { rawUpdate, text } from '../testing/raw-update.ts';
import { createTestDocument, pull, recordBatches, syncAll } from '../testing/test-document.ts';
import type { MemberReplica } from '../testing/test-document.ts';
import { entrySize } from './envelope.ts';
import { sessionClientId } from './session.ts';

const write = (ydoc: Y.Doc, words: string): void => {
  ydoc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(words)]);
    contentBody(ydoc).push([paragraph]);
  });
};
const shown = ({ replica }: MemberReplica): string => contentBody(replica.ydoc).toString();
const entriesOf = (who: MemberReplica): number => who.replica.heads().reduce((sum, head) => sum + head.seq, 0);

describe('replica', () => {
  it('LOG-20: local transactions become signed entries that another replica applies', async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'owner'), document.join('ben', 'editor')]);
    write(ada.replica.ydoc, 'hello');
    await pull(ada, ben);
    expect(shown(ben)).toBe('<paragraph>hello</paragraph>');
    write(ben.replica.ydoc, 'world');
    await syncAll([ada, ben]);
    expect(shown(ada)).toBe('<paragraph>hello</paragraph><paragraph>world</paragraph>');
    expect(toHex(ada.replica.digest())).toBe(toHex(ben.replica.digest()));
  });

  it('LOG-20: text that begins with a byte order mark is text like any other', async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'owner'), document.join('ben', 'editor')]);
    write(ada.replica.ydoc, '\uFEFFhello');
    write(ada.replica.ydoc, 'world');
    await pull(ada, ben);
    expect(shown(ben)).toBe('<paragraph>\uFEFFhello</paragraph><paragraph>world</paragraph>');
    expect(ada.replica.state).toBe('writable');
  });

  it('LOG-21: the first change leaves at once, what follows within 10 ms as one entry', async () => {
    const document = await createTestDocument();
    const ada = await document.join('ada', 'owner');
    const batches = recordBatches(ada);
    for (let i = 0; i < 7; i++) write(ada.replica.ydoc, `${i}`);
    await new Promise((resolve) => ada.replica.on('applied', resolve));
    expect(batches).toHaveLength(1);
    document.clock.advance(10);
    await ada.replica.flush();
    expect(batches).toHaveLength(2);
    expect(batches[1]?.entries).toHaveLength(1);
    document.clock.advance(10);
    expect(document.clock.pending).toBe(0);
  });

  it('LOG-21: what comes faster than anybody types is gathered for 40 ms, until it does no more', async () => {
    const document = await createTestDocument();
    const ada = await document.join('ada', 'owner');
    const batches = recordBatches(ada);
    for (let i = 0; i < 9; i++) write(ada.replica.ydoc, `${i}`);
    document.clock.advance(10);
    write(ada.replica.ydoc, 'a');
    document.clock.advance(39);
    write(ada.replica.ydoc, 'b');
    document.clock.advance(1);
    for (const letter of ['c', 'd']) {
      write(ada.replica.ydoc, letter);
      document.clock.advance(10);
    }
    await ada.replica.flush();
    // the first, the eight after it, a and b, c, d
    expect(batches.flatMap(({ entries }) => entries)).toHaveLength(5);
    document.clock.advance(10);
    expect(document.clock.pending).toBe(0);
  });

  it("LOG-22: an entry names the sessions that moved since the author's last, and never spans a received change", async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'owner'), document.join('ben', 'editor')]);
    const batches = recordBatches(ben);
    write(ada.replica.ydoc, 'a1');
    await ada.replica.flush();
    write(ben.replica.ydoc, 'b1');
    write(ben.replica.ydoc, 'b2');
    await pull(ada, ben);
    write(ben.replica.ydoc, 'b3');
    await ben.replica.flush();
    const { clientId } = ada.replica;
    expect(batches.flatMap((batch) => batch.entries).map((entry) => entry.deps)).toEqual([
      [],
      [],
      [{ clientId, seq: 1 }],
    ]);
  });

  it('LOG-23: nothing is written by opening, receiving in and closing a document', async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'owner'), document.join('ben', 'editor')]);
    expect(ben.replica.heads()).toEqual([]);
    write(ada.replica.ydoc, 'x');
    await pull(ada, ben);
    await ben.replica.close();
    expect(ben.store.entries(document.address).map((entry) => entry.clientId)).toEqual([
      sessionClientId(ada.replica.header(ada.replica.clientId) ?? expect.unreachable()),
    ]);
  });

  it('LOG-26: every page load is a session of its own, and what was stored is there again', async () => {
    const document = await createTestDocument();
    const ada = await document.join('ada', 'owner');
    write(ada.replica.ydoc, 'kept');
    await ada.replica.close();
    const again = await document.open(ada, { memoryStore: ada.store });
    expect(shown(again)).toBe('<paragraph>kept</paragraph>');
    write(again.replica.ydoc, 'more');
    await again.replica.flush();
    expect(again.replica.heads()).toHaveLength(2);
    expect(again.replica.heads().map((head) => head.seq)).toEqual([1, 1]);
  });

  it('LOG-27: a document whose client id was changed goes on in a new session, and no local change is lost', async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'owner'), document.join('ben', 'editor')]);
    write(ada.replica.ydoc, 'one');
    ada.replica.ydoc.clientID = 4711;
    write(ada.replica.ydoc, 'two');
    expect(ada.replica.ydoc.clientID).not.toBe(4711);
    await pull(ada, ben);
    expect(shown(ben)).toBe(shown(ada));
    expect(ben.replica.heads()).toHaveLength(2);
  });

  it("LOG-28: a viewer's local transactions are refused before they change anything, and reported", async () => {
    const document = await createTestDocument();
    const viewer = await document.join('viewer', 'viewer');
    const errors: string[] = [];
    viewer.replica.on('error', (error) => errors.push(error.code));
    expect(() => write(viewer.replica.ydoc, 'x')).toThrow();
    expect([shown(viewer), errors, viewer.replica.state]).toEqual(['', ['forbidden'], 'read-only']);
  });

  it('LOG-29: a paste is cut into entries near 256 KiB that arrive whole, astral characters included', async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'owner'), document.join('ben', 'editor')]);
    const batches = recordBatches(ada);
    const paste = '👩‍🚀é'.repeat(70_000);
    write(ada.replica.ydoc, paste);
    await pull(ada, ben);
    const sizes = batches.flatMap((batch) => batch.entries).map(entrySize);
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThan(300 * 1024);
    expect(shown(ben)).toBe(`<paragraph>${paste}</paragraph>`);
  });

  it('LOG-29: a value that no entry can carry is reported and kept aside; what was written before stays', async () => {
    const document = await createTestDocument({ doc: 'meta' });
    const ada = await document.join('ada', 'owner');
    const errors: string[] = [];
    ada.replica.on('error', (error) => errors.push(error.code));
    metaTitle(ada.replica.ydoc).insert(0, 'kept');
    ada.replica.ydoc.getMap('props').set('icon', new Uint8Array(9 * 1024 * 1024));
    document.clock.advance(10);
    await ada.replica.flush();
    expect([errors, ada.replica.state, ada.replica.quarantine.length]).toEqual([['limit-exceeded'], 'failed', 1]);
    const again = await document.open(ada, { memoryStore: ada.store });
    expect([metaTitle(again.replica.ydoc).toString(), again.replica.state]).toEqual(['kept', 'writable']);
  });

  it('LOG-31: an unreadable store makes a failed replica that appends nothing', async () => {
    const document = await createTestDocument();
    const [ada, ben] = [await document.member('ada', 'owner'), await document.join('ben', 'editor')];
    const memoryStore = createMemoryStore();
    memoryStore.failLoads(true);
    const failed = await document.open(ada, { memoryStore });
    expect(failed.replica.state).toBe('failed');
    expect(() => write(failed.replica.ydoc, 'x')).toThrow();
    write(ben.replica.ydoc, 'from ben');
    await pull(ben, failed);
    expect(memoryStore.entries(document.address)).toEqual([]);
  });

  it('LOG-32: a store that cannot write is tried again, in order, and nothing is announced as stored before', async () => {
    const document = await createTestDocument();
    const ada = await document.join('ada', 'owner');
    const stored: number[] = [];
    ada.replica.on('stored', (heads) => stored.push(...heads.map((head) => head.seq)));
    ada.store.failAppends(true);
    write(ada.replica.ydoc, 'one');
    await expect(ada.replica.flush()).rejects.toMatchObject({ code: 'storage-failed' });
    write(ada.replica.ydoc, 'two');
    await expect(ada.replica.flush()).rejects.toMatchObject({ code: 'storage-failed' });
    expect([stored, ada.replica.receipts.snapshot().unsaved]).toEqual([[], 2]);
    ada.store.failAppends(false);
    document.clock.advance(60_000);
    await ada.replica.flush();
    expect([stored, ada.replica.receipts.snapshot().unsaved]).toEqual([[2], 0]);
    expect(ada.store.entries(document.address).map((entry) => entry.seq)).toEqual([1, 2]);
  });

  it('LOG-33: what was written without a grant is held by others until the header is completed', async () => {
    const document = await createTestDocument();
    const owner = await document.member('ada', 'owner');
    const ada = await document.open(owner, { grant: undefined as never, writableWithoutGrant: () => true }); // explicitly none
    const ben = await document.join('ben', 'editor');
    write(ada.replica.ydoc, 'offline');
    await pull(ada, ben);
    expect(shown(ben)).toBe('');
    ada.replica.setGrant(owner.grant, owner.claims);
    await ada.replica.flush();
    await pull(ada, ben);
    expect(shown(ben)).toBe('<paragraph>offline</paragraph>');
    const again = await document.open(owner, { memoryStore: ada.store });
    expect(again.replica.header(ada.replica.clientId)?.grant).toBe(owner.grant);
  });

  it('LOG-33: another tab of the same device takes what was written without a grant, from the start and from a store', async () => {
    const document = await createTestDocument();
    const owner = await document.member('ada', 'owner');
    const unregistered = { grant: undefined as never, writableWithoutGrant: () => true }; // explicitly none
    const first = await document.open(owner, unregistered);
    const second = await document.open(owner, unregistered);
    write(first.replica.ydoc, 'one');
    await pull(first, second);
    expect(shown(second)).toBe('<paragraph>one</paragraph>');
    const third = await document.open(owner, { ...unregistered, memoryStore: first.store });
    write(first.replica.ydoc, 'two');
    await pull(first, third);
    expect(shown(third)).toContain('two');
  });

  it('LOG-33: whether a room is unregistered is asked at every change', async () => {
    const document = await createTestDocument();
    let isUnregistered = false;
    const ada = await document.open(await document.member('ada', 'owner'), {
      grant: undefined as never, // explicitly none
      writableWithoutGrant: () => isUnregistered,
    });
    expect(ada.replica.state).toBe('read-only');
    isUnregistered = true;
    expect(ada.replica.state).toBe('writable');
    write(ada.replica.ydoc, 'offline');
    expect(shown(ada)).toBe('<paragraph>offline</paragraph>');
    isUnregistered = false;
    expect(ada.replica.state).toBe('read-only');
  });

  it('LOG-34: another role begins a new session; without write permission the replica becomes read-only', async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'editor'), document.join('ben', 'editor')]);
    write(ada.replica.ydoc, 'as editor');
    const before = ada.replica.clientId;
    const asOwner = await document.member('ada', 'owner');
    ada.replica.setGrant(asOwner.grant, asOwner.claims);
    expect(ada.replica.clientId).not.toBe(before);
    write(ada.replica.ydoc, 'as owner');
    const asViewer = await document.member('ada', 'viewer');
    ada.replica.setGrant(asViewer.grant, asViewer.claims);
    expect(ada.replica.state).toBe('read-only');
    await pull(ada, ben);
    expect(shown(ben)).toBe('<paragraph>as editor</paragraph><paragraph>as owner</paragraph>');
  });

  it('LOG-35: reports what is missing: unknown headers, gaps and unapplied references', async () => {
    const document = await createTestDocument();
    const [ada, ben] = await Promise.all([document.join('ada', 'owner'), document.join('ben', 'editor')]);
    const batches = recordBatches(ada);
    for (const word of ['one', 'two', 'three']) {
      write(ada.replica.ydoc, word);
      document.clock.advance(20);
    }
    await ada.replica.flush();
    const entries = batches.flatMap((batch) => batch.entries);
    const headers = batches.flatMap((batch) => batch.headers);
    const { clientId } = ada.replica;
    expect((await ben.replica.receive({ headers: [], entries: entries.slice(2) }, ada.peer)).missing).toEqual([
      { clientId, fromSeq: 1, needsHeader: true },
    ]);
    expect(await ben.replica.receive({ headers, entries: entries.slice(2) }, ada.peer)).toMatchObject({
      held: 1,
      missing: [{ clientId, fromSeq: 1, toSeq: 2, needsHeader: false }],
    });
    expect(await ben.replica.receive({ headers: [], entries: entries.slice(0, 2) }, ada.peer)).toMatchObject({
      applied: 3,
      missing: [],
    });
    const cat = await document.join('cat', 'editor');
    await pull(ben, cat);
    write(cat.replica.ydoc, 'four');
    await cat.replica.flush();
    const dan = await document.join('dan', 'editor');
    const [latest] = [...cat.replica.range(cat.replica.clientId, 1, undefined, 1e6)];
    expect(await dan.replica.receive(latest ?? expect.unreachable(), cat.peer)).toMatchObject({
      held: 1,
      missing: [{ clientId, fromSeq: 1, toSeq: 3, needsHeader: true }],
    });
    await pull(ada, dan);
    expect(shown(dan)).toBe(shown(cat));
  });

  it('LOG-36: hands on what another lacks in batches of the asked size, in an order that applies', async () => {
    const document = await createTestDocument();
    const [ada, ben, cat] = await Promise.all([
      document.join('ada', 'owner'),
      document.join('ben', 'editor'),
      document.join('cat', 'viewer'),
    ]);
    for (let i = 0; i < 30; i++) {
      write(i % 2 ? ada.replica.ydoc : ben.replica.ydoc, 'x'.repeat(100));
      document.clock.advance(20);
      await syncAll([ada, ben]);
    }
    const batches = [...ada.replica.missingFor([], 2000)];
    expect(batches.length).toBeGreaterThan(3);
    for (const batch of batches)
      expect(await cat.replica.receive(batch, ada.peer)).toMatchObject({ held: 0, applied: batch.entries.length });
    expect(entriesOf(cat)).toBe(30);
    expect([...ada.replica.missingFor(cat.replica.heads(), 2000)]).toEqual([]);
  });

  it('LOG-37: held entries beyond the bounds are evicted newest first and asked for again', async () => {
    const document = await createTestDocument({ limits: { maxHeldBytesPerAuthor: 2000, maxHeldBytes: 4000 } });
    const ben = await document.join('ben', 'editor');
    const attacker = await createAttacker(await document.member('mallory', 'editor'), document.address);
    const entries = [];
    for (let i = 0; i < 30; i++) {
      entries.push(
        await attacker.entry(
          rawUpdate([
            { client: attacker.clientId, clock: i, structs: [text({ origin: { client: 99, clock: i } }, 'x')] },
          ]),
        ),
      );
    }
    const report = await ben.replica.receive({ headers: [attacker.header], entries: entries.slice(1) }, ben.peer);
    expect(report).toMatchObject({ applied: 0 });
    expect(report.missing).toContainEqual({ clientId: attacker.clientId, fromSeq: 1, needsHeader: false });
  });
});
