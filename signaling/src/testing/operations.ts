/** Every operation of the API: how it is asked for and who may, written down apart from what the server does. */
import { systemRandom } from '@vicinal/shared/clock.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { RouteAccess } from '../http/route.ts';
import { randomId, randomSecret } from '../random-ids.ts';
import { accountOf } from './members.ts';
import { PASSWORD, enrolArchiver, newRoomId } from './people.ts';
import type { Ids, RoleName, RoomName, World } from './world.ts';

/** What the ids of a request name: `whole` all of them, `part` those below the room or workspace. */
export const TARGETS = ['existing', 'whole elsewhere', 'whole unknown', 'part elsewhere', 'part unknown'] as const;
export type Target = (typeof TARGETS)[number];

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The route's pattern. */
  readonly path: string;
  readonly access: RouteAccess;
  /** The room that the request is about; absent where it is about none. */
  readonly room?: RoomName;
  /** `ok`, or the code for whoever asks with a valid token about what exists here. */
  readonly allows: (role: RoleName) => string;
  /** The code for ids below that are not from here, where it is not plainly `not-found` for whoever may. */
  readonly allowsPart?: (role: RoleName) => string;
  /** The id below; `isFresh` when the call will take it away. */
  readonly part?: (ids: Ids, world: World, isFresh: boolean) => string | Promise<string>;
  readonly body?: (world: World, role: RoleName) => object;
  /** Answers the same whatever the ids name. */
  readonly isBlind?: boolean;
}

type Held = 'owner' | 'editor' | 'commenter' | 'viewer';
type Standing = 'owner' | 'admin' | 'member' | 'guest';

const standing: Readonly<Record<RoleName, Standing | undefined>> = {
  owner: 'owner',
  admin: 'admin',
  member: 'member',
  creator: 'member',
  added: 'member',
  'editor-guest': 'guest',
  'commenter-guest': 'guest',
  'viewer-guest': 'guest',
  'other-guest': 'guest',
  'account-guest': 'guest',
  removed: undefined,
  stranger: undefined,
};
const inBothDocuments: Partial<Record<RoleName, Held>> = {
  creator: 'owner',
  'editor-guest': 'editor',
  'commenter-guest': 'commenter',
  'viewer-guest': 'viewer',
};
const isMember = (role: RoleName): boolean => standing[role] !== undefined && standing[role] !== 'guest';

function held(room: RoomName, role: RoleName): Held | undefined {
  switch (room) {
    case 'open':
      return inBothDocuments[role] ?? (isMember(role) ? 'commenter' : undefined);
    case 'closed':
      return inBothDocuments[role] ?? (role === 'added' ? 'editor' : undefined);
    case 'index':
      return isMember(role) ? (role === 'owner' ? 'owner' : 'editor') : undefined;
    case 'personal':
      return role === 'owner' ? 'owner' : undefined;
  }
}

const READ: readonly Held[] = ['owner', 'editor', 'commenter', 'viewer'];
const SHARE: readonly Held[] = ['owner', 'editor'];
const OWN: readonly Held[] = ['owner'];

/** Index rooms are refused to everybody who sees them where only documents will do. */
const inRoom =
  (room: RoomName, roles: readonly Held[], isForDocuments = true) =>
  (role: RoleName): string => {
    const has = held(room, role);
    if (has === undefined) return 'not-found';
    if (isForDocuments && (room === 'index' || room === 'personal')) return 'forbidden';
    return roles.includes(has) ? 'ok' : 'forbidden';
  };

const inWorkspace =
  (roles: readonly Standing[]) =>
  (role: RoleName): string => {
    const has = standing[role];
    if (has === undefined) return 'not-found';
    return roles.includes(has) ? 'ok' : 'forbidden';
  };
const EVERYBODY: readonly Standing[] = ['owner', 'admin', 'member', 'guest'];
const MEMBERS: readonly Standing[] = ['owner', 'admin', 'member'];
const ADMINS: readonly Standing[] = ['owner', 'admin'];

