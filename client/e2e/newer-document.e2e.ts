import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { buildVariant } from '@vicinal/infra/testing/variant-build.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, poll, type Person } from './harness.ts';

let stack: TestStack;
let older: Person;
let newer: Person;
let newerBuild: string;

beforeAll(async () => {
  stack = await startTestStack();
  newerBuild = await buildVariant({ schemaOffset: 1 });
  older = await createPerson({ name: 'Ada' });
  newer = await createPerson({ name: 'Ada at work' });
});

afterAll(async () => {
  await endJourney(stack, [older, newer]);
});

const variantOf = ({ page }: Person): Promise<string | undefined> =>
  page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="vicinal-variant"]')?.content);

test('EDIT-27 a document of a newer version is read-only until the app is updated, and then can be written', async () => {
  await older.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await older.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  await stack.deploy(newerBuild);
  await newer.signIn(stack.origin);
  expect(await variantOf(newer)).toBe('newer');
  const address = await newer.newDocument('From the future');
  await newer.type('Written ahead of time.');
  await newer.waitForState('archived', 60_000);

  // the older build is still what this browser starts
  await older.page.goto(address);
  expect(await variantOf(older)).toBeUndefined();
  await older.page.getByText('Update needed').first().waitFor();
  await older.waitForText('Written ahead of time.');
  expect(await older.isEditable()).toBe(false);
  const title = older.page.getByRole('textbox', { name: 'Document title' });
  expect(await title.getAttribute('readonly')).not.toBeNull();

  // it follows what others write, and writes nothing itself, whatever is pressed
  await newer.type(' And more.');
  await older.waitForText('And more.');
  await older.page.getByRole('textbox', { name: 'Document text' }).click();
  await older.page.keyboard.type('never stored');
  await older.page.keyboard.press('Control+b');
  await newer.waitForState('archived', 60_000);
  expect(await older.documentText()).toBe('Written ahead of time. And more.');
  expect(await newer.documentText()).toBe('Written ahead of time. And more.');

  const update = older.page.getByRole('status').filter({ hasText: 'A new version is ready' });
  await update.getByRole('button', { name: 'Reload' }).click();
  await poll(
    async () => (await variantOf(older).catch(() => undefined)) === 'newer', // the page may be on its way
    30_000,
    async () => 'the older browser does not start the newer build',
  );
  await older.waitForText('And more.');
  await poll(
    () => older.isEditable(),
    20_000,
    async () => 'the updated browser cannot write',
  );
  await older.type(' Now by both.');
  await newer.waitForText('Now by both.');
  expect(await newer.documentText()).toBe('Written ahead of time. And more. Now by both.');
});
