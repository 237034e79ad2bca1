/** A browser in which WebRTC is switched off: what it cannot do is said, and everything local works. */
import { readFileSync } from 'node:fs';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, type Person } from './harness.ts';

let stack: TestStack;
let ada: Person;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada' });
  await ada.context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
  });
});

afterAll(async () => {
  await endJourney(stack, [ada]);
});

test('CLI-79 without WebRTC the page says so, and writing, opening again and exporting work', async () => {
  await ada.setUp((await stack.setupLink()) ?? '');
  await ada.newDocument('Alone');
  await ada.type('Nobody hears this yet. ');
  const banner = ada.page.getByRole('alert').filter({ hasText: 'cannot link to other devices' });
  await banner.waitFor();
  expect(await ada.status()).toEqual({ state: 'error', peers: 0 });
  expect(await ada.isEditable()).toBe(true);
  await ada.page.reload();
  await ada.waitForText('Nobody hears this yet.');
  await ada.type('Nor this. ');
  const downloaded = ada.page.waitForEvent('download');
  await banner.getByRole('button', { name: 'Export a copy' }).click();
  const copy = readFileSync(await (await downloaded).path(), 'utf8');
  expect(copy).toContain('Nobody hears this yet. Nor this.');
  expect(await ada.problems()).toEqual([]);
});
