import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { bob, createTabs, FakeServer, room, settled, signedIn, start, workspace } from './testing/fake-server.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('start', () => {
  test('a new browser is signed out and knows whether the instance is set up', async () => {
    const server = new FakeServer();
    server.isSetUp = false;
    const account = start(server);
    await settled(account);
    expect(account.state).toEqual({ kind: 'signed-out', isSetUp: false });
  });

  test('a new browser without network does not know', async () => {
    const server = new FakeServer();
    server.isUp = false;
    const account = start(server);
    await settled(account);
    expect(account.state).toEqual({ kind: 'signed-out', isSetUp: undefined });
  });

  test('CLI-4 an account that signed in before starts from local data while the server is away', async () => {
    const server = new FakeServer();
    const first = await signedIn(server);
    const device = first.opened?.signer.deviceId;
    await first.close();

    server.isUp = false;
    const again = start(server);
    await settled(again);
    expect(again.state).toMatchObject({ kind: 'signed-in', user: { name: 'Alice' } });
    expect(again.opened?.signer.deviceId).toBe(device);
    await vi.waitFor(() => expect(again.state).toMatchObject({ online: false }));
  });

  test('it comes online by itself when the server is back', async () => {
    const server = new FakeServer();
    await (await signedIn(server)).close();
    server.isUp = false;
    const account = start(server);
    await vi.waitFor(() => expect(account.state).toMatchObject({ kind: 'signed-in', online: false }));
    server.isUp = true;
    account.wake();
    await vi.waitFor(() => expect(account.state).toMatchObject({ online: true }));
  });

  test('a session the server ended signs out and keeps the data of the account', async () => {
    const server = new FakeServer();
    const first = await signedIn(server);
    const device = first.opened?.signer.deviceId;
    await first.close();
    server.cookie = undefined;
    const account = start(server);
    await vi.waitFor(() => expect(account.state.kind).toBe('signed-out'));
    await account.signIn('a@example.org', 'right horse');
    expect(account.opened?.signer.deviceId).toBe(device);
  });
});

describe('signing in and out', () => {
  test('a wrong password is told as such and changes nothing', async () => {
    const account = start(new FakeServer());
    await settled(account);
    expect(await account.signIn('a@example.org', 'wrong')).toMatchObject({
      ok: false,
      error: { code: 'bad-credentials' },
    });
    expect(account.state.kind).toBe('signed-out');
  });

  test('the device is shown to the server once', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    await vi.waitFor(() => expect(server.count('POST /devices')).toBe(1));
    await account.opened?.credentials.peerToken();
    await account.close();
    const again = start(server);
    await vi.waitFor(() => expect(again.state).toMatchObject({ kind: 'signed-in', online: true }));
    await again.opened?.credentials.room(room);
    expect(server.count('POST /devices')).toBe(1);
  });

  test('CLI-5 signing out with removal leaves nothing of the account', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    const device = account.opened?.signer.deviceId;
    await account.signOut({ removeData: true });
    expect(account.state).toEqual({ kind: 'signed-out', isSetUp: true });
    await account.signIn('a@example.org', 'right horse');
    expect(account.opened?.signer.deviceId).not.toBe(device);
  });

  test("CLI-1 a cookie that became another account's never opens the data of the first", async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    const database = account.opened?.database.name;
    server.cookie = bob;
    server.expireTokens();
    await account.listLinks(room);
    await vi.waitFor(() => expect(account.state).toMatchObject({ kind: 'signed-in', user: { name: 'Bob' } }));
    expect(account.opened?.database.name).not.toBe(database);
  });

  test('a guest joins and stays usable offline', async () => {
    const server = new FakeServer();
    const account = start(server);
    await settled(account);
    expect(await account.join('a-token-of-sixteen', { kind: 'guest', nickname: 'Kim' })).toEqual({
      ok: true,
      value: { room, workspace },
    });
    await account.close();
    server.isUp = false;
    const again = start(server);
    await settled(again);
    expect(again.state.kind).toBe('signed-in');
  });
});

