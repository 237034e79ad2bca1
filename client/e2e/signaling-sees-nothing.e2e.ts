import { findWord } from '@vicinal/infra/testing/recorder.ts';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, waitUntilEqual, type Person, endJourney } from './harness.ts';

const TITLE = 'Quittenmarmelade';
const WORDS = 'Holunderbluetensirup';
const REPLY = 'Brombeerkonfituere';

let stack: TestStack;
const people: Person[] = [];

beforeAll(async () => {
  stack = await startTestStack({ recordSignaling: true });
  people.push(...(await Promise.all([createPerson({ name: 'Ada' }), createPerson({ name: 'Grace' })])));
});

afterAll(async () => {
  await endJourney(stack, people);
});

/** Every row of every table of the schema, as Postgres prints it. */
const tablesOf = async (schema: string): Promise<Uint8Array[]> => {
  const printed = await stack.run('infra/testing/dump-schema.ts', [schema]);
  return [Buffer.from(printed)];
};

test('SEC-20 neither the bytes through signaling nor its tables hold a title or a word', async () => {
  const [ada, grace] = people as [Person, Person]; // two are made above
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument(TITLE);
  await ada.type(`${WORDS} `);
  await grace.joinAsGuest(await ada.createLink('editor'));
  await grace.waitForText(WORDS);
  await grace.type(`${REPLY} `);
  await waitUntilEqual([ada, grace]);
  await Promise.all([ada.waitForState('archived'), grace.waitForState('archived')]);
  await ada.page.goto(stack.origin);
  await ada.page
    .getByRole('link', { name: new RegExp(TITLE) })
    .first()
    .waitFor();

  const recorded = stack.recorder?.captured() ?? [];
  expect(findWord(recorded, 'welcome')).not.toEqual([]);
  expect(findWord(recorded, '/api/tokens')).not.toEqual([]);
  const rows = await tablesOf('signaling');
  expect(findWord(rows, 'ada@example.org')).toContain('plain');
  for (const word of [TITLE, WORDS, REPLY]) {
    expect(findWord(recorded, word)).toEqual([]);
    expect(findWord(rows, word)).toEqual([]);
  }

  // A leak planted in the page's own request to signaling is found.
  await ada.page.evaluate((words) => fetch(`/api/health/ping?leak=${btoa(words)}`).then(() => undefined), WORDS);
  expect(findWord(stack.recorder?.captured() ?? [], WORDS)).toContain('base64');
});
