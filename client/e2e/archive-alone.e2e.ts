import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, waitUntilEqual, type Person, endJourney } from './harness.ts';

let stack: TestStack;
const people: Person[] = [];
const person = async (name: string): Promise<Person> => {
  const created = await createPerson({ name });
  people.push(created);
  return created;
};

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await endJourney(stack, people);
});

test('CLI-31 when everybody has left, the archive alone serves a new browser, and the home lists the document', async () => {
  const ada = await person('Ada');
  const grace = await person('Grace');
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  const address = await ada.newDocument('Tide table');
  await ada.type('# Morning');
  await ada.page.keyboard.press('Enter');
  await ada.page.keyboard.type('High water at six.');
  const link = await ada.createLink('editor');
  await grace.joinAsGuest(link);
  await grace.waitForText('High water at six.');
  await grace.page.getByRole('textbox', { name: 'Document text' }).click();
  await grace.page.keyboard.press('Control+End');
  await grace.page.keyboard.press('Enter');
  await grace.page.keyboard.type('Low water at noon.');
  const text = await waitUntilEqual([ada, grace]);
  await Promise.all([ada.waitForState('archived'), grace.waitForState('archived')]);
  await Promise.all([ada.close(), grace.close()]);

  await stack.kill('archiver');
  await stack.restart('archiver');
  const newcomer = await person('Ada');
  await newcomer.signIn(stack.origin);
  await newcomer.page
    .getByRole('link', { name: /Tide table/ })
    .first()
    .waitFor();
  await newcomer.page.goto(address);
  await newcomer.waitForText('Low water at noon.');
  expect(await newcomer.documentText()).toBe(text);
  expect(await newcomer.page.getByRole('textbox', { name: 'Document title' }).inputValue()).toBe('Tide table');
  await newcomer.waitForState('archived');
  expect((await newcomer.status()).peers).toBe(0);
  await newcomer.close();
});
