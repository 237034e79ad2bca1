import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumPath } from '@vicinal/infra/testing/chromium.ts';
import { type Namespace, openNamespace, whyNoNamespaces } from '@vicinal/infra/testing/namespaces.ts';
import { browserIn, trustAuthority, whyNoCertutil } from '@vicinal/infra/testing/nss.ts';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, poll, waitUntilEqual, type Person } from './harness.ts';
import { meshCounters, useTestSeam } from './seam.ts';

/** Two machines on networks of their own are namespaces; where none can be made the journey is skipped, with the reason. */
const problem = whyNoNamespaces() ?? whyNoCertutil();

let networks: readonly [Namespace, Namespace];
let stack: TestStack;
const people: Person[] = [];
const homes: string[] = [];

beforeAll(async () => {
  if (problem !== undefined) return;
  networks = [openNamespace(21), openNamespace(22)];
  const [one, other] = networks;
  one.refuse(other);
  other.refuse(one);
  stack = await startTestStack({ networkAddresses: networks.map(({ hostAddress }) => hostAddress) });
});

afterAll(async () => {
  try {
    await endJourney(stack, people);
  } finally {
    for (const network of networks ?? []) await network.close();
    for (const home of homes) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** A person on that network, whose browser trusts the authority. */
async function personOn(network: Namespace, name: string): Promise<Person> {
  const home = mkdtempSync(join(tmpdir(), 'vicinal-home-'));
  homes.push(home);
  const address = `http://${network.hostAddress}:${stack.port}/trust/vicinal-authority.crt`;
  trustAuthority(home, new Uint8Array(await (await fetch(address)).arrayBuffer()));
  const person = await createPerson({ name, executable: browserIn(home, chromiumPath(), network.prefix) });
  people.push(person);
  await useTestSeam(person);
  return person;
}
/** The same path at the address under which that network reaches this machine. */
function at(network: Namespace, link: string): string {
  const { pathname, hash } = new URL(link);
  const origin = stack.network()?.origins.find((each) => new URL(each).hostname === network.hostAddress);
  return `${origin}${pathname}${hash}`;
}

async function openPanel({ page }: Person): Promise<Locator> {
  await page.getByTestId('sync-status').click();
  const panel = page.getByRole('dialog', { name: 'Where this document is' });
  await panel.waitFor();
  return panel;
}

test('ICE-20 ICE-21 two people whose networks let nothing through write together by the archive, and are told so', async ({
  skip,
}) => {
  if (problem !== undefined) skip(problem);
  const [here, there] = networks;
  const ada = await personOn(here, 'Ada');
  await ada.setUp(at(here, (await stack.setupLink()) ?? ''));
  await stack.archiverReady();
  await ada.newDocument('Over the wall');
  const link = await ada.createLink('editor');
  const grace = await personOn(there, 'Grace');
  await grace.joinAsGuest(at(there, link));
  await ada.type('Can you read this? ');
  await grace.waitForText('Can you read this?');
  await grace.type('I can. ');
  await ada.waitForText('I can.');
  await waitUntilEqual([ada, grace]);
  for (const [person, other] of [
    [ada, 'Grace'],
    [grace, 'Ada'],
  ] as const) {
    const panel = await openPanel(person);
    await poll(
      async () => (await panel.innerText()).includes(`${other}\nvia the archive`),
      20_000,
      () => panel.innerText(),
    );
    await person.page.keyboard.press('Escape');
    expect((await person.status()).peers).toBe(0);
    await person.waitForState('archived');
    expect(await meshCounters(person.page)).toMatchObject({ 'link-ready': 1 });
  }
  await stack.kill('archiver');
  const panel = await openPanel(ada);
  await poll(
    async () => (await panel.innerText()).includes('no connection to them comes about'),
    30_000,
    () => panel.innerText(),
  );
  expect(await panel.innerText()).not.toContain('via the archive');
});
