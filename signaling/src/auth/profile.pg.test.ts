import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeJwt } from 'jose';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { deviceRegistrationMessage } from '@vicinal/shared/crypto/transcript.ts';
import { devicesResponseSchema, meResponseSchema, sessionResponseSchema } from '@vicinal/shared/http/api.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import {
  accountOf,
  closedInTime,
  connect,
  enter,
  heardRevoke,
  idOf,
  inviteMember,
  roleIn,
  signInAgain,
} from '../testing/members.ts';
import {
  PASSWORD,
  call,
  createDevice,
  createLink,
  createRoom,
  demand,
  fetchTokens,
  issuerOf,
  joinAsGuest,
  registerDevice,
  setUpOwner,
  ticketFor,
  type Person,
} from '../testing/people.ts';
import { connectRaw } from '../testing/signal-peer.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const NEXT = 'another good password';
const UNAUTHENTICATED = 4401;
const REVOKED = 4414;

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };

beforeAll(async () => {
  server = await startTestServer();
  owner = await setUpOwner(server);
});
afterAll(async () => await server.close());

const signIn = (email: string, password: string) =>
  call(server, 'POST', '/api/auth/sign-in', { body: { email, password } });
const changePassword = (person: Person, current: string, next = NEXT) =>
  call(server, 'POST', '/api/me/password', { token: person.token, body: { current, next } });
const me = async (person: Person) =>
  meResponseSchema.parse((await demand(server, 'GET', '/api/me', { token: person.token })).body).user;
const guestWith = async (role: 'viewer' | 'editor' = 'editor'): Promise<Person> => {
  const room = await createRoom(server, owner, owner.workspace);
  return await joinAsGuest(server, (await createLink(server, owner, room, { role })).token);
};

describe('profile', () => {
  test('PEOPLE-90 people who come one after the other have different colours', async () => {
    const colours = new Set<number>();
    for (let i = 0; i < 12; i++) colours.add((await guestWith()).session.user.colour);
    expect(colours.size).toBe(12);
  });

  test('PEOPLE-12 name and colour are changed, alone or together, and stand in tickets from then on', async () => {
    const person = await inviteMember(server, owner, owner.workspace, 'Nora');
    const room = await createRoom(server, owner, owner.workspace);
    const patch = (body: object) => call(server, 'PATCH', '/api/me', { token: person.token, body });
    expect((await patch({ colour: 7 })).body).toMatchObject({ user: { name: 'Nora', colour: 7 } });
    expect((await patch({ name: '  Eleonora ' })).body).toMatchObject({ user: { name: 'Eleonora', colour: 7 } });
    expect((await patch({})).body).toMatchObject({ user: { name: 'Eleonora', colour: 7 } });
    expect(decodeJwt(await ticketFor(server, person, room))).toMatchObject({ name: 'Eleonora', colour: 7 });
    for (const body of [{ colour: 12 }, { name: '' }, { name: 'x'.repeat(81) }, { email: 'a@b.co' }, { isGuest: true }])
      expect((await patch(body)).code).toBe('invalid-body');
  });
});

