import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, poll, type Person, endJourney } from './harness.ts';

let stack: TestStack;
let ada: Person;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada' });
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
});

afterAll(async () => {
  await endJourney(stack, []);
});

const waitForPill = (words: string): Promise<void> =>
  poll(
    async () => (await ada.page.getByTestId('sync-status').textContent()) === words,
    10_000,
    async () => `the pill says "${await ada.page.getByTestId('sync-status').textContent()}"`,
  );

interface Held {
  readonly entries: number;
  /** Of those, covered by receipts that were stored. */
  readonly receipted: number;
}

/** What the database holds of a room; before that, its times are set back so many days. */
const heldOf = (room: string, daysBack = 0): Promise<Held> =>
  ada.page.evaluate(
    async ([asked, days]) => {
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error(request.error?.message));
        });
      let held = { entries: 0, receipted: 0 };
      for (const { name } of await indexedDB.databases()) {
        if (name === undefined || name === 'vicinal/profile') continue;
        const database = await done(indexedDB.open(name));
        const tx = database.transaction(['rooms', 'entries', 'receipted'], days > 0 ? 'readwrite' : 'readonly');
        const rooms = tx.objectStore('rooms');
        const record: { openedAt?: number } | undefined = await done(rooms.get(asked));
        if (days > 0 && record?.openedAt !== undefined)
          await done(rooms.put({ ...record, openedAt: record.openedAt - days * 86_400_000 }, asked));
        const range = IDBKeyRange.bound([asked], [asked, []]);
        const rows: { durability: string; heads: { seq: number }[] }[] = await done(
          tx.objectStore('receipted').getAll(range),
        );
        const heads = rows.filter(({ durability }) => durability === 'archive-disk').flatMap((row) => row.heads);
        held = {
          entries: held.entries + (await done(tx.objectStore('entries').count(range))),
          receipted: held.receipted + heads.reduce((sum, { seq }) => sum + seq, 0),
        };
        database.close();
      }
      return held;
    },
    [room, daysBack] as const,
  );

test('CLI-45 CLI-58 storage that is full: nothing typed is lost, copies that the archive holds can go, and come back', async () => {
  const { page } = ada;
  const home = page.url();
  const old = await ada.newDocument('Old plan');
  const oldRoom = /\/d\/([\w-]+)/.exec(old)?.[1] ?? '';
  await ada.type('Long done.');
  await ada.waitForState('archived');
  await poll(
    async () => {
      const { entries, receipted } = await heldOf(oldRoom);
      return entries > 0 && entries === receipted;
    },
    10_000,
    async () => `receipts were not stored: ${JSON.stringify(await heldOf(oldRoom))}`,
  );
  await page.goto(home);
  await heldOf(oldRoom, 10);

  await ada.newDocument('Full disk');
  await ada.type('Before. ');
  await ada.waitForState('archived');
  const address = page.url();
  const session = await ada.context.newCDPSession(page);
  const { origin } = new URL(address);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  // Chromium goes on granting for some seconds what it had granted before
  await poll(
    async () => {
      await page.keyboard.type('.');
      return (await ada.status()).state === 'error';
    },
    60_000,
    async () => `the state is ${JSON.stringify(await ada.status())}`,
  );
  await ada.type(' While it is full. ');
  await waitForPill('Not saved');
  const banner = page.getByRole('alert').filter({ hasText: 'could not be saved' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    banner.getByRole('button', { name: 'Export a copy' }).click(),
  ]);
  expect(readFileSync(await download.path(), 'utf8')).toContain('While it is full.');

  // twice: the second page builds on what the first could not store
  for (const words of ['After a reload. ', 'After another. ']) {
    await page.reload();
    await ada.waitForText('While it is full.');
    await waitForPill('Not saved');
    expect(await ada.isEditable()).toBe(true);
    await ada.type(words);
  }

  await banner.getByRole('link', { name: 'Free up space' }).click();
  const remove = page.getByRole('button', { name: 'Remove offline copies of archived documents' });
  const outcome = page.locator('.free-space').getByRole('status');
  const waitForOutcome = (words: string): Promise<void> =>
    poll(
      async () => ((await outcome.textContent()) ?? '').includes(words),
      10_000,
      async () => `it says "${await outcome.textContent()}"`,
    );
  await remove.click();
  await waitForOutcome('The offline copy of 1 document was removed.');
  expect((await heldOf(oldRoom)).entries).toBe(0);
  await remove.click();
  await waitForOutcome('Nothing was removed:');

  await page.goto(address);
  await ada.waitForText('After another.');
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await ada.type('Room again. ');
  await ada.waitForState('archived', 45_000);
  const unsaved = (): Promise<string[]> =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('/unsaved/')));
  // the index is stored by itself, when its next attempt is due
  await poll(
    async () => (await unsaved()).length === 0,
    45_000,
    async () => `copies are left: ${(await unsaved()).join(', ')}`,
  );
  await page.reload();
  await ada.waitForText('While it is full. After a reload. After another. Room again.');
  await ada.waitForState('archived');

  await page.goto(old);
  await ada.waitForText('Long done.');
  await ada.waitForState('archived');
  const unexpected = (await ada.problems()).filter((problem) => !/storage-failed|store-failed|unflushed/.test(problem));
  expect(unexpected).toEqual([]);
  rmSync(await ada.kill(), { recursive: true, force: true, maxRetries: 5 });
});
