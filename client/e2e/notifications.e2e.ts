/** What people are told of in the app: at once, and wherever they read it. */
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, test } from 'vitest';
import { createPerson, endJourney, type Person } from './harness.ts';

let stack: TestStack;
let olga: Person;
let gina: Person;

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
  await olga.newDocument('Harbour plan');
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
