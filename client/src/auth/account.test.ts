import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { createAccount, type AccountCore, type TabSignal } from './account.ts';
import type { Exclusive } from './session.ts';

const room = 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId;
const workspace = 'WWWWWWWWWWWWWWWWWWWWWA';
const alice = { id: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'Alice', colour: 1, isGuest: false };
const bob = { id: 'BBBBBBBBBBBBBBBBBBBBBA', name: 'Bob', colour: 2, isGuest: false };

/** The API as far as accounts use it, in memory: routes, rotation of sessions, and what was asked. */
class FakeServer {
  isUp = true;
  isSetUp = true;
  user = alice;
  /** What the refresh cookie stands for; undefined: no session. */
  cookie: typeof alice | undefined;
  refusedRooms = new Set<string>();
  expiresInMs = 600_000;
  readonly calls: string[] = [];
  readonly #tokens = new Set<string>();

  readonly fetch: typeof fetch = async (input, init) => {
    const path = (input as string).replace('/api', ''); /* the client asks by address */
    const method = init?.method ?? 'GET';
    this.calls.push(`${method} ${path}`);
    await Promise.resolve();
    if (!this.isUp) throw new TypeError('fetch failed');
    const bearer = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '');
    return this.#answer(
      method,
      path,
      JSON.parse((init?.body as string | undefined) ?? '{}') /* and sends text */,
      bearer,
    );
  };
  expireTokens(): void {
    this.#tokens.clear();
  }
  count(call: string): number {
    return this.calls.filter((made) => made === call).length;
  }

  #session(): unknown {
    this.cookie = this.user;
    const accessToken = `token-${this.#tokens.size}-${this.calls.length}`;
    this.#tokens.add(accessToken);
    return {
      accessToken,
      expiresInMs: this.expiresInMs,
      user: this.user,
      workspaces: [{ id: workspace, name: 'Work', role: 'member', indexRoom: room }],
    };
  }
  #answer(method: string, path: string, body: Record<string, unknown>, bearer: string | undefined): Response {
    const json = (value: unknown, status = 200): Response => Response.json(value, { status });
    const refuse = (code: string, status: number): Response => json({ error: { code } }, status);
    switch (`${method} ${path}`) {
      case 'GET /config':
        return json({ issuer: 'one', versions: [1], isSetUp: this.isSetUp, iceServers: [], now: Date.now() });
      case 'GET /jwks':
        return json({ keys: [] });
      case 'POST /auth/sign-in':
        return body['password'] === 'right horse' ? json(this.#session()) : refuse('bad-credentials', 401);
      case 'POST /auth/refresh':
        if (this.cookie) this.user = this.cookie;
        return this.cookie ? json(this.#session()) : refuse('unauthenticated', 401);
      case 'POST /auth/sign-out':
        this.cookie = undefined;
        return new Response(null, { status: 204 });
      case 'POST /join':
        return json({ room, session: this.#session() });
    }
    if (bearer === undefined || !this.#tokens.has(bearer)) return refuse('token-expired', 401);
    if (path === '/devices') return new Response(null, { status: 204 });
    if (path === '/tokens') {
      const asked = body['rooms'] as string[]; // the test's own request
      const access = (id: string): unknown =>
        this.refusedRooms.has(id)
          ? { ok: false, code: 'forbidden' }
          : {
              ok: true,
              ticket: `ticket-${this.calls.length}`,
              grant: `grant-${this.calls.length}`,
              role: 'editor',
              accessEpoch: 0,
              kind: 'document',
              workspace,
            };
      return json({
        peerToken: 'peer',
        now: Date.now(),
        lifetimeMs: 600_000,
        rooms: Object.fromEntries(asked.map((id) => [id, access(id)])),
      });
    }
    return refuse('not-found', 404);
  }
}

const noTabs: TabSignal = { send: () => undefined, on: () => () => undefined, close: () => undefined };
const exclusive: Exclusive = (_name, work) => work();

function start(server: FakeServer, tabs: TabSignal = noTabs): AccountCore {
  const account = createAccount({
    origin: 'http://localhost',
    apiBase: '/api',
    fetch: server.fetch,
    exclusive,
    tabs,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    deviceLabel: 'test',
    isOnline: () => true,
    onSuperseded: () => undefined,
  });
  onTestFinished(() => account.close());
  return account;
}
const settled = (account: AccountCore): Promise<void> =>
  vi.waitFor(() => expect(account.state.kind).not.toBe('loading'));
async function signedIn(server: FakeServer): Promise<AccountCore> {
  const account = start(server);
  await settled(account);
  expect(await account.signIn('a@example.org', 'right horse')).toEqual({ ok: true, value: undefined });
  return account;
}

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
    expect(await account.join('a-token-of-sixteen', 'Kim')).toEqual({ ok: true, value: { room } });
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
});
