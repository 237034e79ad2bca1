import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MeshOptions } from './types.ts';
import { count, doAgree, join, peersOf, read, write, type Member } from '../testing/mesh-members.ts';
import { testRoom } from '../testing/seeded-peers.ts';
import { createSimulatedWorld, type SimulatedWorld } from '../testing/simulated-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What takes minutes otherwise: dials that fail, paths that are given up, presence that is refreshed. */
const SOON: Partial<MeshOptions> = {
  limits: {
    ...{ dialTimeoutMs: 1_000, dialBackoffMinMs: 500, dialBackoffMaxMs: 2_000, dialRequestDelayMs: 300 },
    ...{ heartbeatIntervalMs: 500, heartbeatTimeoutMs: 1_000, disconnectedGraceMs: 300, iceRestartBudgetMs: 1_000 },
    ...{ presenceRefreshMs: 1_000, farewellMs: 500 },
  },
};

const room = testRoom('archive path');
let world: SimulatedWorld;
let ada: Member;
let grace: Member;
let archiver: Member;

/** In steps of 50 ms: these tests wait for timeouts and backoffs. */
const until = async (condition: () => boolean, limitMs: number): Promise<void> => {
  for (let passed = 0; passed < limitMs && !condition(); passed += 500) await world.run(500, 50);
  expect(condition()).toBe(true);
};
const present = ({ room: { handle } }: Member): readonly (readonly [string, string | undefined, unknown])[] =>
  handle.presence.entries().map(({ name, via, state }) => [name, via, state] as const);

beforeEach(async () => {
  world = createSimulatedWorld({ seed: 'archive path' });
  world.network.cut('ada', 'grace');
  archiver = await join(world, 'archiver', room, 'archiver', SOON);
  ada = await join(world, 'ada', room, 'editor', SOON);
  await world.until(() => peersOf(ada).length === 1 && peersOf(archiver).length === 1);
  ada.room.handle.presence.set({ cursor: 1 });
  await world.run(100);
});
afterEach(() => world.close());

const graceComes = async (): Promise<void> => {
  grace = await join(world, 'grace', room, 'editor', SOON);
  await world.until(() => peersOf(grace).includes('archiver'));
};

it('ICE-20 two peers that cannot reach each other read within 200 ms what either writes, through the archiver', async () => {
  await graceComes();
  await world.run(500);
  for (const [author, text] of [
    [ada, 'from ada'],
    [grace, ' and grace'],
  ] as const) {
    write(author, text);
    await world.run(200);
    expect(doAgree([ada, grace, archiver])).toBe(true);
  }
  expect(read(ada)).toBe('from ada and grace');
  expect([peersOf(ada), peersOf(grace)]).toEqual([['archiver'], ['archiver']]);
  expect(count(archiver, 'batch-sent')).toBeGreaterThan(0);
});

it('ICE-21 whoever comes sees at once who is there, and by which way', async () => {
  await graceComes();
  await world.run(300);
  expect(present(grace)).toEqual([['ada', 'archive', { cursor: 1 }]]);
  grace.room.handle.presence.set({ cursor: 2 });
  ada.room.handle.presence.set({ cursor: 3 });
  await world.run(300);
  expect(present(grace)).toEqual([['ada', 'archive', { cursor: 3 }]]);
  expect(present(ada)).toEqual([['grace', 'archive', { cursor: 2 }]]);
});

it('ICE-21 whoever leaves is gone, and a way of their own takes the place of the archive', async () => {
  await graceComes();
  grace.room.handle.presence.set({ cursor: 2 });
  await world.run(300);
  world.network.heal('ada', 'grace');
  await until(() => peersOf(ada).includes('grace'), 120_000);
  await world.run(1_500, 50); // refreshed meanwhile
  expect(present(ada)).toEqual([['grace', undefined, { cursor: 2 }]]);
  world.network.cut('ada', 'grace');
  await until(() => present(ada)[0]?.[1] === 'archive', 60_000);
  void grace.peer.close(); // takes virtual time
  await until(() => present(ada).length === 0, 10_000);
});

it('ICE-21 a presence that only a fellow device passes on is not said to come from the archive', async () => {
  await graceComes();
  void archiver.peer.close(); // takes virtual time
  const linus = await join(world, 'linus', room, 'editor', SOON);
  await until(() => peersOf(linus).length === 2 && peersOf(ada).join() === 'linus', 60_000);
  await world.run(2_000, 50);
  expect(present(grace)).toContainEqual(['ada', 'peer', { cursor: 1 }]);
});

it('ICE-22 acknowledgements stay what they are: a peer that is not linked does not count as holding anything', async () => {
  await graceComes();
  write(ada, 'x');
  await world.until(() => read(grace) === 'x');
  await world.run(1_000, 50);
  expect(ada.room.content.receipts.snapshot().devicesWithAll).toBe(0);
});

it('ICE-23 a peer that cannot be reached is dialled ever more seldom', async () => {
  world.network.cut('linus', 'grace');
  grace = await join(world, 'grace', room); // under the limits of the product, as linus is
  const linus = await join(world, 'linus', room);
  await until(() => peersOf(linus).includes('archiver'), 60_000);
  await world.run(60_000, 100);
  // ada cannot reach grace either, under shorter limits: linus has no other peer that he cannot reach
  const before = count(linus, 'link-closed-network');
  await world.run(300_000, 100);
  const dials = count(linus, 'link-closed-network') - before;
  expect(dials).toBeGreaterThan(3);
  expect(dials).toBeLessThan(20);
});
