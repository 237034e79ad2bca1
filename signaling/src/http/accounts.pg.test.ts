import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import { deviceRegistrationMessage } from '@vicinal/shared/crypto/transcript.ts';
import {
  jwksResponseSchema,
  meResponseSchema,
  sessionResponseSchema,
  tokensResponseSchema,
} from '@vicinal/shared/http/api.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { resetPassword } from '../auth/profile.ts';
import { rotateSigningKey } from '../auth/signing-keys.ts';
import { randomSecret } from '../random-ids.ts';
import {
  PASSWORD,
  addMember,
  call,
  createDevice,
  createRoom,
  demand,
  fetchTokens,
  issuerOf,
  newRoomId,
  registerDevice,
  setUpOwner,
  type Answer,
  type Person,
} from '../testing/people.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };

describe('set-up', () => {
  const body = (token: string) => ({
    token,
    name: 'Ada',
    email: 'Ada@Example.org',
    password: PASSWORD,
    workspaceName: 'Engines',
  });

  test('SIG-31 a set-up link makes one owner, once, and expires', async () => {
    const own = await startTestServer({ SETUP_LINK_TTL_S: '60' });
    const wrong = await call(own, 'POST', '/api/setup', { body: body(randomSecret(systemRandom)) });
    expect([wrong.status, wrong.code]).toEqual([410, 'setup-link-invalid']);
    const expired = await own.setupToken();
    own.advance(61_000);
    expect((await call(own, 'POST', '/api/setup', { body: body(expired) })).code).toBe('setup-link-invalid');

    const [first, second] = [await own.setupToken(), await own.setupToken()];
    const answers = await Promise.all(
      [first, first, second, second].map((token) => call(own, 'POST', '/api/setup', { body: body(token) })),
    );
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
    expect((await own.database.query('select 1 from users')).count).toBe(1);
    const session = sessionResponseSchema.parse(answers.find((answer) => answer.status === 201)?.body);
    expect(session.workspaces).toMatchObject([{ name: 'Engines', role: 'owner' }]);
    expect(session.workspaces[0]?.indexRoom).not.toBe(session.workspaces[0]?.personalIndexRoom);
    await own.close();
  });

  test('SIG-32 no secret stands in the database in plain', async () => {
    const own = await startTestServer();
    const token = await own.setupToken();
    const answer = await demand(own, 'POST', '/api/setup', { body: body(token) });
    const { rows } = await own.database.query<{ dump: string }>(
      `select (select json_agg(s)::text from setup_links s) || (select json_agg(u)::text from users u) || (select json_agg(r)::text from refresh_tokens r) as dump`,
    );
    for (const secret of [token, PASSWORD, answer.refreshToken ?? '?']) {
      expect(rows[0]?.dump).not.toContain(secret);
      expect(own.logs()).not.toContain(secret);
    }
    expect(rows[0]?.dump).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    await own.close();
  });
});

