import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { buildVariant } from '@vicinal/infra/testing/variant-build.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, poll, type Person } from './harness.ts';

let stack: TestStack;
let ada: Person;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada' });
});

afterAll(async () => {
  await endJourney(stack, [ada]);
});

const variantOf = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="vicinal-variant"]')?.content);
const scriptsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.startsWith('/assets/') && path.endsWith('.js')),
  );
const notice = (page: Page) => page.getByRole('status').filter({ hasText: 'A new version is ready' });

test('PWA-30 a new version waits until a person takes it, in every tab, and old tabs keep all their screens', async () => {
  await ada.setUp((await stack.setupLink()) ?? '');
  const writing = ada.page;
  const address = await ada.newDocument('Two versions');
  await ada.type('Old. ');
  await writing.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  // The page asks for the rest of its build; the server will forget it.
  await poll(
    () =>
      writing.evaluate(async () => {
        const worker = await (await fetch('/sw.js')).text();
        const urls = [...worker.matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url ?? '');
        const found = await Promise.all(urls.map((url) => caches.match(`/${url}`)));
        return urls.length > 20 && !found.includes(undefined);
      }),
    20_000,
    async () => 'the first build is not kept whole',
  );
  await writing.evaluate(() => Object.assign(globalThis, { isSamePage: true }));

  await stack.deploy(await buildVariant());
  // Opening the app again is what makes the browser ask for a new worker.
  const other = await ada.context.newPage();
  await other.goto(address);
  await notice(writing).waitFor();
  await notice(other).waitFor();
  expect([await variantOf(writing), await variantOf(other)]).toEqual([undefined, undefined]);
  await ada.type('Still old. ');

  await other.bringToFront();
  await notice(other).getByRole('button', { name: 'Reload' }).click();
  await other.waitForFunction(() => document.querySelector('meta[name="vicinal-variant"]') !== null);
  expect(await variantOf(other)).toBe('next');
  await poll(
    async () =>
      (await other.getByRole('textbox', { name: 'Document text' }).textContent())?.includes('Still old.') === true,
    20_000,
    async () => 'the new version does not show what the old one wrote',
  );

  // The new worker answers this tab now; what it had not loaded yet comes from the build that is gone from the server.
  await writing.bringToFront();
  expect(await writing.evaluate(() => 'isSamePage' in globalThis)).toBe(true);
  await ada.type('Not reloaded. ');
  const before = await scriptsOf(writing);
  await writing.getByRole('button', { name: 'Share' }).click();
  await writing.getByRole('dialog').waitFor();
  const late = (await scriptsOf(writing)).filter((path) => !before.includes(path));
  expect(late.length).toBeGreaterThan(0);
  expect(late.filter((path) => path.endsWith('-next.js'))).toEqual([]);
  const gone = await fetch(`${stack.origin}${late[0] ?? ''}`); // past the worker
  expect(gone.headers.get('Content-Type')).not.toContain('javascript');
  await writing.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await writing.getByRole('dialog').waitFor({ state: 'hidden' });

  await ada.type('Last word.');
  await notice(writing).getByRole('button', { name: 'Reload' }).click();
  await writing.waitForFunction(() => document.querySelector('meta[name="vicinal-variant"]') !== null);
  await ada.waitForText('Old. Still old. Not reloaded. Last word.');
  expect(await writing.evaluate(() => 'isSamePage' in globalThis)).toBe(false);
  expect(await ada.problems()).toEqual([]);
});
