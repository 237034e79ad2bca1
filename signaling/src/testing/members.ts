/** People with accounts, workspace links and live connections, for tests. */
import {
  createWorkspaceLinkResponseSchema,
  joinResponseSchema,
  membersResponseSchema,
  sessionResponseSchema,
  workspaceMembersResponseSchema,
  type RoomMember,
  type WorkspaceLink,
  type WorkspaceMember,
} from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Down } from '@vicinal/shared/signal/down.ts';
import {
  PASSWORD,
  createDevice,
  demand,
  fetchTokens,
  registerDevice,
  ticketFor,
  type Answer,
  type Person,
} from './people.ts';
import { connectPeer, type SignalPeer } from './signal-peer.ts';
import type { TestServer } from './test-server.ts';

export const accountOf = (name: string) => ({
  name,
  email: `${name.toLowerCase().replaceAll(' ', '.')}@example.org`,
  password: PASSWORD,
});

export const idOf = (person: Person): UserId => person.session.user.id;

export async function createWorkspaceLink(
  server: TestServer,
  person: Person,
  workspace: WorkspaceId,
  terms: { maxUses?: number; expiresAt?: number } = {},
): Promise<{ link: WorkspaceLink; token: string }> {
  return createWorkspaceLinkResponseSchema.parse(
    (await demand(server, 'POST', `/api/workspaces/${workspace}/links`, { token: person.token, body: terms })).body,
  );
}

/** Somebody new with an account, through a link of either kind. */
export async function joinWithAccount(server: TestServer, linkToken: string, name: string): Promise<Person> {
  const body = { token: linkToken, account: accountOf(name) };
  return await personOf(server, await demand(server, 'POST', '/api/join', { body }));
}

/** Another sign-in of the account, on a device of its own. */
export async function signInAgain(server: TestServer, email: string, password = PASSWORD): Promise<Person> {
  const answer = await demand(server, 'POST', '/api/auth/sign-in', { body: { email, password } });
  const session = sessionResponseSchema.parse(answer.body);
  return await withDevice(server, session, answer.refreshToken ?? '');
}

async function personOf(server: TestServer, answer: Answer): Promise<Person> {
  return await withDevice(server, joinResponseSchema.parse(answer.body).session, answer.refreshToken ?? '');
}

async function withDevice(server: TestServer, session: Person['session'], refreshToken: string): Promise<Person> {
  const person = { session, token: session.accessToken, refreshToken, device: await createDevice() };
  await registerDevice(server, person, person.device);
  return person;
}

/** A member of the workspace with an account. */
export async function inviteMember(
  server: TestServer,
  owner: Person,
  workspace: WorkspaceId,
  name: string,
  role: 'member' | 'admin' | 'owner' = 'member',
): Promise<Person> {
  const { token } = await createWorkspaceLink(server, owner, workspace);
  const person = await joinWithAccount(server, token, name);
  if (role !== 'member') {
    const path = `/api/workspaces/${workspace}/members/${idOf(person)}`;
    await demand(server, 'PATCH', path, { token: owner.token, body: { role } });
  }
  return person;
}

export async function workspaceMembers(
  server: TestServer,
  person: Person,
  workspace: WorkspaceId,
): Promise<readonly WorkspaceMember[]> {
  const { body } = await demand(server, 'GET', `/api/workspaces/${workspace}/members`, { token: person.token });
  return workspaceMembersResponseSchema.parse(body).members;
}

export async function roomMembers(server: TestServer, person: Person, room: RoomId): Promise<readonly RoomMember[]> {
  const { body } = await demand(server, 'GET', `/api/rooms/${room}/members`, { token: person.token });
  return membersResponseSchema.parse(body).members;
}

/** What the server says the person may do in the room now; the error code without access. */
export async function roleIn(server: TestServer, person: Person, room: RoomId): Promise<string> {
  const tokens = (await fetchTokens(server, person, [room])).rooms[room];
  return tokens?.ok ? tokens.role : (tokens?.code ?? 'nothing');
}

export async function connect(server: TestServer, person: Person): Promise<SignalPeer> {
  return await connectPeer(server, person.device, (await fetchTokens(server, person, [])).peerToken);
}

/** Connected and in the rooms. */
export async function enter(server: TestServer, person: Person, ...rooms: readonly RoomId[]): Promise<SignalPeer> {
  const peer = await connect(server, person);
  for (const room of rooms) {
    peer.send({ type: 'join', room, ticket: await ticketFor(server, person, room) });
    await peer.next('roster');
  }
  return peer;
}

/** The upper bound promised for whatever changes access. */
export const ACTS_WITHIN_MS = 5000;

/** The `revoke` that the peer hears, in time. */
export async function heardRevoke(
  server: TestServer,
  peer: SignalPeer,
  since: number,
): Promise<Extract<Down, { type: 'revoke' }>> {
  const message = await peer.next('revoke');
  const took = server.clock.monotonic() - since;
  if (took > ACTS_WITHIN_MS) throw new Error(`heard after ${took} ms`);
  return message;
}

/** The close code of the peer's connection, closed in time. */
export async function closedInTime(server: TestServer, peer: SignalPeer, since: number): Promise<number> {
  const code = await peer.closed;
  const took = server.clock.monotonic() - since;
  if (took > ACTS_WITHIN_MS) throw new Error(`closed after ${took} ms`);
  return code;
}
