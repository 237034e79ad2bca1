/** Everybody who could stand before the API, in one workspace beside another, for the authorisation matrix. */
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { readSigningKeys } from '../auth/signing-keys.ts';
import { createTokens, generateStoredKey } from '../auth/tokens.ts';
import { randomId } from '../random-ids.ts';
import { createWorkspaceLink, idOf, inviteMember, joinWithAccount } from './members.ts';
import {
  createLink,
  createRoom,
  demand,
  enrolArchiver,
  fetchTokens,
  issuerOf,
  joinAsGuest,
  setUpOwner,
  type Person,
} from './people.ts';
import { startTestServer, type TestServer } from './test-server.ts';

export const ROLES = [
  /** Of the workspace. */
  'owner',
  'admin',
  'member',
  /** A member who made the documents. */
  'creator',
  /** A member who was added to the closed document by hand. */
  'added',
  /** Guests of the workspace: with a role in both documents, or in neither. */
  'editor-guest',
  'commenter-guest',
  'viewer-guest',
  'other-guest',
  'account-guest',
  /** No longer in the workspace. */
  'removed',
  /** Owner of another workspace. */
  'stranger',
] as const;
export type RoleName = (typeof ROLES)[number];

/** Each but the first is refused. */
export const TOKEN_STATES = [
  'absent',
  'malformed',
  'tampered',
  'expired',
  'a peer token',
  'a ticket',
  'of an ended session',
  'of the session of somebody else',
  'of another issuer',
  'of an unknown key',
] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

export type RoomName = 'open' | 'closed' | 'index' | 'personal';

/** What the requests name. */
export interface Ids {
  readonly workspace: WorkspaceId;
  /** Open to the members of the workspace as commenters. */
  readonly open: RoomId;
  /** Restricted. */
  readonly closed: RoomId;
  readonly index: RoomId;
  /** Of the owner. */
  readonly personal: RoomId;
  readonly openLink: string;
  readonly closedLink: string;
  readonly workspaceLink: string;
  /** Has access to none of these rooms. */
  readonly guest: UserId;
  readonly archiver: string;
  /** The guest's. */
  readonly device: string;
}

export interface World {
  readonly server: TestServer;
  readonly here: Ids;
  readonly there: Ids;
  readonly people: Readonly<Record<RoleName, Person>>;
  tokenOf(role: RoleName, state: TokenState | 'valid'): Promise<string | undefined>;
  /** A guest with a role in the document of whom nobody has heard yet. */
  newGuest(room: RoomId): Promise<UserId>;
}

export async function createWorld(): Promise<World> {
  // people stand in the matrix longer than an access token lasts on a slow machine
  const server = await startTestServer({ ACCESS_TTL_MS: '3600000', LIMIT_FAILED_SIGN_INS: '1000000' });
  const owner = await setUpOwner(server);
  const { workspace } = owner;
  const creator = await inviteMember(server, owner, workspace, 'Creator');
  const here = await createPlace(server, workspace, owner, creator);
  const guestOf = async (role: 'editor' | 'commenter' | 'viewer') => {
    const guest = await joinAsGuest(server, (await createLink(server, creator, here.open, { role })).token);
    const body = { token: (await createLink(server, creator, here.closed, { role })).token };
    await demand(server, 'POST', '/api/join', { token: guest.token, body });
    return guest;
  };
  const aside = await createRoom(server, creator, workspace);
  const asideLink = await createLink(server, creator, aside, { role: 'viewer' });
  const added = await inviteMember(server, owner, workspace, 'Added');
  await demand(server, 'PUT', `/api/rooms/${here.closed}/members/${idOf(added)}`, {
    token: creator.token,
    body: { role: 'editor' },
  });
  const removed = await inviteMember(server, owner, workspace, 'Removed');
  const stranger = await inviteMember(server, owner, workspace, 'Stranger');
  for (const person of [removed, stranger])
    await demand(server, 'DELETE', `/api/workspaces/${workspace}/members/${idOf(person)}`, { token: owner.token });
  const there = await createPlace(server, await createOtherWorkspace(server, stranger), stranger, stranger);
  const people: World['people'] = {
    owner,
    admin: await inviteMember(server, owner, workspace, 'Admin', 'admin'),
    member: await inviteMember(server, owner, workspace, 'Member'),
    creator,
    added,
    'editor-guest': await guestOf('editor'),
    'commenter-guest': await guestOf('commenter'),
    'viewer-guest': await guestOf('viewer'),
    'other-guest': await joinAsGuest(server, asideLink.token),
    'account-guest': await joinWithAccount(server, asideLink.token, 'Account Guest'),
    removed,
    stranger,
  };
  const mint = await createMint(server, here, people);
  return {
    server,
    here,
    there,
    people,
    tokenOf: mint,
    newGuest: async (room) =>
      idOf(await joinAsGuest(server, (await createLink(server, creator, room, { role: 'viewer' })).token)),
  };
}

