import { systemRandom } from '@vicinal/shared/clock.ts';
import { generateExtractableDeviceKey, signerFromKeyPair } from '@vicinal/shared/crypto/device-key.ts';
import type { Mesh, RoomBinding } from '@vicinal/shared/mesh/types.ts';
import { expect, test } from 'vitest';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { id } from '../testing/fixture-ids.ts';
import { createDeferredMesh } from './deferred-mesh.ts';
import { createLocalMesh } from './local-mesh.ts';

const aRoom = id<RoomId>('a');
const bRoom = id<RoomId>('b');
const binding = (room: RoomBinding['room']): RoomBinding => ({ room, replicas: new Map() });

async function setUp() {
  const local = createLocalMesh(await signerFromKeyPair(await generateExtractableDeviceKey()), systemRandom);
  const joined: string[] = [];
  const closed: string[] = [];
  const real: Mesh = {
    ...local,
    join: (wanted) => {
      joined.push(wanted.room);
      return local.join(wanted);
    },
    close: () => {
      closed.push('closed');
      return local.close();
    },
  };
  const loads: { arrive: (mesh: Mesh) => void; fail: (error: unknown) => void }[] = [];
  const failures: unknown[] = [];
  const mesh = createDeferredMesh({
    peerId: local.peerId,
    load: () => new Promise((arrive, fail) => loads.push({ arrive, fail })),
    onFailed: (error) => failures.push(error),
  });
  return { mesh, real, joined, closed, loads, failures };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('CLI-61 nothing is loaded before a room is joined, and rooms joined meanwhile are joined once it is there', async () => {
  const { mesh, real, joined, loads } = await setUp();
  expect([loads.length, mesh.signaling.kind]).toEqual([0, 'connecting']);
  const first = mesh.join(binding(aRoom));
  const second = mesh.join(binding(bRoom));
  expect([loads.length, first.peers(), first.access.kind]).toEqual([1, [], 'pending']);
  await second.leave();
  let told = 0;
  mesh.on('signaling', () => (told += 1));
  loads[0]?.arrive(real);
  await settled();
  expect(joined).toEqual([aRoom]);
  expect([mesh.signaling.kind, told]).toEqual(['open', 1]);
  mesh.join(binding(bRoom));
  expect(joined).toEqual([aRoom, bRoom]);
});

test('CLI-61 a mesh that could not be loaded is asked for again when the device wakes', async () => {
  const { mesh, real, joined, loads, failures } = await setUp();
  mesh.join(binding(aRoom));
  loads[0]?.fail(new Error('no network'));
  await settled();
  expect([failures.length, joined]).toEqual([1, []]);
  mesh.wake();
  loads[1]?.arrive(real);
  await settled();
  expect(joined).toEqual([aRoom]);
});

test('CLI-61 a mesh that arrives after the end is ended too', async () => {
  const { mesh, real, joined, closed, loads } = await setUp();
  mesh.join(binding(aRoom));
  await mesh.close();
  loads[0]?.arrive(real);
  await settled();
  expect([joined, closed]).toEqual([[], ['closed']]);
});