describe('tokens', () => {
  test('CLI-6 requests that meet an expired token refresh once and are repeated', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    await vi.waitFor(() => expect(server.count('POST /devices')).toBe(1));
    server.expireTokens();
    const before = server.count('POST /auth/refresh');
    const answers = await Promise.all([account.listLinks(room), account.listLinks(room), account.listLinks(room)]);
    expect(answers.map((answer) => !answer.ok && answer.error.code)).toEqual(['not-found', 'not-found', 'not-found']);
    expect(server.count('POST /auth/refresh') - before).toBe(1);
  });

  test('CLI-7 tickets of several rooms and the peer token travel in one request', async () => {
    const server = new FakeServer();
    const credentials = (await signedIn(server)).opened?.credentials;
    const other = 'QQQQQQQQQQQQQQQQQQQQQA' as RoomId;
    const answers = await Promise.all([credentials?.peerToken(), credentials?.room(room), credentials?.room(other)]);
    expect(answers.every((answer) => answer?.ok)).toBe(true);
    expect(server.count('POST /tokens')).toBe(1);
  });

  test('CLI-8 with the server away the last ticket and grant are still there after a reload', async () => {
    const server = new FakeServer();
    const first = await signedIn(server);
    const known = await first.opened?.credentials.room(room);
    await first.close();
    server.isUp = false;
    const again = start(server);
    await settled(again);
    expect(await again.opened?.credentials.room(room)).toEqual(known);
  });

  test('a grant stays the same while role and epoch do', async () => {
    const server = new FakeServer();
    const credentials = (await signedIn(server)).opened?.credentials;
    const first = await credentials?.access(room);
    await credentials?.invalidate(room);
    const second = await credentials?.access(room);
    if (!first?.ok || !second?.ok) throw new Error('refused');
    expect(second.value.grant).toBe(first.value.grant);
    expect(second.value.ticket).not.toBe(first.value.ticket);
  });

  test('CLI-9 access that ended is remembered with the room', async () => {
    const server = new FakeServer();
    const opened = (await signedIn(server)).opened;
    await opened?.credentials.access(room);
    server.refusedRooms.add(room);
    await opened?.credentials.invalidate(room);
    expect(await opened?.credentials.access(room)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await opened?.caches.room(room)).toMatchObject({ isRevoked: true });
  });

  test('BAK-13 a document of ours that a restored server does not know is registered again, for its owner alone', async () => {
    const server = new FakeServer();
    server.ownRooms.add(room);
    const opened = (await signedIn(server)).opened;
    await opened?.credentials.access(room);
    server.unknownRooms.add(room);
    await opened?.credentials.invalidate(room);
    expect(await opened?.credentials.access(room)).toMatchObject({ ok: true });
    expect(server.registered).toEqual([{ id: room, audience: 'restricted' }]);
    expect(await opened?.caches.room(room)).toMatchObject({ isRevoked: false, isPending: false });
  });

  test('BAK-13 where the server knows the document, the access of its former owner has ended', async () => {
    const server = new FakeServer();
    server.ownRooms.add(room);
    const opened = (await signedIn(server)).opened;
    await opened?.credentials.access(room);
    server.othersRooms.add(room);
    await opened?.credentials.invalidate(room);
    expect(await opened?.credentials.access(room)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await opened?.caches.room(room)).toMatchObject({ isRevoked: true });
    expect(server.registered).toEqual([]);
  });

  test('BAK-13 an editor registers nothing', async () => {
    const server = new FakeServer();
    const opened = (await signedIn(server)).opened;
    await opened?.credentials.access(room);
    server.unknownRooms.add(room);
    await opened?.credentials.invalidate(room);
    expect(await opened?.credentials.access(room)).toMatchObject({ ok: false });
    expect(await opened?.caches.room(room)).toMatchObject({ isRevoked: true });
    expect(server.registered).toEqual([]);
  });
});

describe('devices and names', () => {
  test('CLI-54 a device revoked elsewhere is signed out with the reason, and comes back under a new key', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    await account.opened?.credentials.room(room);
    const device = account.opened?.signer.deviceId;
    const database = account.opened?.database.name;
    server.areTokensRevoked = true;
    await account.opened?.credentials.invalidate(room);
    await account.opened?.credentials.room(room);
    await vi.waitFor(() =>
      expect(account.state).toEqual({ kind: 'signed-out', isSetUp: true, notice: 'device-revoked' }),
    );
    await account.close();
    const again = start(server);
    await settled(again);
    expect(again.state).toMatchObject({ kind: 'signed-out', notice: 'device-revoked' });

    server.areTokensRevoked = false;
    await again.signIn('a@example.org', 'right horse');
    expect(again.opened?.database.name).toBe(database);
    expect(again.opened?.signer.deviceId).not.toBe(device);
    expect(await again.opened?.caches.room(room)).toMatchObject({ role: 'editor', grant: '' });
    expect(await again.opened?.credentials.access(room)).toMatchObject({ ok: true });
    expect(new Set(server.devices).size).toBe(2);
  });

  test('CLI-54 a session that ended with its device asks for the password once, not twice', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    await vi.waitFor(() => expect(server.devices).toHaveLength(1));
    const device = account.opened?.signer.deviceId;
    await account.close();
    server.cookie = undefined;
    const again = start(server);
    await vi.waitFor(() => expect(again.state).toMatchObject({ kind: 'signed-out', notice: 'session-ended' }));
    for (const key of server.devices) server.revokedDevices.add(key);
    expect(await again.signIn('a@example.org', 'right horse')).toMatchObject({ ok: true });
    expect(again.state).toMatchObject({ kind: 'signed-in' });
    expect(again.opened?.signer.deviceId).not.toBe(device);
    await vi.waitFor(() => expect(server.devices).toHaveLength(2));
  });

  test('CLI-55 a guest who makes an account stays the same person, in every tab', async () => {
    const server = new FakeServer();
    server.user = { ...bob, isGuest: true };
    const tabs = createTabs();
    const first = start(server, tabs());
    await settled(first);
    await first.join('a-token-of-sixteen', { kind: 'guest', nickname: 'Bob' });
    const second = start(server, tabs());
    await vi.waitFor(() => expect(second.state).toMatchObject({ user: { isGuest: true } }));
    const { database, signer } = first.opened ?? {};
    expect(await first.upgrade({ name: 'Bob', email: 'b@example.org', password: 'a long one' })).toMatchObject({
      ok: true,
    });
    expect(first.state).toMatchObject({ user: { id: bob.id, isGuest: false } });
    expect(first.opened?.database).toBe(database);
    expect(first.opened?.signer).toBe(signer);
    await vi.waitFor(() => expect(second.state).toMatchObject({ user: { id: bob.id, isGuest: false } }));
  });

  test('CLI-55 a new name reaches the other tabs and the next start without network', async () => {
    const server = new FakeServer();
    const tabs = createTabs();
    const first = start(server, tabs());
    await settled(first);
    await first.signIn('a@example.org', 'right horse');
    const second = start(server, tabs());
    await vi.waitFor(() => expect(second.state.kind).toBe('signed-in'));
    await first.updateProfile({ name: 'Alicia' });
    await vi.waitFor(() => expect(second.state).toMatchObject({ user: { name: 'Alicia' } }));
    await Promise.all([first.close(), second.close()]);
    server.isUp = false;
    const again = start(server);
    await settled(again);
    expect(again.state).toMatchObject({ user: { name: 'Alicia' } });
  });
});
