/** What every {@link LogStore} must do. Run against memory here, IndexedDB in the client and Postgres in the archiver. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import type { RoomId } from '../ids.ts';
import { encodeCheckpoint, encodeEntry, encodeHeader } from '../log/envelope.ts';
import type { Checkpoint, DocAddress, Entry, LogBatch, LogHeader, LogStore } from '../log/types.ts';
import { createAttacker } from './attacker.ts';
import type { Attacker } from './attacker.ts';
import { createTestDocument, testId } from './test-document.ts';

export interface LogStoreFixture {
  readonly store: LogStore;
  /** The same data through a new store, as after a restart. `store` is not used any more: it may be closed. */
  reopen(): Promise<LogStore>;
  close(): Promise<void>;
}

/** `open` starts with nothing stored. */
export function testLogStoreContract(name: string, open: () => Promise<LogStoreFixture>): void {
  describe(`log store contract: ${name}`, () => {
    let fixture: LogStoreFixture;
    let address: DocAddress;
    let writers: readonly Attacker[];
    const other: DocAddress = { room: testId('another room') as RoomId, doc: 'content', gen: 0 }; // 16 bytes encode to the 22 characters of a room id

    beforeEach(async () => {
      fixture = await open();
      const document = await createTestDocument();
      address = document.address;
      const members = await Promise.all([document.member('ada', 'owner'), document.member('ben', 'editor')]);
      writers = await Promise.all(members.map((member) => createAttacker(member, address, member.name)));
    });
    afterEach(() => fixture.close());

    const entry = (writer: number, content: string): Promise<Entry> =>
      at(writer).entry(utf8(content), [{ clientId: 2 ** 52 + 1, seq: 7 }]);
    const at = (writer: number): Attacker => writers[writer] ?? expect.unreachable('no such writer');
    const read = async (store: LogStore, where = address): Promise<{ headers: string[]; entries: string[] }> => {
      const { headers, entries } = await store.load(where);
      return {
        headers: headers.map((header) => toHex(encodeHeader(header))),
        entries: entries.map((e) => toHex(encodeEntry(e))),
      };
    };
    const hex = (batch: LogBatch) => ({
      headers: batch.headers.map((h) => toHex(encodeHeader(h))),
      entries: batch.entries.map((e) => toHex(encodeEntry(e))),
    });

    it('LOG-50: an unknown document is empty, not an error', async () => {
      expect(await fixture.store.load(address)).toEqual({ headers: [], entries: [], receipted: [] });
    });

    it('LOG-51: gives back headers and entries byte for byte, in the order stored, after a restart too', async () => {
      const first: LogBatch = { headers: [at(0).header], entries: [await entry(0, 'a1'), await entry(0, 'a2')] };
      const second: LogBatch = { headers: [at(1).header], entries: [await entry(1, 'b1'), await entry(0, 'a3')] };
      await fixture.store.append(address, first);
      await fixture.store.append(address, second);
      const expected = hex({
        headers: [...first.headers, ...second.headers],
        entries: [...first.entries, ...second.entries],
      });
      for (const open of [() => Promise.resolve(fixture.store), () => fixture.reopen()]) {
        const stored = await read(await open());
        expect(stored.entries).toEqual(expected.entries);
        expect(new Set(stored.headers)).toEqual(new Set(expected.headers));
      }
    });

    it('LOG-52: is idempotent by session and seq: what is stored stays as it is', async () => {
      const one = await entry(0, 'a1');
      const batch: LogBatch = { headers: [at(0).header], entries: [one] };
      await fixture.store.append(address, batch);
      await fixture.store.append(address, batch);
      await fixture.store.append(address, { headers: [], entries: [one, await entry(0, 'a2')] });
      expect((await read(fixture.store)).entries).toHaveLength(2);
      expect((await read(fixture.store)).headers).toHaveLength(1);
    });

    it('LOG-53: a header that comes again with a grant completes the stored one, and never the other way round', async () => {
      const complete: LogHeader = at(0).header;
      const bare: LogHeader = { ...complete, grant: '' };
      await fixture.store.append(address, { headers: [bare], entries: [await entry(0, 'a1')] });
      await fixture.store.append(address, { headers: [complete], entries: [] });
      await fixture.store.append(address, { headers: [bare], entries: [] });
      expect((await read(fixture.store)).headers).toEqual([toHex(encodeHeader(complete))]);
    });

    it('LOG-54: keeps documents apart by room, kind and lineage', async () => {
      await fixture.store.append(address, { headers: [at(0).header], entries: [await entry(0, 'a1')] });
      for (const where of [other, { ...address, doc: 'meta' as const }, { ...address, gen: 1 }]) {
        expect(await read(fixture.store, where)).toEqual({ headers: [], entries: [] });
      }
    });

    it('LOG-55: says how durable what it stored is', async () => {
      const durability = await fixture.store.append(address, {
        headers: [at(0).header],
        entries: [await entry(0, 'a1')],
      });
      expect(['memory', 'device', 'archive-os', 'archive-disk']).toContain(durability);
    });

    it('LOG-56: keeps the latest checkpoint', async () => {
      for (const content of ['a1', 'a2']) {
        await fixture.store.append(address, { headers: [at(0).header], entries: [await entry(0, content)] });
      }
      const blank: Checkpoint = {
        ...address,
        archiveId: new Uint8Array(16).fill(1),
        archiveSeq: 1,
        sessions: [],
        state: utf8('one'),
        devicePub: new Uint8Array(32),
        grant: 'g',
        sig: new Uint8Array(64),
      };
      const latest = {
        ...blank,
        archiveSeq: 2,
        state: utf8('two'),
        sessions: [{ header: at(0).header, seq: 2, hash: at(0).headHash }],
      };
      await fixture.store.saveCheckpoint(blank);
      await fixture.store.saveCheckpoint(latest);
      const { checkpoint } = await (await fixture.reopen()).load(address);
      expect(checkpoint && toHex(encodeCheckpoint(checkpoint))).toBe(toHex(encodeCheckpoint(latest)));
    });

    it('LOG-57: keeps the latest acknowledged heads per acknowledger', async () => {
      const heads = [{ clientId: 2 ** 52 + 3, seq: 5, hash: new Uint8Array(32).fill(9) }];
      const first = { by: 'aa', archiveSeq: 1, durability: 'archive-disk', at: 10, heads: [] } as const;
      const later = { ...first, archiveSeq: 2, at: 20, heads };
      const device = { by: 'device-id', archiveSeq: 0, durability: 'device', at: 5, heads } as const;
      for (const receipted of [first, later, device]) await fixture.store.saveReceipted(address, receipted);
      const reopened = await fixture.reopen();
      const stored = await reopened.load(address);
      expect([...stored.receipted].sort((a, b) => a.by.localeCompare(b.by))).toEqual([later, device]);
      expect((await reopened.load(other)).receipted).toEqual([]);
    });
  });
}
