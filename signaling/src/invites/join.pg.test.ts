import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinResponseSchema, meResponseSchema, roomsResponseSchema } from '@vicinal/shared/http/api.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import {
  accountOf,
  createWorkspaceLink,
  idOf,
  inviteMember,
  joinWithAccount,
  roleIn,
  workspaceMembers,
} from '../testing/members.ts';
import { call, createLink, createRoom, demand, joinAsGuest, setUpOwner, type Person } from '../testing/people.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };
let workspace: WorkspaceId;
let room: RoomId;

beforeAll(async () => {
  server = await startTestServer();
  owner = await setUpOwner(server);
  workspace = owner.workspace;
  room = await createRoom(server, owner, workspace);
});
afterAll(async () => await server.close());

const join = (body: object, person?: Person) => call(server, 'POST', '/api/join', { body, token: person?.token });
const inspect = (token: string) => call(server, 'POST', '/api/join/inspect', { body: { token } });
const workspaceOf = async (person: Person) =>
  meResponseSchema
    .parse((await demand(server, 'GET', '/api/me', { token: person.token })).body)
    .workspaces.find(({ id }) => id === workspace);
const usesOf = async (id: string): Promise<number | undefined> => {
  const { body } = await demand(server, 'GET', `/api/workspaces/${workspace}/links`, { token: owner.token });
  return (body as { links: { id: string; uses: number }[] }).links.find((link) => link.id === id)?.uses; // the contract's list
};

