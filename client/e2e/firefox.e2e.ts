/** Firefox and Chromium at one document: joined, linked directly, written offline, and together again. */
import { ensureFirefox } from '@vicinal/infra/testing/firefox.ts';
import { STACK_SERVICES, startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFirefoxPerson, type FirefoxPerson } from './firefox-person.ts';
import { createPerson, endJourney, poll, type Person } from './harness.ts';

const missing = ensureFirefox();
let stack: TestStack | undefined;
let ada: Person | undefined;
let grace: FirefoxPerson | undefined;

beforeAll(async () => {
  if (missing !== undefined) return;
  stack = await startTestStack();
  [ada, grace] = await Promise.all([createPerson({ name: 'Ada' }), createFirefoxPerson('Grace')]);
});

afterAll(async () => {
  await grace?.close();
  await endJourney(stack, [ada]);
});

test('FF-1 somebody at Firefox joins by a link, links directly to Chromium, and writes on with every server off', async ({
  skip,
}) => {
  if (missing !== undefined || stack === undefined || ada === undefined || grace === undefined) return skip(missing);
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('Two kinds of browser');
  await ada.type('From Chromium. ');
  await grace.joinAsGuest(await ada.createLink('editor'));
  await grace.waitForText('From Chromium.');
  await Promise.all([ada.waitForPeers(1), grace.waitForPeers(1)]);
  await grace.type('From Firefox. ');
  await ada.waitForText('From Firefox.');
  await ada.type('Again. ');
  await grace.waitForText('Again.');
  await grace.waitForState('archived');
  expect(await grace.documentText()).toBe(await ada.documentText());

  await grace.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  for (const service of STACK_SERVICES) await stack.kill(service);
  await grace.type('With the servers off. ');
  await ada.waitForText('With the servers off.');
  await grace.page.reload();
  await grace.waitForText('With the servers off.');
  await grace.type('After a reload. ');
  await grace.waitForText('After a reload.');

  for (const service of STACK_SERVICES) await stack.restart(service);
  await ada.waitForText('After a reload.', 90_000);
  const [inFirefox, inChromium] = [grace, ada];
  await poll(
    async () => (await inFirefox.documentText()) === (await inChromium.documentText()),
    20_000,
    async () => `${await inFirefox.documentText()} | ${await inChromium.documentText()}`,
  );
  await grace.waitForState('archived', 90_000);
  expect(grace.problems()).toEqual([]);
  expect(await ada.problems()).toEqual([]);
});
