import { startCoturn, whyNoCoturn, type Coturn } from '@vicinal/infra/testing/coturn.ts';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, poll, waitUntilEqual, type Person } from './harness.ts';
import { meshCounters, useTestSeam } from './seam.ts';

/** coturn is a package of Debian; where it cannot be had these journeys are skipped, with the reason. */
const problem = whyNoCoturn();
const SECRET = 'shared by coturn and signaling';

let coturn: Coturn;
let stack: TestStack;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  if (problem !== undefined) return;
  coturn = await startCoturn({ secret: SECRET });
  const urls = ['udp', 'tcp'].map((transport) => `turn:127.0.0.1:${coturn.port}?transport=${transport}`);
  stack = await startTestStack({
    env: { TURN_URLS: urls.join(','), TURN_SECRET: SECRET, ICE_POLICY: 'relay' },
  });
  ada = await createPerson({ name: 'Ada' });
  grace = await createPerson({ name: 'Grace' });
  await useTestSeam(grace);
});

afterAll(async () => {
  try {
    await endJourney(stack, [ada, grace]);
  } finally {
    await coturn?.close();
  }
});

const details = async (person: Person): Promise<string> => {
  await person.page.getByTestId('sync-status').click();
  const dialog = person.page.getByRole('dialog', { name: 'Where this document is' });
  await dialog.waitFor();
  const text = await dialog.innerText();
  await person.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  return text.replaceAll(/\s+/g, ' ');
};

test('ICE-12 two devices that connect through the relay alone write together, and are told that they do', async ({
  skip,
}) => {
  if (problem !== undefined) skip(problem);
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('By relay');
  await grace.joinAsGuest(await ada.createLink('editor'));
  await ada.type('Through the relay. ');
  await grace.waitForText('Through the relay.');
  await grace.type('And back. ');
  await ada.waitForText('And back.');
  await waitUntilEqual([ada, grace]);
  await Promise.all([ada.waitForPeers(1), grace.waitForPeers(1)]);
  await poll(
    async () => /Grace relayed/.test(await details(ada)),
    10_000,
    () => details(ada),
  );
  await poll(
    async () => /Ada relayed/.test(await details(grace)),
    10_000,
    () => details(grace),
  );
  await grace.waitForState('archived');
});

test('ICE-13 a relay that refuses the credentials is said to do so, is asked seldom, and is used again when it takes them', async ({
  skip,
}) => {
  if (problem !== undefined) skip(problem);
  const { port } = coturn;
  await coturn.close();
  coturn = await startCoturn({ secret: 'not the one of signaling', port });
  await grace.page.reload();
  await grace.waitForText('And back.');
  await poll(
    async () => (await details(grace)).includes('The relay does not let this device in'),
    30_000,
    async () => `${await details(grace)} ${JSON.stringify(await meshCounters(grace.page))}`,
  );
  expect((await grace.status()).peers).toBe(0);
  await grace.type('Kept here. ');
  const { 'dial-without-address': tries = 0, 'link-ready': links = 0 } = await meshCounters(grace.page);
  expect(tries).toBeGreaterThan(0);
  expect(tries).toBeLessThan(20);
  expect(links).toBe(0);
  await coturn.close();
  coturn = await startCoturn({ secret: SECRET, port });
  await ada.waitForText('Kept here.', 60_000);
});
