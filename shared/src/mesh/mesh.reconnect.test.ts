import { afterEach, describe, expect, it } from 'vitest';
import { areLinked, doAgree, join, write, type Member } from '../testing/mesh-members.ts';
import { testRoom } from '../testing/seeded-peers.ts';
import { createSimulatedWorld, type SimulatedWorld } from '../testing/simulated-world.ts';

/** How soon links have to be back once the network is. */
const LIMIT_MS = 5_000;
const room = testRoom('reconnect');
let world: SimulatedWorld;

afterEach(async () => {
  await world.close();
});

const pair = async (seed: number): Promise<readonly [Member, Member]> => {
  world = createSimulatedWorld({ seed });
  const members = [await join(world, 'a', room), await join(world, 'b', room)] as const;
  for (const { room: opened } of members) opened.handle.presence.set({ here: true });
  await world.until(() => areLinked(members) && members.every(sees(1)));
  return members;
};
const sees =
  (count: number) =>
  ({ room: { handle } }: Member): boolean =>
    handle.presence.entries().length === count;

describe.each([1, 2, 3, 4])('seed %i', (seed) => {
  it.each([2_000, 8_000, 14_000, 60_000, 600_000])(
    'MESH-60 links are back within 5 s after a device was without network for %i ms',
    async (awayMs) => {
      const [a, b] = await pair(seed);
      world.signaling.stop();
      world.network.cut('a', 'b');
      write(a, 'from a ');
      write(b, 'from b');
      await world.run(awayMs, awayMs > 20_000 ? 50 : 5);
      world.network.heal('a', 'b');
      world.signaling.start();
      b.peer.mesh.wake();
      a.peer.mesh.wake();
      await world.until(() => areLinked([a, b]) && doAgree([a, b]), LIMIT_MS);
      await world.run(1_000);
      expect([areLinked([a, b]), sees(1)(a), sees(1)(b)]).toEqual([true, true, true]);
    },
  );

  it.each([7_000, 40_000, 300_000])(
    'MESH-61 a page frozen for %i ms is linked within 5 s after it thaws, and is there once',
    async (frozenMs) => {
      const [a, b] = await pair(seed);
      world.network.mute('a', 'b');
      await world.run(frozenMs, 20);
      if (frozenMs > 31_000) expect(sees(0)(a)).toBe(true);
      world.network.heal('a', 'b');
      b.peer.mesh.wake();
      write(a, 'meanwhile');
      await world.until(() => areLinked([a, b]) && doAgree([a, b]), LIMIT_MS);
      await world.until(() => sees(1)(a), LIMIT_MS);
      await world.run(15_000, 20);
      expect([areLinked([a, b]), sees(1)(a), sees(1)(b)]).toEqual([true, true, true]);
    },
  );

  it('MESH-62 a path that went without a word is replaced within 5 s of a wake-up', async () => {
    const [a, b] = await pair(seed);
    world.network.mute('a', 'b');
    await world.run(500);
    world.network.heal('a', 'b');
    a.peer.mesh.wake();
    await world.run(LIMIT_MS);
    write(b, 'still here');
    await world.until(() => areLinked([a, b]) && doAgree([a, b]), 1_000);
  });
});