describe('workspace links', () => {
  test('PEOPLE-1 a workspace link says what it is and never a title', async () => {
    const { token } = await createWorkspaceLink(server, owner, workspace);
    expect((await inspect(token)).body).toEqual({
      kind: 'workspace',
      role: 'member',
      workspaceName: 'Analytical Engines',
    });
    const document = await createLink(server, owner, room, { role: 'commenter' });
    expect((await inspect(document.token)).body).toEqual({
      kind: 'document',
      role: 'commenter',
      workspaceName: 'Analytical Engines',
    });
  });

  test('PEOPLE-1 somebody new becomes a member with both index rooms and the documents of the workspace', async () => {
    const { token } = await createWorkspaceLink(server, owner, workspace);
    const answer = joinResponseSchema.parse((await join({ token, account: accountOf('Bea') })).body);
    expect(answer.room).toBeUndefined();
    expect(answer.workspace).toBe(workspace);
    expect(answer.session.user).toMatchObject({ name: 'Bea', email: 'bea@example.org', isGuest: false });
    const [joined] = answer.session.workspaces;
    expect(joined).toMatchObject({ id: workspace, role: 'member' });
    expect(joined?.indexRoom).toBe(owner.session.workspaces[0]?.indexRoom);
    expect(joined?.personalIndexRoom).toBeDefined();
    expect(joined?.personalIndexRoom).not.toBe(owner.session.workspaces[0]?.personalIndexRoom);
    const listed = await demand(server, 'GET', `/api/workspaces/${workspace}/rooms`, {
      token: answer.session.accessToken,
    });
    expect(roomsResponseSchema.parse(listed.body).rooms).toMatchObject([{ id: room, role: 'editor' }]);
  });

  test('PEOPLE-1 whoever has no account and sends none is asked for one, signed in or not, and no use is counted', async () => {
    const { link, token } = await createWorkspaceLink(server, owner, workspace);
    const guest = await joinAsGuest(server, (await createLink(server, owner, room, { role: 'viewer' })).token);
    for (const answer of [
      await join({ token }),
      await join({ token, nickname: 'Nick' }),
      await join({ token }, guest),
      await join({ token, nickname: 'Nick' }, guest),
    ])
      expect([answer.status, answer.code]).toEqual([403, 'account-required']);
    expect(await usesOf(link.id)).toBe(0);
  });

  test('PEOPLE-2 a guest who sends an account stays the same user, keeps the document, and becomes a member', async () => {
    const guest = await joinAsGuest(server, (await createLink(server, owner, room, { role: 'viewer' })).token);
    const { token } = await createWorkspaceLink(server, owner, workspace);
    const answer = joinResponseSchema.parse((await join({ token, account: accountOf('Cleo') }, guest)).body);
    expect(answer.session.user).toMatchObject({ id: idOf(guest), name: 'Cleo', isGuest: false });
    expect((await workspaceOf(guest))?.role).toBe('member');
    expect((await workspaceOf(guest))?.personalIndexRoom).toBeDefined();
    expect(await roleIn(server, guest, room)).toBe('editor');
  });

  test('PEOPLE-1 a member who uses the link again changes nothing, whatever the role', async () => {
    const { link, token } = await createWorkspaceLink(server, owner, workspace, { maxUses: 1 });
    const member = await inviteMember(server, owner, workspace, 'Dora');
    const before = await workspaceOf(member);
    for (const person of [member, owner, member]) expect((await join({ token }, person)).status).toBe(200);
    expect(await workspaceOf(member)).toEqual(before);
    expect((await workspaceOf(owner))?.role).toBe('owner');
    expect(await usesOf(link.id)).toBe(0);
  });

  test('PEOPLE-1 uses are counted, also in parallel; revoked, expired and used-up links read the same', async () => {
    const limited = await createWorkspaceLink(server, owner, workspace, { maxUses: 2 });
    const answers = await Promise.all(
      ['Eva', 'Fay', 'Gus', 'Hal'].map((name) => join({ token: limited.token, account: accountOf(name) })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    const revoked = await createWorkspaceLink(server, owner, workspace);
    for (let times = 0; times < 2; times++)
      await demand(server, 'DELETE', `/api/workspaces/${workspace}/links/${revoked.link.id}`, { token: owner.token });
    const own = await startTestServer();
    const other = await setUpOwner(own);
    const expiring = await createWorkspaceLink(own, other, other.workspace, { expiresAt: own.clock.now() + 1000 });
    own.advance(1001);
    const expired = await call(own, 'POST', '/api/join', {
      body: { token: expiring.token, account: accountOf('Ida') },
    });
    await own.close();
    for (const answer of [
      ...answers.filter(({ status }) => status !== 201),
      await join({ token: revoked.token, account: accountOf('Ida') }),
      expired,
    ])
      expect([answer.status, answer.code]).toEqual([410, 'link-invalid']);
    const { rows } = await server.database.query<{ dump: string }>(
      'select json_agg(l)::text as dump from workspace_links l',
    );
    for (const { token } of [limited, revoked]) expect(rows[0]?.dump).not.toContain(token);
  });
});

describe('document links', () => {
  test('PEOPLE-3 an account made through a document link is a guest of the workspace and sees that document only', async () => {
    const hidden = await createRoom(server, owner, workspace);
    const { token } = await createLink(server, owner, room, { role: 'editor' });
    const person = await joinWithAccount(server, token, 'Jo');
    expect(await workspaceOf(person)).toEqual({ id: workspace, name: 'Analytical Engines', role: 'guest' });
    const listed = await demand(server, 'GET', `/api/workspaces/${workspace}/rooms`, { token: person.token });
    expect(roomsResponseSchema.parse(listed.body).rooms.map(({ id }) => id)).toEqual([room]);
    expect(await roleIn(server, person, hidden)).toBe('not-found');
    const { indexRoom } = owner.session.workspaces[0] ?? {};
    if (!indexRoom) throw new Error('no index');
    expect(await roleIn(server, person, indexRoom)).toBe('not-found');
    const { token: invitation } = await createWorkspaceLink(server, owner, workspace);
    expect((await join({ token: invitation }, person)).status).toBe(200);
    expect(await roleIn(server, person, hidden)).toBe('editor');
  });

  test('PEOPLE-3 a taken address is refused, leaves nothing behind, and is limited like signing in', async () => {
    const own = await startTestServer({ LIMIT_FAILED_SIGN_INS: '5' });
    const person = await setUpOwner(own);
    const { token } = await createWorkspaceLink(own, person, person.workspace);
    const account = { ...accountOf('Thief'), email: 'ADA@example.org ' };
    const attempt = () => call(own, 'POST', '/api/join', { body: { token, account } });
    for (let times = 0; times < 5; times++) expect((await attempt()).code).toBe('email-taken');
    expect((await attempt()).code).toBe('rate-limited');
    expect((await own.database.query('select 1 from users')).count).toBe(1);
    expect((await own.database.query('select 1 from workspace_links where uses > 0')).count).toBe(0);
    const useless = await call(own, 'POST', '/api/join', {
      body: { token: 'x'.repeat(43), account: accountOf('Kim') },
    });
    expect(useless.code).toBe('link-invalid');
    await own.close();
  });

  test('PEOPLE-3 two people who take one address at once: one has it', async () => {
    const { token } = await createLink(server, owner, room, { role: 'viewer' });
    const answers = await Promise.all([1, 2, 3].map(() => join({ token, account: accountOf('Lou') })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    const members = await workspaceMembers(server, owner, workspace);
    expect(members.filter(({ email }) => email === 'lou@example.org')).toHaveLength(1);
  });

  test('PEOPLE-3 who has an account is not given a second one', async () => {
    const { token } = await createLink(server, owner, room, { role: 'viewer' });
    const member = await inviteMember(server, owner, workspace, 'Mia');
    expect((await join({ token, account: accountOf('Mia Two') }, member)).code).toBe('conflict');
  });
});
