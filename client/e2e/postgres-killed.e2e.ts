import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, poll, type Person, endJourney } from './harness.ts';

const ROUNDS = 3;

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

test('ARC-9 Postgres killed in mid-batch: whatever was shown as archived is there afterwards', async () => {
  const ada = await person('Ada');
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  const address = await ada.newDocument('Ledger');
  await ada.type('Opening. ');
  await ada.waitForState('archived');

  let acknowledged = '';
  for (let round = 1; round <= ROUNDS; round++) {
    const typing = ada.type(`entry ${round} `.repeat(12));
    await poll(
      async () => (await ada.documentText()).split(`entry ${round} `).length > 4,
      20_000,
      async () => `round ${round}: ${await ada.documentText()}`,
    );
    await stack.kill('postgres');
    await typing;
    await ada.type(`after ${round}. `);
    expect((await ada.status()).state).not.toBe('archived');
    await stack.restart('postgres');
    await ada.waitForState('archived', 60_000);
    acknowledged = await ada.documentText();
  }
  expect(acknowledged).toContain(`after ${ROUNDS}.`);
  await stack.kill('postgres');
  await ada.kill();
  await stack.kill('archiver');
  await stack.restart('postgres');
  await stack.restart('archiver');

  const newcomer = await person('Ada');
  await newcomer.signIn(stack.origin);
  await newcomer.page.goto(address);
  await newcomer.waitForText(`after ${ROUNDS}.`, 60_000);
  expect(await newcomer.documentText()).toBe(acknowledged);
  await newcomer.close();
}, 240_000);
