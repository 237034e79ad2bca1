import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createManualClock } from '../testing/manual-clock.ts';
import { createLocks, createTabs, FakeServer, noTabs, room, settled, signedIn, start } from './testing/fake-server.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('sleep and wake, offline and online', () => {
  test('CLI-56 a page that wakes asks the server at once, whatever waiting time was left', async () => {
    const server = new FakeServer();
    await (await signedIn(server)).close();
    server.isUp = false;
    const clock = createManualClock();
    const account = start(server, noTabs, clock);
    await vi.waitFor(() => expect(account.state).toMatchObject({ kind: 'signed-in', online: false }));
    server.isUp = true;
    account.wake();
    await vi.waitFor(() => expect(account.state).toMatchObject({ online: true }));
    expect(clock.now()).toBe(0);
  });

  test('CLI-56 without a wake-up it tries by itself, and one attempt at a time', async () => {
    const server = new FakeServer();
    await (await signedIn(server)).close();
    server.isUp = false;
    const clock = createManualClock();
    const account = start(server, noTabs, clock);
    await vi.waitFor(() => expect(account.state).toMatchObject({ kind: 'signed-in', online: false }));
    server.isUp = true;
    server.calls.length = 0;
    clock.advance(1000);
    await vi.waitFor(() => expect(account.state).toMatchObject({ online: true }));
    expect(server.count('POST /auth/refresh')).toBe(1);
  });

  test('CLI-56 a network that goes away is noticed with the next request, and the work goes on', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    server.isUp = false;
    expect(await account.listLinks(room)).toMatchObject({ ok: false, error: { code: 'network' } });
    expect(account.state).toMatchObject({ kind: 'signed-in', online: false });
    expect(account.opened).toBeDefined();
    server.isUp = true;
    account.wake();
    await vi.waitFor(() => expect(account.state).toMatchObject({ online: true }));
  });

  test('CLI-56 a token that expired while the device slept is renewed, though the page counts it as fresh', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    await vi.waitFor(() => expect(server.devices).toHaveLength(1));
    server.expireTokens();
    account.wake();
    expect(await account.listLinks(room)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(server.count('POST /auth/refresh')).toBe(1);
    expect(account.state).toMatchObject({ kind: 'signed-in', online: true });
  });

  test('CLI-56 two tabs that wake together renew one after the other and both stay signed in', async () => {
    const server = new FakeServer();
    const tabs = createTabs();
    const locks = createLocks();
    const first = start(server, tabs(), undefined, locks);
    await settled(first);
    await first.signIn('a@example.org', 'right horse');
    const second = start(server, tabs(), undefined, locks);
    await vi.waitFor(() => expect(second.state).toMatchObject({ kind: 'signed-in', online: true }));
    server.expireTokens();
    server.refreshesAtOnce = 0;
    await Promise.all([first.listLinks(room), second.listLinks(room)]);
    expect(server.refreshesAtOnce).toBe(1);
    expect([first.state, second.state]).toMatchObject([{ online: true }, { online: true }]);
  });

  test("CLI-56 a renewal under way in another tab never takes a new session's cookie away", async () => {
    const server = new FakeServer();
    const tabs = createTabs();
    const locks = createLocks();
    const first = start(server, tabs(), undefined, locks);
    await settled(first);
    await first.signIn('a@example.org', 'right horse');
    const second = start(server, tabs(), undefined, locks);
    await vi.waitFor(() => expect(second.state).toMatchObject({ kind: 'signed-in', online: true }));
    server.expireTokens();
    const renewed = Promise.withResolvers<void>();
    server.held.set('/auth/refresh', renewed.promise);
    server.sessionsAtOnce = 0;
    const renewals = server.count('POST /auth/refresh');
    const asked = second.listLinks(room);
    await vi.waitFor(() => expect(server.count('POST /auth/refresh')).toBe(renewals + 1));
    const entered = [first.signIn('b@example.org', 'right horse'), first.join('a-token-of-sixteen', { kind: 'self' })];
    await first.inspectLink('a-token-of-sixteen'); // asked later, and answered: the others would be under way by now
    renewed.resolve();
    await Promise.all([asked, ...entered]);
    expect([server.count('POST /auth/sign-in'), server.count('POST /join')]).toEqual([2, 1]);
    expect(server.sessionsAtOnce).toBe(1);
  });

  test('CLI-56 a person who signs out while a renewal is under way stays signed out', async () => {
    const server = new FakeServer();
    const account = await signedIn(server);
    server.expireTokens();
    const asked = account.listLinks(room);
    await account.signOut({ removeData: false });
    expect(await asked).toMatchObject({ ok: false });
    expect(account.state.kind).toBe('signed-out');
    expect(account.opened).toBeUndefined();
  });
});
