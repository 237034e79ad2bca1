import { STACK_SERVICES, startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, waitUntilEqual, type Person, endJourney } from './harness.ts';
import { exportedHtml, useTestSeam } from './seam.ts';

const TICKET_TTL_MS = 20_000;
const LIFETIMES = 5;

let stack: TestStack;
const people: Person[] = [];
const person = async (name: string): Promise<Person> => {
  const created = await createPerson({ name });
  await useTestSeam(created);
  people.push(created);
  return created;
};

beforeAll(async () => {
  stack = await startTestStack({ ticketTtlMs: TICKET_TTL_MS });
});

afterAll(async () => {
  await endJourney(stack, people);
});

test('CLI-32 with every server killed, linked people go on for five ticket lifetimes, and nothing is missing afterwards', async () => {
  const [ada, grace, linus] = await Promise.all([person('Ada'), person('Grace'), person('Linus')]);
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  const address = await ada.newDocument('Storm log');
  await ada.type('Calm. ');
  const link = await ada.createLink('editor');
  await grace.joinAsGuest(link);
  await linus.joinAsGuest(link);
  await Promise.all([grace.waitForText('Calm.'), linus.waitForText('Calm.')]);
  await Promise.all([ada.waitForPeers(2), grace.waitForPeers(2)]);
  // A first visit is not controlled by the worker until it is active; the cold start below needs its cache.
  await linus.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  for (const service of STACK_SERVICES) await stack.kill(service);
  const killedAt = Date.now();

  await linus.page.reload();
  await linus.waitForText('Calm.');
  await linus.type('Linus was cut off. ');
  await linus.waitForState('offline');

  await Promise.all([ada.waitForPeers(1), grace.waitForPeers(1)]);
  const ufrag = (await ada.probe()).connections.map((connection) => connection.localUfrag);
  for (let round = 1; Date.now() - killedAt < LIFETIMES * TICKET_TTL_MS; round++) {
    // In turns, so that the words stay whole; both at once is the first journey's matter.
    await ada.type(`a${round} `);
    await grace.waitForText(`a${round} `);
    await grace.type(`g${round} `);
    await ada.waitForText(`g${round} `);
    if (round === 2) await restartIce(ada);
    await new Promise((resolve) => setTimeout(resolve, TICKET_TTL_MS / 10)); // lifetimes are real time
  }
  const probe = await ada.probe();
  expect(probe.connections.some(({ state }) => state === 'connected')).toBe(true);
  expect(probe.connections.some(({ localUfrag }) => !ufrag.includes(localUfrag))).toBe(true);
  await ada.waitForState('signaling-down');
  expect((await ada.status()).peers).toBe(1);

  for (const service of STACK_SERVICES) await stack.restart(service);
  await Promise.all([ada, grace, linus].map((each) => each.waitForState('archived', 60_000)));
  const text = await waitUntilEqual([ada, grace, linus], 60_000);
  expect(text).toContain('Linus was cut off.');
  const html = await exportedHtml(ada.page);
  expect(await Promise.all([ada.problems(), grace.problems(), linus.problems()])).toEqual([[], [], []]);
  await Promise.all([ada, grace, linus].map((person) => person.close()));

  const newcomer = await person('Ada');
  await newcomer.signIn(stack.origin);
  await newcomer.page.goto(address);
  await newcomer.waitForText('Linus was cut off.');
  expect(await newcomer.documentText()).toBe(text);
  expect(await exportedHtml(newcomer.page)).toBe(html);
}, 300_000);

async function restartIce(who: Person): Promise<void> {
  await who.page.evaluate(async () => {
    interface Seam {
      readonly mesh: { restartIce(peer: string): Promise<void> };
      readonly rooms: {
        openRoom(room: string): { peers: readonly { peerId: string; isArchiver: boolean }[]; close(): Promise<void> };
      };
    }
    const { __vicinal: seam } = globalThis as unknown as { __vicinal: Seam };
    const session = seam.rooms.openRoom(location.pathname.split('/')[2] ?? '');
    await Promise.all(
      session.peers.filter(({ isArchiver }) => !isArchiver).map(({ peerId }) => seam.mesh.restartIce(peerId)),
    );
    await session.close();
  });
}
