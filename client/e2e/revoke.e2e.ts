import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, waitUntilEqual, type Person, endJourney } from './harness.ts';

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

test('SEC-21 a revoked link ends the live access of whoever came through it, and what they type goes nowhere', async () => {
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('Guest book');
  await ada.type('Welcome. ');
  await grace.joinAsGuest(await ada.createLink('editor'));
  await grace.type('Thank you. ');
  await waitUntilEqual([ada, grace]);

  await ada.page.getByRole('button', { name: 'Share' }).click();
  await ada.page
    .getByRole('dialog')
    .getByRole('button', { name: /Revoke/ })
    .first()
    .click();
  await grace.waitForState('error', 5000);
  await ada.waitForPeers(0, 5000);
  expect(await grace.isEditable()).toBe(false);
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  // no question mark: outside of text it opens the sheet of shortcuts
  await grace.page.keyboard.type('still here!');
  await ada.type('She has left.');
  await ada.waitForState('archived');
  expect(await ada.documentText()).not.toContain('still here!');
  expect(await grace.documentText()).not.toContain('She has left.');
  expect([...(await ada.problems()), ...(await grace.problems())]).toEqual([]);
});