const roomOperations = (room: RoomName): readonly Operation[] => {
  const base = { access: 'bearer', room } as const;
  const path = (rest: string): string => `/api/rooms/:room${rest}`;
  const victim: Operation['part'] = (ids, world, isFresh) => (isFresh ? world.newGuest(ids[room]) : ids.guest);
  return [
    { ...base, method: 'GET', path: path(''), allows: inRoom(room, READ, false) },
    {
      ...base,
      method: 'PUT',
      path: path('/access'),
      allows: inRoom(room, OWN),
      body: () => ({ audience: room === 'open' ? 'workspace' : 'restricted', role: 'commenter' }),
    },
    { ...base, method: 'GET', path: path('/members'), allows: inRoom(room, SHARE, false) },
    {
      ...base,
      method: 'PUT',
      path: path('/members/:user'),
      allows: inRoom(room, SHARE),
      part: (ids) => ids.guest,
      body: () => ({ role: 'viewer' }),
    },
    { ...base, method: 'DELETE', path: path('/members/:user'), allows: inRoom(room, OWN), part: victim },
    // the same answer for what exists and what does not
    { ...base, method: 'POST', path: path('/access-requests'), allows: () => 'ok', isBlind: true },
    { ...base, method: 'GET', path: path('/links'), allows: inRoom(room, SHARE) },
    {
      ...base,
      method: 'POST',
      path: path('/links'),
      allows: inRoom(room, SHARE),
      body: () => ({ role: 'viewer' }),
    },
    {
      ...base,
      method: 'DELETE',
      path: path('/links/:link'),
      allows: inRoom(room, OWN),
      // whoever may share sees the list of links anyway
      allowsPart: (role) => (inRoom(room, SHARE)(role) === 'ok' ? 'not-found' : inRoom(room, OWN)(role)),
      part: (ids) => (room === 'closed' ? ids.closedLink : ids.openLink),
    },
  ];
};

const workspaceOperation = (
  method: Operation['method'],
  rest: string,
  roles: readonly Standing[],
  more: Pick<Operation, 'part' | 'body'> = {},
): Operation => ({
  method,
  path: `/api/workspaces/:workspace${rest}`,
  access: 'bearer',
  allows: inWorkspace(roles),
  ...more,
});

const workspaceOperations: readonly Operation[] = [
  workspaceOperation('GET', '/rooms', EVERYBODY),
  workspaceOperation('POST', '/rooms', MEMBERS, { body: () => ({ id: newRoomId() }) }),
  workspaceOperation('GET', '/members', MEMBERS),
  workspaceOperation('PATCH', '/members/:user', ADMINS, { part: (ids) => ids.guest, body: () => ({ role: 'guest' }) }),
  workspaceOperation('DELETE', '/members/:user', ADMINS, {
    part: (ids, world, isFresh) => (isFresh ? world.newGuest(ids.open) : ids.guest),
  }),
  workspaceOperation('GET', '/links', ADMINS),
  workspaceOperation('POST', '/links', ADMINS, { body: () => ({}) }),
  workspaceOperation('DELETE', '/links/:link', ADMINS, { part: (ids) => ids.workspaceLink }),
  workspaceOperation('POST', '/archivers/codes', ADMINS),
  workspaceOperation('GET', '/archivers', ADMINS),
  workspaceOperation('DELETE', '/archivers/:device', ADMINS, {
    part: async (ids, { server, people }, isFresh) =>
      isFresh ? (await enrolArchiver(server, people.owner, ids.workspace)).deviceId : ids.archiver,
  }),
];

const always = (outcome: string) => (): string => outcome;
const isWithoutAccount = (role: RoleName): boolean => standing[role] === 'guest' && role !== 'account-guest';
const account = (): object => accountOf('Member');
const noProof = () => ({ devicePub: 'A'.repeat(43), sig: 'A'.repeat(86) });

const ownOperations: readonly Operation[] = [
  { method: 'GET', path: '/api/me', access: 'bearer', allows: always('ok') },
  { method: 'PATCH', path: '/api/me', access: 'bearer', allows: always('ok'), body: () => ({ colour: 3 }) },
  {
    method: 'POST',
    path: '/api/me/password',
    access: 'bearer',
    allows: (role) => (isWithoutAccount(role) ? 'account-required' : 'bad-credentials'),
    body: () => ({ current: `not ${PASSWORD}`, next: PASSWORD }),
  },
  {
    method: 'POST',
    path: '/api/me/upgrade',
    access: 'bearer',
    allows: (role) => (isWithoutAccount(role) ? 'email-taken' : 'conflict'),
    body: account,
  },
  { method: 'GET', path: '/api/devices', access: 'bearer', allows: always('ok') },
  {
    method: 'POST',
    path: '/api/devices',
    access: 'bearer',
    allows: always('bad-signature'),
    body: ({ server }) => ({ ...noProof(), at: server.clock.now(), label: 'x' }),
  },
  {
    method: 'DELETE',
    path: '/api/devices/:device',
    access: 'bearer',
    allows: always('not-found'),
    part: (ids) => ids.device,
  },
  {
    method: 'POST',
    path: '/api/tokens',
    access: 'bearer',
    allows: always('ok'),
    body: ({ people }, role) => ({ device: people[role].device.deviceId, rooms: [] }),
  },
  {
    method: 'POST',
    path: '/api/tokens',
    access: 'bearer',
    allows: always('not-found'),
    body: ({ here }) => ({ device: here.device, rooms: [] }),
  },
  { method: 'GET', path: '/api/inbox', access: 'bearer', allows: always('ok') },
  {
    method: 'POST',
    path: '/api/inbox/read',
    access: 'bearer',
    allows: always('ok'),
    body: ({ here }) => ({ ids: [here.open] }),
  },
  { method: 'PUT', path: '/api/activity', access: 'bearer', allows: always('ok') },
  { method: 'GET', path: '/api/push', access: 'bearer', allows: always('ok') },
  {
    method: 'PUT',
    path: '/api/push/:device',
    access: 'bearer',
    allows: always('not-found'),
    part: (ids) => ids.device,
    body: () => ({
      endpoint: 'https://fcm.googleapis.com/fcm/send/x',
      p256dh: 'A'.repeat(87),
      auth: 'A'.repeat(22),
    }),
  },
  {
    method: 'DELETE',
    path: '/api/push/:device',
    access: 'bearer',
    allows: always('not-found'),
    part: (ids) => ids.device,
  },
  { method: 'POST', path: '/api/push/test', access: 'bearer', allows: always('ok') },
];

