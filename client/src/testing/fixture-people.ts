/** Members, links and devices of the gallery. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Device, Room, RoomMember, WorkspaceLink, WorkspaceMember } from '@vicinal/shared/http/api.ts';
import type { DeviceId, LinkId, UserId } from '@vicinal/shared/ids.ts';
import { err, ok } from '@vicinal/shared/result.ts';
import type { Answer, People } from '../auth/people.ts';
import type { Scene } from './fixture-core.ts';
import { FIXTURE_ROOM, FIXTURE_WORKSPACE, id } from './fixture-ids.ts';

const DAY = 86_400_000;

export function createFixturePeople(scene: Scene, clock: () => number): People {
  const answer = <T>(value: T): Answer<T> =>
    Promise.resolve(scene.server === 'up' ? ok(value) : err(new AppError('network')));
  const person = (letter: string, name: string, colour: number, role: WorkspaceMember['role']): WorkspaceMember => ({
    user: id<UserId>(letter),
    name,
    colour,
    role,
    joinedAt: clock() - 40 * DAY,
    ...(role === 'guest' ? {} : { email: `${name.split(' ')[0]?.toLowerCase() ?? ''}@harbour.example` }),
  });
  let members = [
    person('u', 'Ada Okafor', 5, 'owner'),
    person('1', 'Ben Lindqvist', 7, 'member'),
    person('2', 'Chiara Rossi', 10, 'member'),
    person('3', 'Dev Patel', 2, 'admin'),
    person('4', 'Farid', 4, 'guest'),
  ];
  let inRoom: readonly RoomMember[] = [
    { user: id<UserId>('u'), name: 'Ada Okafor', colour: 5, role: 'owner', isGuest: false, via: 'creator' },
    { user: id<UserId>('1'), name: 'Ben Lindqvist', colour: 7, role: 'editor', isGuest: false, via: 'workspace' },
    { user: id<UserId>('2'), name: 'Chiara Rossi', colour: 10, role: 'commenter', isGuest: false, via: 'person' },
    { user: id<UserId>('4'), name: 'Farid', colour: 4, role: 'viewer', isGuest: true, via: 'link' },
  ];
  const links: WorkspaceLink[] = [
    { id: id<LinkId>('w'), createdAt: clock() - 2 * DAY, uses: 3, maxUses: 20, isRevoked: false },
  ];
  const devices: Device[] = [
    { id: id<DeviceId>('0'), label: 'Chrome on Linux', createdAt: clock() - 20 * DAY, lastSeenAt: clock() - 1000 },
    { id: id<DeviceId>('1'), label: 'Chrome on Android', createdAt: clock() - 3 * DAY, lastSeenAt: clock() - DAY },
  ];
  let room: Room = {
    id: FIXTURE_ROOM,
    workspace: FIXTURE_WORKSPACE,
    kind: 'document',
    role: scene.role,
    accessEpoch: 0,
    createdAt: clock() - DAY,
    audience: 'workspace',
    audienceRole: 'editor',
  };
  return {
    workspaceMembers: () => answer(members),
    setWorkspaceRole: (_workspace, user, role) => {
      members = members.map((member) => (member.user === user ? { ...member, role } : member));
      return answer(undefined);
    },
    removeFromWorkspace: (_workspace, user) => {
      members = members.filter((member) => member.user !== user);
      return answer(undefined);
    },
    createWorkspaceLink: (_workspace, terms) => {
      const link = { id: id<LinkId>('x'), createdAt: clock(), uses: 0, isRevoked: false, ...terms };
      links.unshift(link);
      return answer({ link, url: 'http://localhost:8080/join#Hq0yq2mT3vXw9LkD1sZpAaBbCcDd' });
    },
    workspaceLinks: () => answer([...links]),
    revokeWorkspaceLink: () => answer(undefined),
    rooms: () => answer([room]),
    room: () => answer(room),
    setRoomAccess: (_room, audience, role) => {
      room = { ...room, audience, audienceRole: role };
      return answer(room);
    },
    roomMembers: () => answer(inRoom),
    setRoomMember: (_room, user, role) => {
      inRoom = inRoom.map((member) => (member.user === user ? { ...member, role } : member));
      return answer(undefined);
    },
    removeFromRoom: (_room, user) => {
      inRoom = inRoom.filter((member) => member.user !== user);
      return answer(undefined);
    },
    requestAccess: () => answer(undefined),
    devices: () => answer(devices),
    revokeDevice: () => answer(undefined),
  };
}