/** The API makes one workspace: the other one is written by hand. */
async function createOtherWorkspace(server: TestServer, owner: Person): Promise<WorkspaceId> {
  const workspace = randomId<WorkspaceId>(systemRandom);
  await server.database.query('insert into workspaces (id, name, created_at) values ($1, $2, now())', [
    workspace,
    'Difference',
  ]);
  await server.database.query(
    `insert into workspace_members (workspace_id, user_id, role, created_at) values ($1, $2, 'owner', now())`,
    [workspace, idOf(owner)],
  );
  for (const kind of ['workspace-index', 'personal-index'])
    await server.database.query(
      'insert into rooms (id, workspace_id, kind, created_by, created_at) values ($1, $2, $3, $4, now())',
      [randomId<RoomId>(systemRandom), workspace, kind, idOf(owner)],
    );
  return workspace;
}

async function createPlace(server: TestServer, workspace: WorkspaceId, owner: Person, creator: Person): Promise<Ids> {
  const [open, closed] = [await createRoom(server, creator, workspace), await createRoom(server, creator, workspace)];
  const access = (room: RoomId, audience: string) =>
    demand(server, 'PUT', `/api/rooms/${room}/access`, { token: creator.token, body: { audience, role: 'commenter' } });
  await access(open, 'workspace');
  await access(closed, 'restricted');
  const aside = await createRoom(server, creator, workspace);
  const guest = await joinAsGuest(server, (await createLink(server, creator, aside, { role: 'viewer' })).token);
  const { rows } = await server.database.query<{ id: RoomId; kind: string; creator: UserId }>(
    'select id, kind, created_by as creator from rooms where workspace_id = $1',
    [workspace],
  );
  const find = (kind: string): RoomId => {
    const room = rows.find((row) => row.kind === kind && row.creator === idOf(owner));
    if (!room) throw new Error(`no ${kind}`);
    return room.id;
  };
  return {
    workspace,
    open,
    closed,
    index: find('workspace-index'),
    personal: find('personal-index'),
    openLink: (await createLink(server, creator, open, { role: 'viewer' })).link.id,
    closedLink: (await createLink(server, creator, closed, { role: 'viewer' })).link.id,
    workspaceLink: (await createWorkspaceLink(server, owner, workspace)).link.id,
    guest: idOf(guest),
    archiver: (await enrolArchiver(server, owner, workspace)).deviceId,
    device: guest.device.deviceId,
  };
}

async function createMint(server: TestServer, here: Ids, people: World['people']): Promise<World['tokenOf']> {
  const issuer = await issuerOf(server);
  const keys = await readSigningKeys(server.database, server.clock);
  const signer = async (name: string, ageMs = 0, stored = keys) => {
    const tokens = createTokens(name, { ...systemClock, now: () => server.clock.now() - ageMs });
    await tokens.load(stored);
    return tokens;
  };
  const past = await signer(issuer, 3_600_000);
  const elsewhere = await signer('urn:vicinal:elsewhere');
  const forger = await signer(issuer, 0, [await generateStoredKey(0)]);
  const now = await signer(issuer);
  const { rows } = await server.database.query<{ user: UserId; sid: string }>(
    'select user_id as "user", id as sid from sessions where revoked_at is null',
  );
  const sessionOf = (user: UserId): string => rows.find((row) => row.user === user)?.sid ?? '';
  const ended = new Map<RoleName, string>();
  for (const role of ROLES) {
    const sid = randomId<string>(systemRandom);
    await server.database.query(
      `insert into sessions (id, user_id, created_at, expires_at, revoked_at) values ($1, $2, now(), now() + interval '1 day', now())`,
      [sid, idOf(people[role])],
    );
    ended.set(role, sid);
  }
  const ticket = (await fetchTokens(server, people.owner, [here.open])).rooms[here.open];
  if (!ticket?.ok) throw new Error('no ticket');
  return async (role, state) => {
    const person = people[role];
    const claims = { sub: idOf(person), sid: sessionOf(idOf(person)) };
    const valid = await now.signAccess(claims, 600_000);
    switch (state) {
      case 'valid':
        return valid;
      case 'absent':
        return undefined;
      case 'malformed':
        return 'x.y.z';
      case 'tampered':
        return `${valid.slice(0, -6)}${valid.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`;
      case 'expired':
        return await past.signAccess(claims, 600_000);
      case 'a peer token':
        return (await fetchTokens(server, person, [])).peerToken;
      case 'a ticket':
        return ticket.ticket;
      case 'of an ended session':
        return await now.signAccess({ ...claims, sid: ended.get(role) ?? '' }, 600_000);
      case 'of the session of somebody else': {
        const other = people[role === 'owner' ? 'stranger' : 'owner'];
        return await now.signAccess({ ...claims, sid: sessionOf(idOf(other)) }, 600_000);
      }
      case 'of another issuer':
        return await elsewhere.signAccess(claims, 600_000);
      case 'of an unknown key':
        return await forger.signAccess(claims, 600_000);
    }
  };
}