describe('with an owner', () => {
  beforeAll(async () => {
    server = await startTestServer();
    owner = await setUpOwner(server);
  });
  afterAll(async () => await server.close());

  const signIn = (email: string, password: string, options = {}): Promise<Answer> =>
    call(server, 'POST', '/api/auth/sign-in', { body: { email, password }, ...options });
  const refresh = (cookie: string, options = {}): Promise<Answer> =>
    call(server, 'POST', '/api/auth/refresh', { cookie, ...options });

  describe('sign-in', () => {
    test('SIG-33 the right password opens a session, whatever the case of the address', async () => {
      const answer = await signIn(' ADA@example.ORG ', PASSWORD);
      expect(sessionResponseSchema.parse(answer.body).user).toMatchObject({
        name: 'Ada',
        email: 'ada@example.org',
        isGuest: false,
      });
      expect(answer.headers.get('Set-Cookie')).toMatch(
        /^vicinal_refresh=[\w-]{43}; Path=\/api\/auth; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
      );
    });

    test('SIG-33 an unknown address and a wrong password answer in the same words and work', async () => {
      const wrong = await signIn('ada@example.org', 'not the password');
      const unknown = await signIn('nobody@example.org', 'not the password');
      const strip = (answer: Answer) => ({
        status: answer.status,
        code: answer.code,
        keys: Object.keys(answer.body as object),
      });
      expect(strip(wrong)).toEqual(strip(unknown));
      expect(wrong.code).toBe('bad-credentials');
    });

    test('SIG-33 guessing is stopped per account, also in parallel, and reads the same for unknown accounts', async () => {
      const own = await startTestServer({ LIMIT_FAILED_SIGN_INS: '5' });
      await setUpOwner(own);
      for (const email of ['ada@example.org', 'nobody@example.org']) {
        const answers = await Promise.all(
          Array.from({ length: 12 }, () =>
            call(own, 'POST', '/api/auth/sign-in', { body: { email, password: 'wrong wrong' } }),
          ),
        );
        expect(answers.filter((answer) => answer.code === 'bad-credentials')).toHaveLength(5);
        expect(answers.filter((answer) => answer.status === 429)).toHaveLength(7);
      }
      expect(
        (await call(own, 'POST', '/api/auth/sign-in', { body: { email: 'ada@example.org', password: PASSWORD } }))
          .status,
      ).toBe(429);
      await own.close();
    });
  });

  describe('refresh', () => {
    test('SIG-37 a refresh token works once; presenting a spent one ends the whole session', async () => {
      const first = (await signIn('ada@example.org', PASSWORD)).refreshToken ?? '';
      const second = (await refresh(first)).refreshToken ?? '';
      const third = await refresh(second);
      expect(third.status).toBe(200);
      expect(third.refreshToken).not.toBe(second);
      expect((await refresh(first)).code).toBe('refresh-reused');
      expect((await refresh(third.refreshToken ?? '')).code).toBe('unauthenticated');
      const { accessToken } = sessionResponseSchema.parse(third.body);
      expect((await call(server, 'GET', '/api/me', { token: accessToken })).status).toBe(401);
    });

    test('SIG-37 an answer that got lost can be asked for again, for some seconds and while its token is unused', async () => {
      const first = (await signIn('ada@example.org', PASSWORD)).refreshToken ?? '';
      await refresh(first);
      const again = await refresh(first);
      expect(again.status).toBe(200);
      expect((await refresh(again.refreshToken ?? '')).status).toBe(200);

      const other = (await signIn('ada@example.org', PASSWORD)).refreshToken ?? '';
      await refresh(other);
      server.advance(10_001);
      expect((await refresh(other)).code).toBe('refresh-reused');
    });

    test('SIG-37 of two tokens made from one only the first to be used goes on', async () => {
      const first = (await signIn('ada@example.org', PASSWORD)).refreshToken ?? '';
      const victim = (await refresh(first)).refreshToken ?? '';
      const thief = (await refresh(first)).refreshToken ?? '';
      const stolen = await refresh(thief);
      expect(stolen.status).toBe(200);
      expect((await refresh(victim)).code).toBe('refresh-reused');
      expect((await refresh(stolen.refreshToken ?? '')).code).toBe('unauthenticated');
    });

    test('SIG-37 without leeway a second presentation ends the session at once, also in parallel', async () => {
      const own = await startTestServer({ REFRESH_LEEWAY_MS: '0' });
      const person = await setUpOwner(own);
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => call(own, 'POST', '/api/auth/refresh', { cookie: person.refreshToken })),
      );
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
      expect(answers.filter((answer) => answer.code === 'refresh-reused')).toHaveLength(1);
      await own.close();
    });

    test('SIG-37 signing out ends the session and clears the cookie', async () => {
      const answer = await signIn('ada@example.org', PASSWORD);
      const { accessToken } = sessionResponseSchema.parse(answer.body);
      const out = await call(server, 'POST', '/api/auth/sign-out', { cookie: answer.refreshToken ?? '' });
      expect([out.status, out.headers.get('Set-Cookie')]).toEqual([
        204,
        'vicinal_refresh=; Path=/api/auth; Max-Age=0; HttpOnly; SameSite=Strict',
      ]);
      expect((await refresh(answer.refreshToken ?? '')).status).toBe(401);
      expect((await call(server, 'GET', '/api/me', { token: accessToken })).code).toBe('unauthenticated');
    });

    test('SIG-37 a session ends by itself when it is not used', async () => {
      const own = await startTestServer({ SESSION_TTL_S: '600' });
      const person = await setUpOwner(own);
      own.advance(601_000);
      expect((await call(own, 'POST', '/api/auth/refresh', { cookie: person.refreshToken })).code).toBe(
        'unauthenticated',
      );
      await own.close();
    });
  });

  test('SIG-38 what the cookie may do wants one of our origins; other routes refuse a foreign one', async () => {
    for (const origin of ['http://evil.test', 'null', null]) {
      for (const path of ['/api/auth/refresh', '/api/auth/sign-out']) {
        expect((await call(server, 'POST', path, { cookie: owner.refreshToken, origin })).code).toBe('bad-origin');
      }
    }
    expect((await signIn('ada@example.org', PASSWORD, { origin: 'http://evil.test' })).code).toBe('bad-origin');
    expect(
      (await signIn('ada@example.org', PASSWORD, { origin: null, headers: { 'Sec-Fetch-Site': 'cross-site' } })).code,
    ).toBe('bad-origin');
    expect((await signIn('ada@example.org', PASSWORD, { origin: null })).status).toBe(200);
  });

  test('SIG-38 the cookie is Secure when the instance is reached over https', async () => {
    const own = await startTestServer({ PUBLIC_URL: 'https://docs.test' });
    const answer = await call(own, 'POST', '/api/setup', {
      origin: 'https://docs.test',
      body: {
        token: await own.setupToken(),
        name: 'A',
        email: 'a@example.org',
        password: PASSWORD,
        workspaceName: 'W',
      },
    });
    expect(answer.headers.get('Set-Cookie')).toContain('; Secure');
    await own.close();
  });

  test('SIG-39 the API takes access tokens alone, and only fresh ones', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const tokens = await fetchTokens(server, owner, [room]);
    const issued = tokens.rooms[room];
    if (!issued?.ok) throw new Error('no ticket');
    expect((await call(server, 'GET', '/api/me', { token: owner.token })).status).toBe(200);
    for (const token of [tokens.peerToken, issued.ticket, issued.grant, '', 'x.y.z', `${owner.token}x`]) {
      expect((await call(server, 'GET', '/api/me', { token })).code).toBe('unauthenticated');
    }
    for (const header of ['', 'Basic YTpi', `bearer ${owner.token}`]) {
      expect((await call(server, 'GET', '/api/me', { headers: { Authorization: header } })).status).toBe(401);
    }
    const own = await startTestServer();
    const person = await setUpOwner(own);
    own.advance(601_000);
    expect((await call(own, 'GET', '/api/me', { token: person.token })).code).toBe('token-expired');
    await own.close();
  });

  test('SIG-31 a reset password ends every session and the old password', async () => {
    const own = await startTestServer();
    const person = await setUpOwner(own);
    await resetPassword(own, 'Ada@example.org', 'another password');
    expect((await call(own, 'GET', '/api/me', { token: person.token })).status).toBe(401);
    expect((await call(own, 'POST', '/api/auth/refresh', { cookie: person.refreshToken })).status).toBe(401);
    for (const [password, status] of [
      [PASSWORD, 401],
      ['another password', 200],
    ] as const) {
      expect(
        (await call(own, 'POST', '/api/auth/sign-in', { body: { email: 'ada@example.org', password } })).status,
      ).toBe(status);
    }
    await expect(resetPassword(own, 'nobody@example.org', 'another password')).rejects.toMatchObject({
      code: 'not-found',
    });
    await own.close();
  });

  describe('devices and tokens', () => {
    test('SIG-40 a device registers with a proof of its key, for its user, at about now', async () => {
      const device = await createDevice();
      const issuer = await issuerOf(server);
      const at = server.clock.now();
      const user = owner.session.user.id;
      const attempt = async (message: Uint8Array, when = at) =>
        (
          await call(server, 'POST', '/api/devices', {
            token: owner.token,
            body: {
              devicePub: toBase64Url(device.publicKey),
              at: when,
              sig: toBase64Url(await device.sign(message)),
              label: 'x',
            },
          })
        ).code;
      expect(await attempt(deviceRegistrationMessage('urn:vicinal:other', user, at))).toBe('bad-signature');
      expect(await attempt(deviceRegistrationMessage(issuer, newRoomId() as never, at))).toBe('bad-signature');
      expect(await attempt(deviceRegistrationMessage(issuer, user, at - 1))).toBe('bad-signature');
      expect(await attempt(deviceRegistrationMessage(issuer, user, at - 300_001), at - 300_001)).toBe('bad-signature');
      expect(await attempt(deviceRegistrationMessage(issuer, user, at))).toBeUndefined();
      expect(await attempt(deviceRegistrationMessage(issuer, user, at))).toBeUndefined();
    });

    test('SIG-40 a key belongs to one user for good', async () => {
      const member = await addMember(server, owner, owner.workspace, 'member');
      await expect(registerDevice(server, member, owner.device)).rejects.toThrow('409 conflict');
    });

    test('SIG-40 tokens are issued for a device of the caller only', async () => {
      const member = await addMember(server, owner, owner.workspace, 'member');
      for (const device of [member.device.deviceId, (await createDevice()).deviceId]) {
        expect(
          (await call(server, 'POST', '/api/tokens', { token: owner.token, body: { device, rooms: [] } })).code,
        ).toBe('not-found');
      }
    });

    test('SIG-40 rooms without access are refused one by one, in the same words as unknown ones', async () => {
      const member = await addMember(server, owner, owner.workspace, 'member');
      const [mine, personal, unknown] = [
        await createRoom(server, owner, owner.workspace),
        owner.session.workspaces[0]?.personalIndexRoom,
        newRoomId(),
      ];
      if (!personal) throw new Error('no index');
      const { rooms } = await fetchTokens(server, member, [mine, personal, unknown]);
      expect(rooms[mine]).toMatchObject({
        ok: true,
        role: 'editor',
        kind: 'document',
        workspace: owner.workspace,
        accessEpoch: 0,
      });
      expect(rooms[personal]).toEqual({ ok: false, code: 'not-found' });
      expect(rooms[unknown]).toEqual(rooms[personal]);
    });

    test('SIG-40 one request answers for 200 rooms and refuses 201', async () => {
      const rooms = Array.from({ length: 201 }, newRoomId);
      const ask = (list: readonly string[]) =>
        call(server, 'POST', '/api/tokens', {
          token: owner.token,
          body: { device: owner.device.deviceId, rooms: list },
        });
      const answer = tokensResponseSchema.parse((await ask(rooms.slice(1))).body);
      expect(Object.keys(answer.rooms)).toHaveLength(200);
      expect((await ask(rooms)).code).toBe('invalid-body');
    });

    test('SIG-36 a rotated key joins the JWKS, and tokens of the one before stay valid', async () => {
      const own = await startTestServer();
      const person = await setUpOwner(own);
      await rotateSigningKey(own.database, own.clock, 0);
      await own.close();
      expect(own.logs().includes('private')).toBe(false);
      const keys = jwksResponseSchema.parse((await call(server, 'GET', '/api/jwks')).body).keys;
      expect(keys).toHaveLength(1);
      expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
      expect(person.token.length).toBeGreaterThan(0);
    });
  });

  test('SIG-39 who I am lists my workspaces', async () => {
    const me = meResponseSchema.parse((await call(server, 'GET', '/api/me', { token: owner.token })).body);
    expect(me).toEqual({ user: owner.session.user, workspaces: owner.session.workspaces });
  });
});
