/** Accounts against the API as far as they use it, held in memory: routes, rotation of sessions, and what was asked. */
import { expect, onTestFinished, vi } from 'vitest';
import { systemClock, systemRandom, type Clock } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { createAccount, type AccountCore } from '../account.ts';
import type { TabSignal } from '../account-options.ts';
import type { Exclusive } from '../session.ts';

export const room = 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId;
export const otherRoom = 'SSSSSSSSSSSSSSSSSSSSSA' as RoomId;
export const workspace = 'WWWWWWWWWWWWWWWWWWWWWA';
export const alice = { id: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'Alice', colour: 1, isGuest: false };
export const bob = { id: 'BBBBBBBBBBBBBBBBBBBBBA', name: 'Bob', colour: 2, isGuest: false };

/** The API as far as accounts use it, in memory: routes, rotation of sessions, and what was asked. */
export class FakeServer {
  isUp = true;
  isSetUp = true;
  user = alice;
  /** What the refresh cookie stands for; undefined: no session. */
  cookie: typeof alice | undefined;
  refusedRooms = new Set<string>();
  /** Rooms of which the user is an owner, and those the server does not know. */
  readonly ownRooms = new Set<string>();
  readonly unknownRooms = new Set<string>();
  /** Rooms the server knows as others'. */
  readonly othersRooms = new Set<string>();
  readonly registered: unknown[] = [];
  expiresInMs = 600_000;
  /** Public keys that the server refuses for good, and those it took. */
  readonly revokedDevices = new Set<string>();
  readonly devices: string[] = [];
  areTokensRevoked = false;
  /** Paths that are answered only then. */
  readonly held = new Map<string, Promise<void>>();
  /** Most requests that give or end a session, and most refreshes, that were under way together. */
  sessionsAtOnce = 0;
  refreshesAtOnce = 0;
  #changing = 0;
  #refreshing = 0;
  readonly calls: string[] = [];
  readonly #tokens = new Set<string>();

  readonly fetch: typeof fetch = async (input, init) => {
    const path = (input as string).replace('/api', ''); /* the client asks by address */
    const method = init?.method ?? 'GET';
    this.calls.push(`${method} ${path}`);
    const isRefresh = path === '/auth/refresh';
    const isChange = /^\/(auth\/|setup$|join$|me\/upgrade$)/.test(path);
    if (isChange) this.sessionsAtOnce = Math.max(this.sessionsAtOnce, ++this.#changing);
    if (isRefresh) this.refreshesAtOnce = Math.max(this.refreshesAtOnce, ++this.#refreshing);
    await new Promise((resolve) => setTimeout(resolve));
    await this.held.get(path);
    if (isRefresh) this.#refreshing--;
    if (isChange) this.#changing--;
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
        return json({ room, workspace, session: this.#session() });
    }
    if (bearer === undefined || !this.#tokens.has(bearer)) return refuse('token-expired', 401);
    if (path === '/devices') {
      const key = body['devicePub'] as string; // the test's own request
      if (this.revokedDevices.has(key)) return refuse('revoked', 403);
      this.devices.push(key);
      return new Response(null, { status: 204 });
    }
    if (path === `/workspaces/${workspace}/rooms`) {
      const id = body['id'] as string; // the test's own request
      if (this.othersRooms.has(id)) return refuse('conflict', 409);
      this.unknownRooms.delete(id);
      this.registered.push(body);
      const facts = { id, workspace, kind: 'document', role: 'owner', accessEpoch: 0, createdAt: Date.now() };
      return json({ ...facts, audience: body['audience'] ?? 'workspace', audienceRole: 'editor' });
    }
    if (path === '/me/upgrade') {
      this.user = { ...this.user, isGuest: false };
      return json(this.#session());
    }
    if (path === '/me') {
      this.user = { ...this.user, ...body };
      return json({ user: this.user, workspaces: [] });
    }
    if (path === '/tokens') {
      if (this.areTokensRevoked) return refuse('revoked', 403);
      const asked = body['rooms'] as string[]; // the test's own request
      const access = (id: string): unknown =>
        this.unknownRooms.has(id) || this.othersRooms.has(id)
          ? { ok: false, code: 'not-found' }
          : this.refusedRooms.has(id)
            ? { ok: false, code: 'forbidden' }
            : {
                ok: true,
                ticket: `ticket-${this.calls.length}`,
                grant: `grant-${this.calls.length}`,
                role: this.ownRooms.has(id) ? 'owner' : 'editor',
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

export const noTabs: TabSignal = { send: () => undefined, on: () => () => undefined, close: () => undefined };
const exclusive: Exclusive = (_name, work) => work();
/** Work under one name runs one after the other. */
export function createLocks(): Exclusive {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const run = (tails.get(name) ?? Promise.resolve()).then(work, work);
    tails.set(
      name,
      run.catch(() => undefined),
    );
    return run;
  };
}

export function start(
  server: FakeServer,
  tabs: TabSignal = noTabs,
  clock: Clock = systemClock,
  locks = exclusive,
): AccountCore {
  const account = createAccount({
    origin: 'http://localhost',
    apiBase: '/api',
    fetch: server.fetch,
    exclusive: locks,
    hold: () => Promise.resolve(() => undefined),
    places: { caches: undefined, localStorage: undefined },
    tabs,
    clock,
    random: systemRandom,
    logger: silentLogger,
    deviceLabel: 'test',
    isOnline: () => true,
    onSuperseded: () => undefined,
  });
  onTestFinished(() => account.close());
  return account;
}
export const settled = (account: AccountCore): Promise<void> =>
  vi.waitFor(() => expect(account.state.kind).not.toBe('loading'));
export async function signedIn(server: FakeServer): Promise<AccountCore> {
  const account = start(server);
  await settled(account);
  expect(await account.signIn('a@example.org', 'right horse')).toEqual({ ok: true, value: undefined });
  return account;
}

/** Tabs of one browser: each hears what the others send. */
export function createTabs(): () => TabSignal {
  const listeners = new Map<object, () => void>();
  return () => {
    const self = {};
    return {
      send: () => {
        for (const [tab, listener] of listeners) if (tab !== self) queueMicrotask(listener);
      },
      on: (listener) => {
        listeners.set(self, listener);
        return () => void listeners.delete(self);
      },
      close: () => void listeners.delete(self),
    };
  };
}
export const databaseNames = async (): Promise<readonly string[]> =>
  (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name !== 'vicinal/profile');
