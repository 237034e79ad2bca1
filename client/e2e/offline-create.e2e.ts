import { STACK_SERVICES, startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, type Person, endJourney } from './harness.ts';

let stack: TestStack;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  stack = await startTestStack();
  [ada, grace] = await Promise.all([createPerson({ name: 'Ada' }), createPerson({ name: 'Grace' })]);
});

afterAll(async () => {
  await endJourney(stack, [ada, grace]);
});

test('CLI-33 a document made with every server off opens after a reload, and is archived once they are back', async () => {
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const home = ada.page.url();
  for (const service of STACK_SERVICES) await stack.kill(service);

  await ada.page.goto(home);
  await ada.newDocument('Written in a tunnel');
  await ada.type('No signal here. ');
  await ada.waitForState('offline');
  const address = ada.page.url();
  // Through the home, so that the document is closed, and flushed, before the page goes.
  await ada.page.goBack();
  await ada.page
    .getByRole('link', { name: /Written in a tunnel/ })
    .first()
    .waitFor();
  await ada.page.reload();
  await ada.page
    .getByRole('link', { name: /Written in a tunnel/ })
    .first()
    .waitFor();
  await ada.page.goto(address);
  await ada.waitForText('No signal here.');
  await ada.type('Still none.');

  for (const service of STACK_SERVICES) await stack.restart(service);
  await ada.waitForState('archived', 60_000);
  await grace.joinAsGuest(await ada.createLink('viewer'));
  await grace.waitForText('No signal here. Still none.');
  expect(await grace.page.getByRole('textbox', { name: 'Document title' }).inputValue()).toBe('Written in a tunnel');
  expect([...(await ada.problems()), ...(await grace.problems())]).toEqual([]);
});
