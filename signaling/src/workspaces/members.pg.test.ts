import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import { randomId } from '../random-ids.ts';
import {
  accountOf,
  createWorkspaceLink,
  enter,
  heardRevoke,
  idOf,
  inviteMember,
  roleIn,
  roomMembers,
  workspaceMembers,
} from '../testing/members.ts';
import {
  call,
  createLink,
  createRoom,
  demand,
  joinAsGuest,
  setUpOwner,
  ticketFor,
  type Person,
} from '../testing/people.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };
let workspace: WorkspaceId;
let indexRoom: RoomId;

beforeAll(async () => {
  server = await startTestServer();
  owner = await setUpOwner(server);
  workspace = owner.workspace;
  indexRoom = owner.session.workspaces[0]?.indexRoom ?? randomId<RoomId>(systemRandom);
});
afterAll(async () => await server.close());

const pathOf = (person: Person) => `/api/workspaces/${workspace}/members/${idOf(person)}`;
const setRole = (by: Person, person: Person, role: string) =>
  call(server, 'PATCH', pathOf(person), { token: by.token, body: { role } });
const remove = (by: Person, person: Person) => call(server, 'DELETE', pathOf(person), { token: by.token });
const roleOf = async (person: Person) =>
  (await workspaceMembers(server, owner, workspace)).find(({ user }) => user === idOf(person))?.role;

