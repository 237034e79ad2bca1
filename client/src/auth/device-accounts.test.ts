import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import { openProfileDatabase } from '../storage/database.ts';
import { createProfileStore } from '../storage/profile-store.ts';
import type { AccountCore } from './account.ts';
import type { TabSignal } from './account-options.ts';
import {
  alice,
  bob,
  createTabs,
  databaseNames,
  FakeServer,
  noTabs,
  room,
  settled,
  signedIn,
  start,
} from './testing/fake-server.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('an account on this device alone', () => {
  async function trying(server: FakeServer, tabs?: TabSignal): Promise<AccountCore> {
    const account = start(server, tabs);
    await settled(account);
    expect(await account.tryLocally(' Kim ')).toEqual({ ok: true, value: undefined });
    return account;
  }

  test('CLI-50 it is made without any server, and starts again without asking one', async () => {
    const server = new FakeServer();
    server.isUp = false;
    const account = await trying(server);
    expect(account.state).toMatchObject({ kind: 'signed-in', user: { name: 'Kim' }, online: false, isLocal: true });
    const [workspace] = account.state.kind === 'signed-in' ? account.state.workspaces : [];
    expect(await account.opened?.caches.room(workspace?.indexRoom as RoomId)).toMatchObject({ isPending: true }); // made above
    await account.close();

    server.isUp = true;
    server.calls.length = 0;
    const again = start(server);
    await settled(again);
    again.wake();
    expect(again.state).toMatchObject({ kind: 'signed-in', user: { name: 'Kim' }, isLocal: true });
    expect(await again.opened?.credentials.access(workspace?.indexRoom as RoomId)).toMatchObject({ ok: true });
    expect(server.calls).toEqual([]);
  });

  test('CLI-50 kept after signing out, it is opened again without a password', async () => {
    const server = new FakeServer();
    const account = await trying(server);
    const database = account.opened?.database.name;
    await account.signOut({ removeData: false });
    expect(await account.keptAccounts()).toMatchObject([{ isLocal: true, isActive: false, user: { name: 'Kim' } }]);
    expect(await account.resumeLocal()).toEqual({ ok: true, value: undefined });
    expect(account.opened?.database.name).toBe(database);
    expect(server.calls.filter((call) => call.startsWith('POST'))).toEqual([]);
  });

  test('CLI-50 with nothing kept there is nothing to open', async () => {
    const account = await trying(new FakeServer());
    await account.signOut({ removeData: true });
    expect(await account.resumeLocal()).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await databaseNames()).toEqual([]);
  });

  test('CLI-51 whoever signs in while it is open adopts it; who signs in later does not', async () => {
    const server = new FakeServer();
    const account = await trying(server);
    const local = account.opened?.user;
    await account.signIn('a@example.org', 'right horse');
    expect((await account.adoptions()).map(({ user }) => user.id)).toEqual([local]);
    await account.signOut({ removeData: false });
    server.user = bob;
    await account.signIn('b@example.org', 'right horse');
    expect(await account.adoptions()).toEqual([]);
  });

  test('CLI-51 one that was signed out of before is not adopted', async () => {
    const account = await trying(new FakeServer());
    await account.signOut({ removeData: false });
    await account.signIn('a@example.org', 'right horse');
    expect(await account.adoptions()).toEqual([]);
  });
});

describe('accounts one after the other', () => {
  test('CLI-52 a kept account can be removed while another one is signed in, but not the one signed in', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    const first = account.opened?.database.name;
    await account.signOut({ removeData: false });
    server.user = bob;
    await account.signIn('b@example.org', 'right horse');
    const kept = await account.keptAccounts();
    expect(kept.map(({ user, isActive }) => [user.name, isActive])).toEqual([
      ['Bob', true],
      ['Alice', false],
    ]);
    expect(await account.removeKept('one', bob.id as never)).toMatchObject({ ok: false, error: { code: 'conflict' } }); // ids of this test
    expect(await account.removeKept('one', alice.id as never)).toMatchObject({ ok: true });
    expect(await databaseNames()).not.toContain(first);
    expect(await account.keptAccounts()).toHaveLength(1);
  });

  test('CLI-52 a kept account is known to others by its name, not by its address', async () => {
    const server = new FakeServer();
    server.user = Object.assign({ email: 'a@example.org' }, alice);
    const account = await signedIn(server);
    await account.signOut({ removeData: false });
    server.user = bob;
    await account.signIn('b@example.org', 'right horse');
    const kept = await account.keptAccounts();
    expect(kept.find(({ isActive }) => !isActive)?.user.name).toBe('Alice');
    expect(JSON.stringify(kept)).not.toContain('a@example.org');
  });

  test('CLI-52 removal in one tab closes and signs out the other', async () => {
    const server = new FakeServer();
    const tabs = createTabs();
    const first = start(server, tabs());
    await settled(first);
    await first.signIn('a@example.org', 'right horse');
    const second = start(server, tabs());
    await vi.waitFor(() => expect(second.state.kind).toBe('signed-in'));
    await first.signOut({ removeData: true });
    await vi.waitFor(() => expect(second.state.kind).toBe('signed-out'));
    expect(second.opened).toBeUndefined();
    expect(await databaseNames()).toEqual([]);
  });

  test('CLI-53 a session left without network is ended at the next contact, before anything else', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    server.isUp = false;
    await account.signOut({ removeData: false });
    await account.close();
    server.isUp = true;
    server.calls.length = 0;
    const again = start(server);
    await settled(again);
    expect(again.state).toEqual({ kind: 'signed-out', isSetUp: true });
    expect(server.calls.filter((call) => call !== 'GET /config')).toEqual(['POST /auth/sign-out']);
    expect(server.calls[0]).toBe('POST /auth/sign-out');
    expect(server.cookie).toBeUndefined();
    await again.signIn('a@example.org', 'right horse');
    expect(server.count('POST /auth/sign-out')).toBe(1);
  });

  test('CLI-53 a session left without network is ended when the network returns, also in the page that was left', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    server.isUp = false;
    await account.signOut({ removeData: false });
    server.isUp = true;
    account.wake();
    await vi.waitFor(() => expect(server.cookie).toBeUndefined());
    expect(account.state.kind).toBe('signed-out');
  });

  test('CLI-52 a removal that was interrupted is finished at the next start', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    const { issuer = '', user = '' as UserId } = account.opened ?? {};
    await account.signOut({ removeData: false });
    await account.close();
    expect(await databaseNames()).toHaveLength(1);
    const database = await openProfileDatabase();
    await createProfileStore(database).beginRemoval({ issuer, user });
    database.close();
    const again = start(server);
    await settled(again);
    expect(await again.keptAccounts()).toEqual([]);
    await vi.waitFor(async () => expect(await databaseNames()).toEqual([]));
  });

  test('CLI-53 a tab that slept through the sign-out does not come back with its cookie', async () => {
    const server = new FakeServer();
    const deaf: TabSignal = { ...noTabs };
    const first = await signedIn(server);
    const second = start(server, deaf);
    await vi.waitFor(() => expect(second.state).toMatchObject({ kind: 'signed-in', online: true }));
    server.isUp = false;
    await first.signOut({ removeData: false });
    server.isUp = true;
    server.expireTokens();
    await second.listLinks(room);
    await vi.waitFor(() => expect(second.state.kind).toBe('signed-out'));
    expect(server.cookie).toBeUndefined();
  });
});
