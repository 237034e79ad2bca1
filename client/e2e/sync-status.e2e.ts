import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, poll, type Person, endJourney } from './harness.ts';

const profile = mkdtempSync(join(tmpdir(), 'vicinal-sync-status-'));

let stack: TestStack;
let ada: Person;
let home: string;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada', profile });
  await ada.setUp((await stack.setupLink()) ?? '');
  home = ada.page.url();
  await stack.archiverReady();
});

afterAll(async () => {
  await endJourney(stack, [ada]);
});

const pill = () => ada.page.getByTestId('sync-status');
const waitForWords = (words: RegExp, limitMs = 20_000): Promise<void> =>
  poll(
    async () => words.test((await pill().textContent()) ?? ''),
    limitMs,
    async () => `the pill says "${await pill().textContent()}"`,
  );

/** Kinds of the entries of every room's log, as they are in the database. */
const storedLogs = (): Promise<string[][]> =>
  ada.page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error(request.error?.message));
      });
    const found: string[][] = [];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined || name === 'vicinal/profile') continue;
      const database = await done(indexedDB.open(name));
      const rows: unknown[] = await done(database.transaction('syncLog').objectStore('syncLog').getAll());
      database.close();
      found.push(...rows.map((row) => (row as { kind: string }[]).map(({ kind }) => kind))); // as the product writes it
    }
    return found;
  });

test('CLI-40 what was typed just before a reload is there after it', async () => {
  await ada.newDocument('Last blink');
  await ada.page.getByRole('textbox', { name: 'Document text' }).click();
  for (let round = 0; round < 5; round++) {
    const line = `${round}: forty characters just before a reload.`;
    await ada.page.keyboard.press('Control+End');
    await ada.page.keyboard.type(line);
    await ada.page.reload();
    await ada.waitForText(line);
    await ada.page.getByRole('textbox', { name: 'Document text' }).click();
    await ada.page.keyboard.press('Control+End');
    await ada.page.keyboard.press('Enter');
  }
  await ada.waitForState('archived');
  const text = await ada.documentText();
  for (let round = 0; round < 5; round++)
    expect(text.split(`${round}: forty characters just before a reload.`)).toHaveLength(2);
  // nothing of it waits outside the database any more
  expect(await ada.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('/unsaved/')))).toEqual(
    [],
  );
});

test('CLI-40 what was typed just before the browser is closed is there when it is opened again', async () => {
  await ada.page.goto(home);
  const address = await ada.newDocument('Last blink of a browser');
  await ada.page.getByRole('textbox', { name: 'Document text' }).click();
  for (let round = 0; round < 3; round++) {
    const line = `${round}: forty characters just before the end.`;
    await ada.page.keyboard.press('Control+End');
    // as fast as a very fast person; after the last key not a moment
    await ada.page.keyboard.type(line.slice(0, -1), { delay: 15 });
    await ada.page.keyboard.press(line.slice(-1));
    // neither 'pagehide' nor 'visibilitychange' comes first
    await ada.context.close();
    ada = await createPerson({ name: 'Ada', profile });
    await ada.page.goto(address);
    await ada.waitForText(line);
    await ada.page.getByRole('textbox', { name: 'Document text' }).click();
  }
});

test('CLI-40 a page that crashes in mid-typing opens again with what it had stored, and goes on', async () => {
  const line = 'Forty characters just before the crash.';
  await ada.page.goto(home);
  const address = await ada.newDocument('Last blink of a page');
  await ada.page.getByRole('textbox', { name: 'Document text' }).click();
  const crash = await ada.context.newCDPSession(ada.page);
  const crashed = ada.page.waitForEvent('crash');
  await ada.page.keyboard.type(line.slice(0, 20));
  await ada.waitForState('archived');
  await ada.page.keyboard.type(line.slice(20));
  void crash.send('Page.crash').catch(() => undefined); // nobody is left to answer
  await crashed;
  await ada.context.close();
  ada = await createPerson({ name: 'Ada', profile });
  await ada.page.goto(address);
  // the renderer dies in the middle of a task: what the machine typed last may not have been one yet
  await ada.waitForText(line.slice(0, 20));
});

test('CLI-44 the panel tells where the document is, and its log outlives a reload', async () => {
  await ada.page.goto(home);
  await ada.newDocument('Where it is');
  await ada.type('Something');
  await ada.waitForState('archived');
  await waitForWords(/Up to date · in the archive/);
  await pill().click();
  const panel = ada.page.getByRole('dialog', { name: 'Where this document is' });
  for (const words of ['This device', 'People and devices', 'Archive', 'Connection service', 'What happened'])
    await panel.getByRole('heading', { name: words }).waitFor();
  await panel.getByText(/Protected from cleanup: (yes|no)/).waitFor();
  await panel.getByText(/Last receipt .*stored on disk/).waitFor();
  await poll(
    async () => /Confirmed by the archive/.test((await panel.getByTestId('sync-log').textContent()) ?? ''),
    10_000,
    async () => `the log says "${await panel.textContent()}"`,
  );
  await poll(
    async () => (await storedLogs()).some((kinds) => kinds.includes('receipt')),
    10_000,
    async () => `stored logs: ${JSON.stringify(await storedLogs())}`,
  );
  await ada.page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  await ada.page.reload();
  await ada.waitForState('archived');
  await pill().focus();
  await ada.page.keyboard.press('Enter');
  await panel.getByTestId('sync-log').waitFor();
  const all = panel.getByRole('button', { name: /Show (all )?\d+ entr/ });
  if (await all.isVisible()) await all.click();
  await poll(
    async () => ((await panel.getByTestId('sync-log').textContent()) ?? '').split('Opened on this device').length > 2,
    10_000,
    async () => `the log says "${await panel.getByTestId('sync-log').textContent()}"`,
  );
  await panel.getByRole('button', { name: 'Close' }).click();
  await panel.waitFor({ state: 'hidden' });
});
