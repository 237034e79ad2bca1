/** Shorthand for tests in which several people have one document open in a simulated world. */
import { XmlText } from 'yjs';
import { equalBytes } from '../bytes.ts';
import type { RoomId } from '../ids.ts';
import type { MeshOptions } from '../mesh/types.ts';
import type { RoomRole } from '../roles.ts';
import type { TestPeer, TestRoom } from './seeded-peers.ts';
import type { SimulatedWorld } from './simulated-world.ts';

export interface Member {
  readonly peer: TestPeer;
  readonly room: TestRoom;
}

/** A peer that has `room` open with its content document. */
export async function join(
  world: SimulatedWorld,
  name: string,
  room: RoomId,
  role: RoomRole = 'editor',
  overrides: Partial<MeshOptions> = {},
): Promise<Member> {
  const peer = await world.peer(name, role, overrides);
  return { peer, room: await peer.open(room) };
}

export const write = ({ room: { content } }: Member, text: string): void =>
  content.ydoc.getXmlFragment('body').push([new XmlText(text)]);
export const read = ({ room: { content } }: Member): string => content.ydoc.getXmlFragment('body').toJSON();
export const peersOf = ({ room: { handle } }: Member): readonly string[] =>
  handle
    .peers()
    .map(({ name }) => name)
    .sort();
export const count = ({ peer }: Member, name: string): number => peer.mesh.counters()[name] ?? 0;

/** Everybody is linked with everybody else in the room. */
export const areLinked = (members: readonly Member[]): boolean =>
  members.every(({ room: { handle } }) => handle.peers().length === members.length - 1);

/** Everybody has the same entries and reads the same. */
export function doAgree(members: readonly Member[]): boolean {
  const [first] = members;
  return (
    first !== undefined &&
    members.every(
      (other) => read(other) === read(first) && equalBytes(other.room.content.digest(), first.room.content.digest()),
    )
  );
}
