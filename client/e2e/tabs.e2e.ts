import { STACK_SERVICES, startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, poll, type Person, endJourney } from './harness.ts';

let stack: TestStack;
let ada: Person;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada' });
});

afterAll(async () => {
  await endJourney(stack, [ada]);
});

test('CLI-34 two tabs of one browser write one document, with the servers and without', async () => {
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  const address = await ada.newDocument('Two tabs');
  await ada.type('One. ');
  const second = await ada.context.newPage();
  await second.goto(address);
  const editor = second.getByRole('textbox', { name: 'Document text' });
  const secondText = async (): Promise<string> => (await editor.textContent()) ?? '';
  const waitInSecond = (text: string): Promise<void> =>
    poll(
      async () => (await secondText()).includes(text),
      20_000,
      async () => `the second tab shows ${await secondText()}`,
    );
  const typeInSecond = async (text: string): Promise<void> => {
    await editor.click();
    await second.keyboard.press('Control+End');
    await second.keyboard.type(text);
  };
  await waitInSecond('One.');
  await typeInSecond('Two. ');
  await ada.waitForText('One. Two.');

  for (const service of STACK_SERVICES) await stack.kill(service);
  await ada.page.bringToFront();
  await ada.type('Three. ');
  await waitInSecond('Two. Three.');
  await second.bringToFront();
  await typeInSecond('Four. ');
  await ada.waitForText('Three. Four.');
  await second.close();
  await ada.page.bringToFront();
  await ada.type('Five.');

  for (const service of STACK_SERVICES) await stack.restart(service);
  await ada.waitForState('archived', 60_000);
  expect(await ada.documentText()).toBe('One. Two. Three. Four. Five.');
  expect(await ada.problems()).toEqual([]);
});