describe('roles', () => {
  test('PEOPLE-4 members see who is here; guests are told nothing', async () => {
    const member = await inviteMember(server, owner, workspace, 'Ann');
    const room = await createRoom(server, owner, workspace);
    const guest = await joinAsGuest(server, (await createLink(server, owner, room, { role: 'editor' })).token);
    const members = await workspaceMembers(server, member, workspace);
    expect(members.find(({ user }) => user === idOf(owner))).toMatchObject({ role: 'owner', email: 'ada@example.org' });
    expect(members.find(({ user }) => user === idOf(guest))).toMatchObject({ role: 'guest', name: 'Guest' });
    expect(members.find(({ user }) => user === idOf(guest))).not.toHaveProperty('email');
    const answer = await call(server, 'GET', `/api/workspaces/${workspace}/members`, { token: guest.token });
    expect(answer.code).toBe('forbidden');
  });

  test('PEOPLE-5 only owners make or unmake owners and admins', async () => {
    const admin = await inviteMember(server, owner, workspace, 'Bob', 'admin');
    const second = await inviteMember(server, owner, workspace, 'Cat', 'owner');
    const member = await inviteMember(server, owner, workspace, 'Dan');
    for (const [person, role] of [
      [member, 'owner'],
      [member, 'admin'],
      [second, 'member'],
      [admin, 'member'],
      [admin, 'owner'],
    ] as const)
      expect((await setRole(admin, person, role)).code).toBe('forbidden');
    expect((await remove(admin, second)).code).toBe('forbidden');
    for (const role of ['guest', 'member']) expect((await setRole(admin, member, role)).status).toBe(204);
    expect((await setRole(member, member, 'owner')).code).toBe('forbidden');
    expect((await setRole(second, admin, 'member')).status).toBe(204);
    expect((await setRole(admin, member, 'guest')).code).toBe('forbidden');
    expect([await roleOf(admin), await roleOf(second), await roleOf(member)]).toEqual(['member', 'owner', 'member']);
    expect((await remove(owner, second)).status).toBe(204);
  });

  test('PEOPLE-5 the last owner stays one, also when two leave at once', async () => {
    const own = await startTestServer();
    const first = await setUpOwner(own);
    const second = await inviteMember(own, first, first.workspace, 'Eve', 'owner');
    const leave = (person: Person) =>
      call(own, 'DELETE', `/api/workspaces/${first.workspace}/members/${idOf(person)}`, { token: person.token });
    const answers = await Promise.all([leave(first), leave(second)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
    expect(answers.find(({ status }) => status === 409)?.code).toBe('last-owner');
    const left = answers[0]?.status === 409 ? first : second;
    const demotion = await call(own, 'PATCH', `/api/workspaces/${first.workspace}/members/${idOf(left)}`, {
      token: left.token,
      body: { role: 'admin' },
    });
    expect(demotion.code).toBe('last-owner');
    await own.close();
  });

  test('PEOPLE-5 a guest without an account cannot become a member, and one with an account gets the index rooms', async () => {
    const room = await createRoom(server, owner, workspace);
    const { token } = await createLink(server, owner, room, { role: 'viewer' });
    const guest = await joinAsGuest(server, token);
    for (const role of ['member', 'admin', 'owner'])
      expect((await setRole(owner, guest, role)).code).toBe('account-required');
    await demand(server, 'POST', '/api/me/upgrade', { token: guest.token, body: accountOf('Flo') });
    expect((await setRole(owner, guest, 'member')).status).toBe(204);
    expect(await roleIn(server, guest, indexRoom)).toBe('editor');
    expect(await roleIn(server, guest, room)).toBe('editor');
  });
});

describe('leaving', () => {
  test('PEOPLE-6 removal ends access to every room at once, on live connections too, with the links they made', async () => {
    const member = await inviteMember(server, owner, workspace, 'Gil', 'admin');
    const [shared, idle] = [await createRoom(server, owner, workspace), await createRoom(server, owner, workspace)];
    const own = await createRoom(server, member, workspace);
    const invitation = await createWorkspaceLink(server, member, workspace);
    const first = await createLink(server, member, shared, { role: 'editor' });
    const friend = await joinAsGuest(server, first.token);
    const second = await createLink(server, friend, shared, { role: 'viewer' });
    const idleTicket = await ticketFor(server, member, idle);
    const [watcher, peer, friendPeer] = [
      await enter(server, owner, shared, indexRoom),
      await enter(server, member, shared, indexRoom),
      await enter(server, friend, shared),
    ];
    await watcher.settle();
    const since = server.clock.monotonic();
    expect((await remove(owner, member)).status).toBe(204);
    const heard = [await heardRevoke(server, watcher, since), await heardRevoke(server, watcher, since)];
    heard.push(await heardRevoke(server, watcher, since));
    expect(heard.map((message) => [message.room, message.sub, message.role])).toEqual(
      expect.arrayContaining([
        [shared, idOf(member), undefined],
        [indexRoom, idOf(member), undefined],
        [shared, idOf(friend), undefined],
      ]),
    );
    expect((await heardRevoke(server, friendPeer, since)).room).toBe(shared);
    for (const room of [shared, idle, own, indexRoom]) expect(await roleIn(server, member, room)).toBe('not-found');
    peer.send({ type: 'join', room: idle, ticket: idleTicket });
    expect(await peer.next('error')).toMatchObject({ code: 'token-expired', room: idle });
    for (const { token } of [first, second, invitation])
      expect((await call(server, 'POST', '/api/join/inspect', { body: { token } })).code).toBe('link-invalid');
    expect((await call(server, 'GET', `/api/workspaces/${workspace}/rooms`, { token: member.token })).code).toBe(
      'not-found',
    );
    expect((await roomMembers(server, owner, own)).map(({ user, role }) => [user, role])).toContainEqual([
      idOf(owner),
      'owner',
    ]);
    for (const each of [watcher, peer, friendPeer]) each.close();
  });

  test('PEOPLE-6 whoever was removed does not come back by older links, and does by a newer one', async () => {
    const room = await createRoom(server, owner, workspace);
    const old = await createWorkspaceLink(server, owner, workspace);
    const oldDocument = await createLink(server, owner, room, { role: 'editor' });
    const member = await inviteMember(server, owner, workspace, 'Hans');
    const use = (token: string) => call(server, 'POST', '/api/join', { token: member.token, body: { token } });
    await remove(owner, member);
    for (const { token } of [old, oldDocument]) expect((await use(token)).code).toBe('link-invalid');
    const fresh = await createWorkspaceLink(server, owner, workspace);
    expect((await use(fresh.token)).status).toBe(200);
    expect(await roleIn(server, member, room)).toBe('editor');
  });

  test('PEOPLE-6 whoever left alone may come back by the same link, and finds the personal index again', async () => {
    const { token } = await createWorkspaceLink(server, owner, workspace);
    const answer = await inviteMember(server, owner, workspace, 'Ina');
    const before = answer.session.workspaces[0]?.personalIndexRoom;
    expect((await remove(answer, answer)).status).toBe(204);
    expect(await roleOf(answer)).toBeUndefined();
    await demand(server, 'POST', '/api/join', { token: answer.token, body: { token } });
    if (!before) throw new Error('no index');
    expect(await roleIn(server, answer, before)).toBe('owner');
  });

  test('PEOPLE-7 who becomes a guest loses what the workspace gave and keeps what was given by hand or link', async () => {
    const member = await inviteMember(server, owner, workspace, 'Jan');
    const [open, byHand, byLink, own] = [
      await createRoom(server, owner, workspace),
      await createRoom(server, owner, workspace),
      await createRoom(server, owner, workspace),
      await createRoom(server, member, workspace),
    ];
    const old = await createWorkspaceLink(server, owner, workspace);
    await demand(server, 'PUT', `/api/rooms/${byHand}/members/${idOf(member)}`, {
      token: owner.token,
      body: { role: 'owner' },
    });
    // the document is closed to the workspace, so that the link is what gives access
    const restricted = { token: owner.token, body: { audience: 'restricted', role: 'editor' } };
    await demand(server, 'PUT', `/api/rooms/${byLink}/access`, restricted);
    const { token } = await createLink(server, owner, byLink, { role: 'commenter' });
    await demand(server, 'POST', '/api/join', { token: member.token, body: { token } });
    const made = await createLink(server, member, open, { role: 'viewer' });
    const watcher = await enter(server, owner, open);
    const peer = await enter(server, member, open);
    const since = server.clock.monotonic();
    expect((await setRole(owner, member, 'guest')).status).toBe(204);
    expect(await heardRevoke(server, watcher, since)).toMatchObject({ room: open, sub: idOf(member) });
    const roles = [];
    for (const room of [open, byHand, byLink, own, indexRoom]) roles.push(await roleIn(server, member, room));
    expect(roles).toEqual(['not-found', 'owner', 'commenter', 'owner', 'not-found']);
    expect((await call(server, 'POST', '/api/join/inspect', { body: { token: made.token } })).code).toBe(
      'link-invalid',
    );
    const again = await call(server, 'POST', '/api/join', { token: member.token, body: { token: old.token } });
    expect(again.code).toBe('link-invalid');
    for (const each of [watcher, peer]) each.close();
  });

  test('PEOPLE-6 removal from 10,000 rooms is one short transaction and costs messages for joined rooms only', async () => {
    const own = await startTestServer();
    const person = await setUpOwner(own);
    const member = await inviteMember(own, person, person.workspace, 'Kay');
    const room = await createRoom(own, person, person.workspace);
    const ids = Array.from({ length: 10_000 }, () => randomId<RoomId>(systemRandom));
    await own.database.query(
      `insert into rooms (id, workspace_id, kind, created_by, created_at) select id, $2, 'document', $3, now() from unnest($1::text[]) id`,
      [ids, person.workspace, idOf(person)],
    );
    const watcher = await enter(own, person, room);
    const before = watcher.bytesReceived;
    const since = own.clock.monotonic();
    await demand(own, 'DELETE', `/api/workspaces/${person.workspace}/members/${idOf(member)}`, { token: person.token });
    expect(await heardRevoke(own, watcher, since)).toMatchObject({ room, sub: idOf(member) });
    expect(await watcher.settle()).toEqual([]);
    expect(watcher.bytesReceived - before).toBeLessThan(500);
    const bumped = await own.database.query('select 1 from rooms where access_epoch = 1');
    expect(bumped.count).toBe(10_003); // the documents, the index of the workspace, the member's own
    watcher.close();
    await own.close();
  });
});
