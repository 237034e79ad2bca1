import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, waitUntilEqual, type Person } from './harness.ts';

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

test('EDIT-40 two people use the slash menu, move blocks, find, and see outline and counts; keys reach every region', async () => {
  const ada = await person('Ada');
  const grace = await person('Grace');
  await ada.setUp((await stack.setupLink()) ?? '');
  await ada.newDocument('Tide table');
  const text = ada.page.getByRole('textbox', { name: 'Document text' });
  await text.click();
  await ada.page.keyboard.type('/head');
  const listbox = ada.page.getByRole('listbox', { name: 'Insert a block' });
  await listbox.getByRole('option', { name: 'Heading 1' }).waitFor();
  await ada.page.keyboard.press('Enter');
  await ada.page.keyboard.type('Tides\nHigh water at six.\nLow water at noon.');
  expect(await listbox.count()).toBe(0);

  await grace.joinAsGuest(await ada.createLink('editor'));
  await grace.waitForText('Low water at noon.');
  await grace.type('\n/bul');
  await grace.page.keyboard.press('Enter');
  await grace.page.keyboard.type('Ask the harbour');
  await ada.waitForText('Ask the harbour');

  // Ada moves the last line above the one that Grace writes in.
  await text.getByText('Low water at noon.').click();
  await Promise.all([ada.page.keyboard.press('Alt+Shift+ArrowUp'), grace.page.keyboard.type(' office')]);
  const written = await waitUntilEqual([ada, grace]);
  expect(written).toBe('Tides\nLow water at noon.\nHigh water at six.\nAsk the harbour office');

  await ada.page.keyboard.press('Control+f');
  const field = ada.page.getByRole('textbox', { name: 'Find in document' });
  await field.fill('water');
  await ada.page.getByText('of 2').waitFor();
  await ada.page.keyboard.press('Enter');
  await ada.page.keyboard.press('Escape');
  expect(await field.count()).toBe(0);
  expect(await text.evaluate((element) => element === document.activeElement)).toBe(true);

  await grace.page.getByRole('button', { name: 'Info', exact: true }).click();
  const panel = grace.page.getByRole('complementary', { name: 'Info' });
  await panel.getByRole('treeitem', { name: 'Tides' }).waitFor();
  await panel.getByText('13', { exact: true }).waitFor();

  await ada.page.keyboard.press('F6');
  expect(await text.evaluate((element) => element === document.activeElement)).toBe(false);
  await ada.page.getByRole('button', { name: 'Share' }).focus();
  await ada.page.keyboard.press('?');
  const sheet = ada.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.getByText('Move block up').waitFor();
  await ada.page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'hidden' });
  expect(await waitUntilEqual([ada, grace])).toBe(written);
});
