import { afterEach, describe, expect, it } from 'vitest';
import { pick, seededRandom } from '../testing/seeded-device.ts';
import { areLinked, doAgree, join, read, write, type Member } from '../testing/mesh-members.ts';
import { testRoom } from '../testing/seeded-peers.ts';
import { createSimulatedWorld, type SimulatedWorld, type SimulatedWorldOptions } from '../testing/simulated-world.ts';

const room = testRoom('sim');
let world: SimulatedWorld;
const makeWorld = (options: Partial<SimulatedWorldOptions> = {}): SimulatedWorld =>
  (world = createSimulatedWorld({ seed: 1, ...options }));

const member = (name: string): Promise<Member> => join(world, name, room);

afterEach(async () => {
  await world.close();
});

describe('a mesh on a memory network', () => {
  it('MESH-1 links every pair once and spreads what anybody writes', async () => {
    makeWorld();
    const members = [await member('a'), await member('b'), await member('c')];
    await world.until(() => areLinked(members));
    for (const each of members) write(each, each.peer.name);
    await world.until(() => doAgree(members) && read(members[0]!).length === 3); // three members were made above
    expect(world.network.connections).toBe(6);
  });
});

it.each(Array.from({ length: 12 }, (_, i) => i + 1))(
  'MESH-30 replicas converge after cuts, reconnects and restarts of signaling (seed %i)',
  async (seed) => {
    makeWorld({ seed });
    const random = seededRandom(`mesh/${seed}`);
    const names = ['a', 'b', 'c', 'd', 'e'].slice(0, 2 + pick(random, 4));
    const members: Member[] = [];
    for (const name of names) members.push(await member(name));
    await world.run(pick(random, 500));
    const cuts = new Set<string>();
    for (let step = 0; step < 40; step++) {
      const one = members[pick(random, members.length)]!; // within the length
      const other = members[pick(random, members.length)]!; // as above
      const pair = [one.peer.name, other.peer.name] as const;
      switch (pick(random, 8)) {
        case 0:
          if (one !== other) {
            cuts.add(pair.join(' '));
            world.network.cut(...pair);
          }
          break;
        case 1:
          for (const cut of cuts) world.network.heal(...(cut.split(' ') as [string, string])); // written above as two names
          cuts.clear();
          break;
        case 2:
          world.network.sever(...pair);
          break;
        case 3:
          if (random.fraction() < 0.5) world.signaling.stop();
          else world.signaling.start();
          break;
        default:
          write(one, `${one.peer.name}${step} `);
      }
      await world.run(pick(random, 4) === 0 ? 15_000 : pick(random, 400), 10);
    }
    for (const cut of cuts) world.network.heal(...(cut.split(' ') as [string, string])); // as above
    world.signaling.start();
    await world.until(() => doAgree(members), 180_000);
    await world.until(
      () => areLinked(members) && members.every(({ room: { handle } }) => !handle.isCatchingUp),
      180_000,
    );
    expect(members.map(({ peer }) => peer.mesh.counters()['entries-invalid'] ?? 0)).toEqual(members.map(() => 0));
  },
);
