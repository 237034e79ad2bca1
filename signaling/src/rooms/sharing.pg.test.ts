import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import {
  ACTS_WITHIN_MS,
  enter,
  heardRevoke,
  idOf,
  inviteMember,
  joinWithAccount,
  roleIn,
  roomMembers,
} from '../testing/members.ts';
import {
  call,
  createLink,
  createRoom,
  demand,
  joinAsGuest,
  newRoomId,
  setUpOwner,
  ticketFor,
  type Person,
} from '../testing/people.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };
let workspace: WorkspaceId;
let member: Person;
let other: Person;

beforeAll(async () => {
  server = await startTestServer();
  owner = await setUpOwner(server);
  workspace = owner.workspace;
  member = await inviteMember(server, owner, workspace, 'Mara');
  other = await inviteMember(server, owner, workspace, 'Otto');
});
afterAll(async () => await server.close());

const setAccess = (by: Person, room: RoomId, audience: string, role = 'editor') =>
  call(server, 'PUT', `/api/rooms/${room}/access`, { token: by.token, body: { audience, role } });
const give = (by: Person, room: RoomId, person: Person, role: string) =>
  call(server, 'PUT', `/api/rooms/${room}/members/${idOf(person)}`, { token: by.token, body: { role } });
const remove = (by: Person, room: RoomId, person: Person) =>
  call(server, 'DELETE', `/api/rooms/${room}/members/${idOf(person)}`, { token: by.token });
const use = (person: Person, token: string) =>
  call(server, 'POST', '/api/join', { token: person.token, body: { token } });
const revoke = (room: RoomId, link: string) =>
  demand(server, 'DELETE', `/api/rooms/${room}/links/${link}`, { token: owner.token });
const restrictedRoom = async (): Promise<RoomId> => {
  const room = await createRoom(server, owner, workspace);
  await setAccess(owner, room, 'restricted');
  return room;
};

describe('general access', () => {
  test('PEOPLE-8 a document opens to the workspace with a role, or to nobody; people added by hand keep theirs', async () => {
    const room = await createRoom(server, owner, workspace);
    expect(await roleIn(server, member, room)).toBe('editor');
    await give(owner, room, other, 'owner');
    for (const role of ['viewer', 'commenter', 'editor']) {
      expect((await setAccess(owner, room, 'workspace', role)).body).toMatchObject({ audienceRole: role });
      expect([await roleIn(server, member, room), await roleIn(server, other, room)]).toEqual([role, 'owner']);
    }
    await setAccess(owner, room, 'restricted');
    expect([await roleIn(server, member, room), await roleIn(server, other, room)]).toEqual(['not-found', 'owner']);
    const { body } = await demand(server, 'GET', `/api/workspaces/${workspace}/rooms`, { token: member.token });
    expect(JSON.stringify(body)).not.toContain(room);
  });

  test('PEOPLE-8 a change acts on live connections: narrower roles and the end of access are heard by everybody', async () => {
    const room = await createRoom(server, owner, workspace);
    const { token } = await createLink(server, owner, room, { role: 'editor' });
    const [guest, made] = [
      await joinAsGuest(server, token),
      await createLink(server, member, room, { role: 'editor' }),
    ];
    const [watcher, peer, guestPeer] = [
      await enter(server, owner, room),
      await enter(server, member, room),
      await enter(server, guest, room),
    ];
    const since = server.clock.monotonic();
    await setAccess(owner, room, 'workspace', 'viewer');
    for (const each of [watcher, peer]) {
      const heard = [await heardRevoke(server, each, since), await heardRevoke(server, each, since)];
      expect(heard.find(({ sub }) => sub === idOf(member))).toMatchObject({ room, role: 'viewer', accessEpoch: 1 });
    }
    expect((await call(server, 'POST', '/api/join/inspect', { body: { token: made.token } })).code).toBe(
      'link-invalid',
    );
    const narrowedAt = server.clock.monotonic();
    await setAccess(owner, room, 'restricted');
    const heard = await watcher.settle();
    expect(server.clock.monotonic() - narrowedAt).toBeLessThan(ACTS_WITHIN_MS);
    expect(heard).toContainEqual({ type: 'revoke', room, sub: idOf(member), accessEpoch: 2 });
    expect(heard).toContainEqual({ type: 'peer-left', room, peerId: peer.peerId });
    expect(await roleIn(server, guest, room)).toBe('editor');
    await setAccess(owner, room, 'workspace', 'commenter');
    expect(await watcher.settle()).toEqual([]);
    for (const each of [watcher, peer, guestPeer]) each.close();
  });

  test('PEOPLE-8 index rooms have no general access to change', async () => {
    const { indexRoom, personalIndexRoom } = owner.session.workspaces[0] ?? {};
    for (const room of [indexRoom, personalIndexRoom]) {
      if (!room) throw new Error('no index');
      expect((await setAccess(owner, room, 'restricted')).code).toBe('forbidden');
      expect((await give(owner, room, member, 'viewer')).code).toBe('forbidden');
      expect((await remove(owner, room, owner)).code).toBe('forbidden');
    }
  });
});