describe('password', () => {
  test('PEOPLE-13 a changed password ends every other session and its connections, and the old password', async () => {
    const person = await inviteMember(server, owner, owner.workspace, 'Paul');
    const room = await createRoom(server, owner, owner.workspace);
    const second = await signInAgain(server, 'paul@example.org');
    const [here, there, watcher] = [
      await enter(server, person, room),
      await enter(server, second, room),
      await enter(server, owner, room),
    ];
    const staleToken = (await fetchTokens(server, second, [])).peerToken;
    const since = server.clock.monotonic();
    expect((await changePassword(person, PASSWORD)).status).toBe(204);
    expect(await closedInTime(server, there, since)).toBe(UNAUTHENTICATED);
    expect(await heardRevoke(server, watcher, since)).toMatchObject({
      sub: idOf(person),
      device: second.device.deviceId,
    });
    expect((await call(server, 'GET', '/api/me', { token: second.token })).code).toBe('unauthenticated');
    const again = await connectRaw(server, second.device);
    await again.hello(staleToken);
    expect(await again.closed).toBe(UNAUTHENTICATED);
    expect((await me(person)).name).toBe('Paul');
    await here.settle();
    expect((await signIn('paul@example.org', PASSWORD)).code).toBe('bad-credentials');
    const back = await signInAgain(server, 'paul@example.org', NEXT);
    await registerDevice(server, back, second.device);
    const returned = await enter(server, { ...back, device: second.device }, room);
    for (const each of [here, watcher, returned]) each.close();
  });

  test('PEOPLE-13 a wrong current password changes nothing and is limited like signing in', async () => {
    const own = await startTestServer({ LIMIT_FAILED_SIGN_INS: '3' });
    const person = await setUpOwner(own);
    const attempt = (current: string) =>
      call(own, 'POST', '/api/me/password', { token: person.token, body: { current, next: NEXT } });
    for (let times = 0; times < 3; times++) expect((await attempt('wrong wrong')).code).toBe('bad-credentials');
    expect((await attempt(PASSWORD)).code).toBe('rate-limited');
    expect((await call(own, 'GET', '/api/me', { token: person.token })).status).toBe(200);
    await own.close();
  });

  test('PEOPLE-13 short passwords are refused, and guests have none to change', async () => {
    expect((await changePassword(owner, PASSWORD, 'short')).code).toBe('invalid-body');
    expect((await changePassword(await guestWith(), PASSWORD)).code).toBe('account-required');
  });

  test(
    'PEOPLE-14 a password reset by the administrator ends live connections of the account',
    { timeout: 60_000 },
    async () => {
      const person = await inviteMember(server, owner, owner.workspace, 'Quinn');
      const peer = await connect(server, person);
      const admin = fileURLToPath(new URL('../admin.ts', import.meta.url));
      const env = { ...process.env, DATABASE_URL: server.databaseUrl };
      const { stdout } = await promisify(execFile)(process.execPath, [admin, 'reset-password', 'quinn@example.org'], {
        env,
      });
      expect(stdout).toContain('every session of the account has ended');
      const since = server.clock.monotonic();
      expect(await closedInTime(server, peer, since)).toBe(UNAUTHENTICATED);
      expect((await call(server, 'GET', '/api/me', { token: person.token })).code).toBe('unauthenticated');
    },
  );

  test('PEOPLE-14 signing out ends connections that stayed open', async () => {
    await inviteMember(server, owner, owner.workspace, 'Rosa');
    const person = await signInAgain(server, 'rosa@example.org');
    const peer = await connect(server, person);
    const since = server.clock.monotonic();
    await demand(server, 'POST', '/api/auth/sign-out', { cookie: person.refreshToken });
    expect(await closedInTime(server, peer, since)).toBe(UNAUTHENTICATED);
  });
});

describe('upgrade', () => {
  test('PEOPLE-15 a guest gets an account and stays the same user with the same access', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const guest = await joinAsGuest(server, (await createLink(server, owner, room, { role: 'commenter' })).token);
    const upgrade = (body: object) => call(server, 'POST', '/api/me/upgrade', { token: guest.token, body });
    expect((await upgrade({ ...accountOf('Sam'), email: 'Ada@Example.org' })).code).toBe('email-taken');
    const answer = sessionResponseSchema.parse((await upgrade(accountOf('Sam'))).body);
    expect(answer.user).toMatchObject({ id: idOf(guest), name: 'Sam', email: 'sam@example.org', isGuest: false });
    expect(answer.workspaces).toMatchObject([{ id: owner.workspace, role: 'guest' }]);
    expect((await upgrade(accountOf('Sam'))).code).toBe('conflict');
    const second = await signInAgain(server, 'sam@example.org');
    expect(idOf(second)).toBe(idOf(guest));
    expect(await roleIn(server, second, room)).toBe('commenter');
    expect((await call(server, 'POST', '/api/me/upgrade', { token: owner.token, body: accountOf('X') })).code).toBe(
      'conflict',
    );
  });
});

