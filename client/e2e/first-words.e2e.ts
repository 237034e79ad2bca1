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

test('a guest who opens the link writes with the owner, and both see the same', async () => {
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('Field notes');
  await ada.type('The tide turns at six. ');
  const link = await ada.createLink('editor');
  await grace.joinAsGuest(link);
  await grace.waitForText('The tide turns at six.');
  // At once, one at each end: at the same place letters of both may stand between each other.
  const atTheStart = async (): Promise<void> => {
    await grace.page.getByRole('textbox', { name: 'Document text' }).click();
    await grace.page.keyboard.press('Control+Home');
    await grace.page.keyboard.type('Grace too. ');
  };
  await Promise.all([ada.type('Ada was here. '), atTheStart()]);
  const text = await waitUntilEqual([ada, grace]);
  expect(text).toBe('Grace too. The tide turns at six. Ada was here. ');
  await Promise.all([ada.waitForState('archived'), grace.waitForState('archived')]);
  expect((await ada.status()).peers).toBe(1);
  expect([...(await ada.problems()), ...(await grace.problems())]).toEqual([]);
});

test('a policy violation planted in a page is reported', async () => {
  const linus = await createPerson({ name: 'Linus' });
  await linus.page.goto(stack.origin);
  await linus.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.planted = true';
    document.body.append(script);
  });
  expect((await linus.problems()).join('\n')).toContain('script-src');
  expect(await linus.page.evaluate(() => 'planted' in window)).toBe(false);
  await expect(linus.close()).rejects.toThrow('content security policy');
});