describe('by hand', () => {
  test('PEOPLE-9 whoever may share adds people of the workspace with at most the own role, and lowers nobody', async () => {
    const room = await restrictedRoom();
    await give(owner, room, member, 'editor');
    for (const [role, code] of [
      ['owner', 'forbidden'],
      ['editor', undefined],
      ['viewer', 'forbidden'],
      ['commenter', 'forbidden'],
      ['owner', 'forbidden'],
      ['editor', undefined],
    ] as const)
      expect((await give(member, room, other, role)).code).toBe(code);
    expect(await roleIn(server, other, room)).toBe('editor');
    await give(owner, room, other, 'viewer');
    expect((await give(member, room, other, 'editor')).code).toBe('forbidden');
    expect((await give(other, room, member, 'viewer')).code).toBe('forbidden');
    expect((await remove(member, room, other)).code).toBe('forbidden');
    const third = await inviteMember(server, owner, workspace, 'Thea');
    expect((await give(other, room, third, 'viewer')).code).toBe('forbidden');
  });

  test('PEOPLE-9 what the workspace gives is raised by hand and not lowered, except by owners', async () => {
    const room = await createRoom(server, owner, workspace);
    await setAccess(owner, room, 'workspace', 'commenter');
    const editor = await joinWithAccount(
      server,
      (await createLink(server, owner, room, { role: 'editor' })).token,
      'Ed',
    );
    expect((await give(editor, room, member, 'viewer')).code).toBe('forbidden');
    expect((await give(editor, room, member, 'editor')).status).toBe(204);
    await give(owner, room, other, 'viewer');
    expect([await roleIn(server, member, room), await roleIn(server, other, room)]).toEqual(['editor', 'viewer']);
    await setAccess(owner, room, 'workspace', 'editor');
    expect(await roleIn(server, other, room)).toBe('viewer');
  });

  test('PEOPLE-9 strangers are not added, and who has access for a time gives no more than that', async () => {
    const room = await restrictedRoom();
    const expiresAt = server.clock.now() + 3_600_000;
    const { token } = await createLink(server, owner, room, { role: 'editor', expiresAt });
    const editor = await joinAsGuest(server, token);
    expect((await give(editor, room, member, 'viewer')).status).toBe(204);
    const { rows } = await server.database.query<{ at: Date }>(
      'select expires_at as at from room_members where room_id = $1 and user_id = $2',
      [room, idOf(member)],
    );
    expect(rows[0]?.at.getTime()).toBe(expiresAt);
    const removed = await inviteMember(server, owner, workspace, 'Rio');
    await demand(server, 'DELETE', `/api/workspaces/${workspace}/members/${idOf(removed)}`, { token: owner.token });
    expect((await give(owner, room, removed, 'viewer')).code).toBe('not-found');
    const nobody = `/api/rooms/${room}/members/${newRoomId()}`;
    expect((await call(server, 'PUT', nobody, { token: owner.token, body: { role: 'viewer' } })).code).toBe(
      'not-found',
    );
  });

  test('PEOPLE-9 whom an owner removed is added again by owners alone', async () => {
    const room = await restrictedRoom();
    await give(owner, room, member, 'editor');
    await give(owner, room, other, 'viewer');
    expect((await remove(owner, room, other)).status).toBe(204);
    const refused = await give(member, room, other, 'viewer');
    expect([refused.status, await roleIn(server, other, room)]).toEqual([403, 'not-found']);
    expect((await give(owner, room, other, 'viewer')).status).toBe(204);
    expect(await roleIn(server, other, room)).toBe('viewer');
  });

  test('PEOPLE-9 a document keeps an owner', async () => {
    const room = await restrictedRoom();
    expect((await give(owner, room, owner, 'editor')).code).toBe('last-owner');
    expect((await remove(owner, room, owner)).code).toBe('last-owner');
    await give(owner, room, member, 'owner');
    expect((await give(member, room, owner, 'viewer')).status).toBe(204);
    expect((await remove(member, room, member)).code).toBe('last-owner');
    expect([await roleIn(server, owner, room), await roleIn(server, member, room)]).toEqual(['viewer', 'owner']);
  });

  test('PEOPLE-10 a changed role is heard within five seconds, and tickets from before are of no use', async () => {
    const room = await restrictedRoom();
    await give(owner, room, member, 'editor');
    const [watcher, peer] = [await enter(server, owner, room), await enter(server, member, room)];
    for (const [role, accessEpoch] of [
      ['viewer', 2],
      ['owner', 3],
    ] as const) {
      const since = server.clock.monotonic();
      const ticket = await ticketFor(server, member, room);
      await give(owner, room, member, role);
      for (const each of [watcher, peer])
        expect(await heardRevoke(server, each, since)).toEqual({
          type: 'revoke',
          room,
          sub: idOf(member),
          accessEpoch,
          role,
        });
      peer.send({ type: 'join', room, ticket });
      expect(await peer.next('error')).toMatchObject({ code: 'token-expired', room });
      peer.send({ type: 'join', room, ticket: await ticketFor(server, member, room) });
      await peer.next('roster');
    }
    const since = server.clock.monotonic();
    await remove(owner, room, member);
    expect(await heardRevoke(server, peer, since)).toEqual({ type: 'revoke', room, sub: idOf(member), accessEpoch: 4 });
    for (const each of [watcher, peer]) each.close();
  });

  test('PEOPLE-10 leaving ends the own access, and the same link opens the document again', async () => {
    const room = await createRoom(server, owner, workspace);
    const { token } = await createLink(server, owner, room, { role: 'viewer' });
    const guest = await joinAsGuest(server, token);
    for (const person of [guest, member]) {
      expect((await remove(person, room, person)).status).toBe(204);
      expect(await roleIn(server, person, room)).toBe('not-found');
      expect((await use(person, token)).status).toBe(200);
      expect(await roleIn(server, person, room)).toBe('viewer');
    }
  });

  test('PEOPLE-10 everybody with access is listed with colour and what it stands on, without addresses', async () => {
    const room = await createRoom(server, owner, workspace);
    await setAccess(owner, room, 'workspace', 'viewer');
    await give(owner, room, member, 'commenter');
    const guest = await joinAsGuest(server, (await createLink(server, owner, room, { role: 'editor' })).token);
    const members = await roomMembers(server, guest, room);
    const of = (person: Person) => members.find(({ user }) => user === idOf(person));
    expect(of(owner)).toMatchObject({ role: 'owner', via: 'creator', colour: owner.session.user.colour });
    expect(of(member)).toMatchObject({ role: 'commenter', via: 'person', isGuest: false });
    expect(of(other)).toMatchObject({ role: 'viewer', via: 'workspace' });
    expect(of(guest)).toMatchObject({ role: 'editor', via: 'link', isGuest: true });
    expect(JSON.stringify(members)).not.toContain('@');
  });
});

