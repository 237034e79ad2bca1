import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LogBatch, Replica } from '@vicinal/shared/log/types.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import { metaTitle } from '@vicinal/shared/room/documents.ts';
import {
  createTestDocument,
  pull,
  type MemberReplica,
  type TestDocument,
} from '@vicinal/shared/testing/test-document.ts';
import type { UnsavedCopies } from '../storage/unsaved-copies.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { createLastMoments, type LastMoments } from './last-moments.ts';

let clock: ManualClock;
let document: TestDocument;
let ada: MemberReplica;
let kept: LogBatch[];
let copyingMs: number;
let moments: LastMoments;

beforeEach(async () => {
  clock = createManualClock(1000);
  document = await createTestDocument({ doc: 'meta' });
  ada = await document.join('ada', 'owner');
  ada.store.failAppends(true);
  kept = [];
  copyingMs = 0;
  const copies: UnsavedCopies = {
    keep: (_address, batch) => {
      kept.push(batch);
      clock.advance(copyingMs);
      return true;
    },
    read: () => [],
    remove: () => undefined,
  };
  const replicas: ReadonlyMap<DocKind, Replica> = new Map([['meta', ada.replica]]);
  moments = createLastMoments(replicas, copies, clock);
  onTestFinished(() => moments.close());
  ada.replica.on('stored', () => moments.stored('meta'));
});
const type = (text: string): void => metaTitle(ada.replica.ydoc).insert(0, text);
const entries = (): number[] => kept.map((batch) => batch.entries.length);

test('CLI-40 a change is copied in its own task, what follows at once a moment later, together', () => {
  type('a');
  expect(entries()).toEqual([1]);
  type('b');
  type('c');
  expect(entries()).toEqual([1]);
  clock.advance(4);
  expect(entries()).toEqual([1, 2]);
  clock.advance(1000);
  type('d');
  expect(entries()).toEqual([1, 2, 3]);
});

test('CLI-40 copying takes no more than a tenth of the time, but for a page that ends', () => {
  copyingMs = 5;
  type('a');
  type('b');
  clock.advance(49);
  expect(kept).toHaveLength(1);
  clock.advance(1);
  expect(kept).toHaveLength(2);
  type('c');
  moments.keepAll();
  expect(kept).toHaveLength(3);
  clock.advance(1000);
  expect(kept).toHaveLength(3);
});

test('CLI-40 the copy goes once the database has everything', async () => {
  type('a');
  await ada.replica.flush().catch(() => undefined);
  ada.store.failAppends(false);
  await ada.replica.flush();
  expect(entries()).toEqual([1, 0]);
});

test('CLI-40 a copy found at the start goes as well', async () => {
  moments.noteCopy('meta');
  ada.store.failAppends(false);
  await pull(await writer(), ada);
  expect(entries()).toEqual([0]);
});

test('CLI-40 what others write is not copied for its own sake', async () => {
  await pull(await writer(), ada).catch(() => undefined);
  clock.advance(1000);
  expect(metaTitle(ada.replica.ydoc).toJSON()).toBe('theirs');
  expect(kept).toEqual([]);
});

async function writer(): Promise<MemberReplica> {
  const ben = await document.join('ben', 'editor');
  metaTitle(ben.replica.ydoc).insert(0, 'theirs');
  return ben;
}
