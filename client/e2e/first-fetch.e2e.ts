import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  EDITOR_ENTRY,
  INITIAL_ENTRIES,
  LATER_ENTRIES,
  LINKS_ENTRY,
  scriptsOf,
  type Manifest,
} from '@vicinal/infra/testing/first-scripts.ts';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, type Person } from './harness.ts';

let stack: TestStack;
let ada: Person;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada', viewport: { width: 1440, height: 900 } });
  await ada.setUp((await stack.setupLink()) ?? '');
});

afterAll(async () => {
  await endJourney(stack, [ada]);
});

test('UI-70 until its text is there, a document fetches the scripts that the byte budget counts, and besides them links alone', async () => {
  await ada.newDocument('Field notes');
  await ada.type('The tide turns at six.');
  const { page } = ada;
  // as on a first visit: no worker, nothing cached
  await page.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.addInitScript(() => {
    const scripts = () =>
      performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.endsWith('.js'));
    const noted: { fetched?: string[] } = {};
    Object.assign(window, { noted });
    new MutationObserver((_, observer) => {
      if (document.querySelector('[role="textbox"][contenteditable="true"]') === null) return;
      observer.disconnect();
      noted.fetched = scripts().map(({ name }) => new URL(name).pathname);
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });
  await page.reload();
  await ada.waitForText('The tide turns at six.');
  const fetched = await page.evaluate(() => (window as unknown as { noted: { fetched: string[] } }).noted.fetched); // set above
  const manifest = JSON.parse(
    readFileSync(join(import.meta.dirname, '../dist/.vite/manifest.json'), 'utf8'),
  ) as Manifest; // written by Vite
  const filesOf = (entries: readonly string[]): string[] => scriptsOf(manifest, entries).map((file) => basename(file));
  const names = fetched.map((path) => basename(path)).filter((name) => name !== 'theme.js');
  // links are asked for when the first room is joined, beside the text: they may be there sooner, and are counted apart
  const counted = filesOf([...INITIAL_ENTRIES, EDITOR_ENTRY, LINKS_ENTRY]);
  expect(names).toEqual(expect.arrayContaining(filesOf(INITIAL_ENTRIES)));
  expect(names.filter((name) => !counted.includes(name))).toEqual([]);
  // and what follows does follow
  await expect
    .poll(() => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)))
    .toEqual(expect.arrayContaining(filesOf(LATER_ENTRIES).map((name) => expect.stringContaining(name))));
});