describe('several links', () => {
  test('PEOPLE-11 a second link adds to the first: the best role counts, and revoking one leaves the other', async () => {
    const room = await restrictedRoom();
    const editing = await createLink(server, owner, room, { role: 'editor' });
    const viewing = await createLink(server, owner, room, { role: 'viewer' });
    const commenting = await createLink(server, owner, room, { role: 'commenter' });
    const guest = await joinAsGuest(server, viewing.token);
    for (const [link, role] of [
      [commenting, 'commenter'],
      [editing, 'editor'],
      [viewing, 'editor'],
    ] as const) {
      await use(guest, link.token);
      expect(await roleIn(server, guest, room)).toBe(role);
    }
    const peer = await enter(server, guest, room);
    const since = server.clock.monotonic();
    await revoke(room, editing.link.id);
    expect(await heardRevoke(server, peer, since)).toMatchObject({ role: 'commenter' });
    await revoke(room, viewing.link.id);
    expect(await roleIn(server, guest, room)).toBe('commenter');
    await revoke(room, commenting.link.id);
    expect(await heardRevoke(server, peer, since)).not.toHaveProperty('role');
    peer.close();
  });

  test('PEOPLE-11 a short link does not shorten what a longer one gave, and what lasts longer comes back', async () => {
    const own = await startTestServer({ SESSION_TTL_S: '86400' });
    const person = await setUpOwner(own);
    const room = await createRoom(own, person, person.workspace);
    const make = (role: 'viewer' | 'editor', hours: number) =>
      createLink(own, person, room, { role, expiresAt: own.clock.now() + hours * 3_600_000 });
    const [long, short] = [await make('viewer', 5), await make('editor', 0.1)];
    const guest = await joinAsGuest(own, short.token);
    await demand(own, 'POST', '/api/join', { token: guest.token, body: { token: long.token } });
    await demand(own, 'POST', '/api/join', { token: guest.token, body: { token: (await make('viewer', 1)).token } });
    const until = async () => {
      const { rows } = await own.database.query<{ count: number }>('select count(*)::int as count from link_grants');
      return [await roleIn(own, guest, room), rows[0]?.count];
    };
    expect(await until()).toEqual(['editor', 3]);
    own.advance(0.1 * 3_600_000 + 1);
    expect(await until()).toEqual(['viewer', 3]);
    await own.close();
  });

  test('PEOPLE-11 an owner who lowers a role closes the links from before to it', async () => {
    const room = await restrictedRoom();
    const editing = await createLink(server, owner, room, { role: 'editor' });
    const guest = await joinAsGuest(server, editing.token);
    await give(owner, room, guest, 'viewer');
    expect((await use(guest, editing.token)).status).toBe(200);
    expect(await roleIn(server, guest, room)).toBe('viewer');
    await use(guest, (await createLink(server, owner, room, { role: 'editor' })).token);
    expect(await roleIn(server, guest, room)).toBe('editor');
  });
});
