/** What people are told of in the app: at once, and wherever they read it. */
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, type Person } from './harness.ts';

let stack: TestStack;
let olga: Person;
let gina: Person;
let address = '';

beforeAll(async () => {
  stack = await startTestStack();
  [olga, gina] = await Promise.all([createPerson({ name: 'Olga' }), createPerson({ name: 'Gina' })]);
  await olga.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
});
afterAll(() => endJourney(stack, [olga, gina]));

const unread = (person: Person, count: number) =>
  person.page.getByRole('link', { name: new RegExp(`Inbox ?${count} unread`) }).waitFor();

test('NOTE-12 the maker of a link is told at once who joined, with the title that only the device knows', async () => {
  address = await olga.newDocument('Harbour plan');
  await olga.type('The quay is ours. ');
  const link = await olga.createLink('editor');
  await olga.page.goto(stack.origin);
  await olga.page.waitForURL(/\/w\//);
  await olga.page.getByRole('link', { name: /^Inbox/ }).waitFor();
  await gina.joinAsGuest(link);
  await olga.page
    .getByRole('group', { name: 'Inbox' })
    .getByText('Gina joined Harbour plan through your link')
    .waitFor();
  await unread(olga, 1);
  await olga.page
    .getByRole('link', { name: /^Inbox/ })
    .first()
    .click();
  await olga.page
    .getByRole('main')
    .getByRole('link', { name: /Gina joined Harbour plan/ })
    .waitFor();
  await olga.page.getByRole('button', { name: 'Mark all read' }).click();
  await olga.page.getByRole('button', { name: 'Mark all read' }).waitFor({ state: 'hidden' });
}, 90_000);

test('NOTE-12 a mention reaches the person named at once, and leads into the document', async () => {
  await gina.page.getByRole('textbox', { name: 'Document text' }).click();
  await gina.page.keyboard.press('Control+End');
  await gina.page.keyboard.type('Ask @Olg');
  await gina.page.getByRole('option', { name: /Olga/ }).click();
  await unread(olga, 1);
  const entry = olga.page.getByRole('main').getByRole('link', { name: /Gina mentioned you in Harbour plan/ });
  await entry.click();
  await olga.page.waitForURL((url) => url.pathname === new URL(address).pathname);
  await olga.waitForText('Ask');
  await olga.page.locator('.mention-mark', { hasText: '@Olga' }).waitFor();
  await olga.page.goto(`${stack.origin}/inbox`);
  await olga.page.getByRole('link', { name: /Gina mentioned you in Harbour plan/ }).waitFor();
  expect(await olga.page.getByRole('button', { name: 'Mark all read' }).count()).toBe(0);
}, 90_000);