describe('devices', () => {
  const list = async (person: Person) =>
    devicesResponseSchema.parse((await demand(server, 'GET', '/api/devices', { token: person.token })).body).devices;
  const revoke = (by: Person, device: string) => call(server, 'DELETE', `/api/devices/${device}`, { token: by.token });

  test('PEOPLE-16 everybody sees the own devices, and when each was last used', async () => {
    const person = await inviteMember(server, owner, owner.workspace, 'Tess');
    const second = await signInAgain(server, 'tess@example.org');
    expect((await list(person)).map(({ lastSeenAt }) => lastSeenAt)).toEqual([undefined, undefined]);
    await fetchTokens(server, second, []);
    const devices = await list(person);
    expect(devices.map(({ id }) => id).sort()).toEqual([person.device.deviceId, second.device.deviceId].sort());
    const seen = devices.find(({ id }) => id === second.device.deviceId);
    expect(Math.abs((seen?.lastSeenAt ?? 0) - server.clock.now())).toBeLessThan(60_000);
    expect(devices.find(({ id }) => id === person.device.deviceId)).toMatchObject({ label: 'Test' });
  });

  test('PEOPLE-17 a revoked device is out everywhere within five seconds, and for good', async () => {
    const person = await inviteMember(server, owner, owner.workspace, 'Uma');
    const second = await signInAgain(server, 'uma@example.org');
    const room = await createRoom(server, owner, owner.workspace);
    const [watcher, own, lost] = [
      await enter(server, owner, room),
      await enter(server, person, room),
      await enter(server, second, room),
    ];
    const { deviceId } = second.device;
    const since = server.clock.monotonic();
    expect((await revoke(person, deviceId)).status).toBe(204);
    expect(await closedInTime(server, lost, since)).toBe(REVOKED);
    for (const peer of [watcher, own]) {
      expect(await heardRevoke(server, peer, since)).toEqual({
        type: 'revoke',
        room,
        sub: idOf(person),
        device: deviceId,
        accessEpoch: 1,
      });
      expect((await peer.next('peer-left')).peerId).toBe(lost.peerId);
    }
    for (const [method, path, options, code] of [
      ['GET', '/api/me', { token: second.token }, 'unauthenticated'],
      ['POST', '/api/auth/refresh', { cookie: second.refreshToken }, 'revoked'],
    ] as const)
      expect((await call(server, method, path, options)).code).toBe(code);
    const back = { ...(await signInAgain(server, 'uma@example.org')), device: second.device };
    const tokens = { token: back.token, body: { device: deviceId, rooms: [room] } };
    expect((await call(server, 'POST', '/api/tokens', tokens)).code).toBe('revoked');
    await expect(registerDevice(server, back, second.device)).rejects.toThrow('403 revoked');
    expect((await list(person)).map(({ id }) => id)).not.toContain(deviceId);
    expect(await roleIn(server, person, room)).toBe('editor');
    await own.settle();
    for (const each of [watcher, own]) each.close();
  });

  test('PEOPLE-17 a revoked key is nobody else’s either, and a peer token from before opens nothing', async () => {
    const person = await inviteMember(server, owner, owner.workspace, 'Vera');
    const second = await signInAgain(server, 'vera@example.org');
    const { peerToken } = await fetchTokens(server, second, []);
    await revoke(person, second.device.deviceId);
    await expect(registerDevice(server, owner, second.device)).rejects.toThrow('409 conflict');
    const peer = await connectRaw(server, second.device);
    await peer.hello(peerToken);
    expect(await peer.closed).toBe(REVOKED);
  });

  test('PEOPLE-17 devices of others, unknown and revoked ones read the same', async () => {
    const person = await inviteMember(server, owner, owner.workspace, 'Wim');
    const second = await signInAgain(server, 'wim@example.org');
    expect((await revoke(person, second.device.deviceId)).status).toBe(204);
    for (const device of [owner.device, await createDevice(), second.device])
      expect((await revoke(person, device.deviceId)).code).toBe('not-found');
    await me(owner);
  });

  test('PEOPLE-17 whoever revokes the device in use is signed out', async () => {
    const person = await inviteMember(server, owner, owner.workspace, 'Xena');
    await fetchTokens(server, person, []);
    expect((await revoke(person, person.device.deviceId)).status).toBe(204);
    expect((await call(server, 'GET', '/api/me', { token: person.token })).code).toBe('unauthenticated');
  });

  test('PEOPLE-17 a registration cannot be replayed once the device is revoked', async () => {
    const person = await inviteMember(server, owner, owner.workspace, 'Yan');
    const device = await createDevice();
    const at = server.clock.now();
    const sig = await device.sign(deviceRegistrationMessage(await issuerOf(server), idOf(person), at));
    const body = { devicePub: toBase64Url(device.publicKey), at, sig: toBase64Url(sig), label: 'x' };
    const other = await signInAgain(server, 'yan@example.org');
    await demand(server, 'POST', '/api/devices', { token: person.token, body });
    await revoke(other, device.deviceId);
    expect((await call(server, 'POST', '/api/devices', { token: other.token, body })).code).toBe('revoked');
  });
});