const open = (
  method: Operation['method'],
  path: string,
  access: RouteAccess = 'public',
  body?: Operation['body'],
): Operation => ({ method, path, access, allows: always('the same'), ...(body ? { body } : {}) });

const publicOperations: readonly Operation[] = [
  open('GET', '/api/config'),
  open('GET', '/api/jwks'),
  open('GET', '/api/health/live'),
  open('GET', '/api/health/ping'),
  open('GET', '/api/health/ready'),
  open('POST', '/api/setup', 'public', () => ({
    ...accountOf('Again'),
    token: randomSecret(systemRandom),
    workspaceName: 'Again',
  })),
  open('POST', '/api/auth/sign-in', 'public', () => ({ email: 'member@example.org', password: 'wrong wrong' })),
  open('POST', '/api/auth/refresh', 'cookie'),
  open('POST', '/api/auth/sign-out', 'cookie'),
  open('POST', '/api/join/inspect', 'public', () => ({ token: randomSecret(systemRandom) })),
  open('POST', '/api/join', 'optional', () => ({ token: randomSecret(systemRandom), nickname: 'Nobody' })),
  open('POST', '/api/archivers/enroll', 'public', () => ({ ...noProof(), code: randomSecret(systemRandom) })),
  open('POST', '/api/archivers/events', 'public', ({ server, here, people }) => ({
    ...noProof(),
    at: server.clock.now(),
    events: [
      {
        kind: 'mention',
        room: here.open,
        actor: people.owner.session.user.id,
        target: people.member.session.user.id,
        mention: here.closed,
      },
    ],
  })),
  open('POST', '/api/archivers/tokens', 'public', ({ server }) => ({ ...noProof(), at: server.clock.now() })),
];

export const OPERATIONS: readonly Operation[] = [
  ...(['open', 'closed', 'index', 'personal'] as const).flatMap(roomOperations),
  ...workspaceOperations,
  ...ownOperations,
  ...publicOperations,
];

const unknownIds = (): Ids => ({
  workspace: randomId(systemRandom),
  open: newRoomId(),
  closed: newRoomId(),
  index: newRoomId(),
  personal: newRoomId(),
  openLink: newRoomId(),
  closedLink: newRoomId(),
  workspaceLink: newRoomId(),
  guest: randomId<UserId>(systemRandom),
  archiver: `${randomSecret(systemRandom).slice(0, 42)}A`,
  device: `${randomSecret(systemRandom).slice(0, 42)}A`,
});

/** The targets that make a difference to the operation. */
export const targetsOf = ({ path, part }: Operation): readonly Target[] =>
  TARGETS.filter((target) => {
    if (target === 'existing') return true;
    return target.startsWith('whole') ? path.includes(':') : part !== undefined;
  });

/** The outcome for whoever asks with a valid token: `ok` or a code. */
export function outcomeOf(operation: Operation, role: RoleName, target: Target): string {
  const outcome = operation.allows(role);
  if (target === 'existing' || operation.isBlind === true) return outcome;
  if (target.startsWith('whole')) return 'not-found';
  return operation.allowsPart?.(role) ?? (outcome === 'ok' ? 'not-found' : outcome);
}

/** Path and body. `isFresh`: names something made for this call alone, which may go away by it. */
export async function requestOf(
  operation: Operation,
  world: World,
  { role, target, isFresh = false }: { readonly role: RoleName; readonly target: Target; readonly isFresh?: boolean },
): Promise<{ readonly path: string; readonly body?: object }> {
  const idsFor = (which: 'whole' | 'part'): Ids => {
    if (target === 'existing' || (target.startsWith('part') && which === 'whole')) return world.here;
    return target.endsWith('elsewhere') ? world.there : unknownIds();
  };
  const whole = idsFor('whole');
  const part = (await operation.part?.(idsFor('part'), world, isFresh)) ?? '';
  const path = operation.path
    .replace(':room', whole[operation.room ?? 'open'])
    .replace(':workspace', whole.workspace)
    .replace(/:(user|link|device)/, part);
  return { path, ...(operation.body ? { body: operation.body(world, role) } : {}) };
}
