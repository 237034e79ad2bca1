import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PeerId, RoomId } from '@vicinal/shared/ids.ts';
import { createRoomRegistry, type RoomRegistry } from './room-registry.ts';

type Pair = readonly [RoomId, PeerId];
interface Model {
  pairs: Pair[];
}
const has = (model: Model, [room, peer]: Pair): boolean => model.pairs.some(([r, p]) => r === room && p === peer);
const drop = (model: Model, [room, peer]: Pair): void => {
  model.pairs = model.pairs.filter(([r, p]) => r !== room || p !== peer);
};

// The registry does not look at the form of ids.
const rooms = ['r1', 'r2', 'r3'] as RoomId[];
const peers = ['p1', 'p2', 'p3', 'p4'] as PeerId[];

function agrees(model: Model, registry: RoomRegistry): void {
  for (const room of rooms)
    expect(registry.peersOf(room)).toEqual(model.pairs.filter(([r]) => r === room).map(([, p]) => p));
  for (const peer of peers)
    expect([...registry.roomsOf(peer)].sort()).toEqual(
      model.pairs
        .filter(([, p]) => p === peer)
        .map(([r]) => r)
        .sort(),
    );
  for (const a of peers) {
    for (const b of peers)
      expect(registry.share(a, b)).toBe(rooms.some((room) => has(model, [room, a]) && has(model, [room, b])));
  }
  expect([...registry.rooms()].sort()).toEqual([...new Set(model.pairs.map(([r]) => r))].sort());
}

const pair = fc.tuple(fc.constantFrom(...rooms), fc.constantFrom(...peers));
const commands = [
  pair.map((at): fc.Command<Model, RoomRegistry> => ({
    check: () => true,
    run: (model, registry) => {
      expect(registry.join(...at)).toBe(!has(model, at));
      if (!has(model, at)) model.pairs.push(at);
      agrees(model, registry);
    },
    toString: () => `join ${at.join(' ')}`,
  })),
  pair.map((at): fc.Command<Model, RoomRegistry> => ({
    check: () => true,
    run: (model, registry) => {
      expect(registry.isIn(...at)).toBe(has(model, at));
      expect(registry.leave(...at)).toBe(has(model, at));
      drop(model, at);
      agrees(model, registry);
    },
    toString: () => `leave ${at.join(' ')}`,
  })),
  fc.constantFrom(...peers).map((peer): fc.Command<Model, RoomRegistry> => ({
    check: () => true,
    run: (model, registry) => {
      expect([...registry.leaveAll(peer)].sort()).toEqual(
        model.pairs
          .filter(([, p]) => p === peer)
          .map(([r]) => r)
          .sort(),
      );
      model.pairs = model.pairs.filter(([, p]) => p !== peer);
      agrees(model, registry);
    },
    toString: () => `leaveAll ${peer}`,
  })),
];

test('SIG-7 the registry agrees with a list of pairs after any sequence of joins and leaves', () => {
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 40 }), (sequence) => {
      fc.modelRun(() => ({ model: { pairs: [] }, real: createRoomRegistry() }), sequence);
    }),
    { numRuns: 500 },
  );
});

test('SIG-7 a room that everybody left is forgotten', () => {
  const registry = createRoomRegistry();
  for (const peer of peers) for (const room of rooms) registry.join(room, peer);
  for (const peer of peers) registry.leaveAll(peer);
  expect(registry.rooms()).toEqual([]);
  for (const peer of peers) expect(registry.countRooms(peer)).toBe(0);
});
