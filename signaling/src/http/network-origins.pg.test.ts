import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configResponseSchema } from '@vicinal/shared/http/api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, fetchTokens, setUpOwner, type Person } from '../testing/people.ts';
import { connectRaw } from '../testing/signal-peer.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const LOCAL = 'http://localhost:8080';
const NETWORK = 'https://192.168.1.20:8443';
const FOREIGN = ['https://192.168.1.21:8443', 'http://192.168.1.20:8080', 'https://192.168.1.20', 'null'];
const PASSWORD = 'correct horse battery';

let folder: string;
let server: TestServer;
let owner: Person;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vicinal-origins-'));
  writeFileSync(join(folder, 'network-origins'), `${NETWORK}\n`);
  server = await startTestServer({
    ALLOWED_ORIGINS: LOCAL,
    NETWORK_ORIGINS: `@${join(folder, 'network-origins')}`,
  });
  owner = await setUpOwner(server);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const signIn = (origin: string) =>
  call(server, 'POST', '/api/auth/sign-in', { origin, body: { email: 'ada@example.org', password: PASSWORD } });

describe('pages on the network', () => {
  test('LAN-9 /api/config names their origins', async () => {
    const config = async (): Promise<readonly string[] | undefined> =>
      configResponseSchema.parse((await call(server, 'GET', '/api/config')).body).networkOrigins;
    expect(await config()).toEqual([NETWORK]);
    writeFileSync(join(folder, 'network-origins'), '');
    expect(await config()).toBeUndefined();
    writeFileSync(join(folder, 'network-origins'), `${NETWORK}\n`);
  });

  test('LAN-9 sign in and refresh; a foreign origin does neither', async () => {
    const signedIn = await signIn(NETWORK);
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.refreshToken ?? '';
    for (const origin of FOREIGN) {
      expect((await signIn(origin)).code).toBe('bad-origin');
      for (const path of ['/api/auth/refresh', '/api/auth/sign-out'])
        expect((await call(server, 'POST', path, { cookie, origin })).code).toBe('bad-origin');
    }
    expect((await call(server, 'POST', '/api/auth/refresh', { cookie, origin: NETWORK })).status).toBe(200);
  });

  test('SIG-38 their cookie is Secure and has a name that plain http cannot set; those of localhost stay apart', async () => {
    const there = (await signIn(NETWORK)).headers.get('Set-Cookie') ?? '';
    expect(there).toMatch(
      /^__Secure-vicinal_refresh=[\w-]{43}; Path=\/api\/auth; .*HttpOnly; SameSite=Strict; Secure$/,
    );
    const here = (await signIn(LOCAL)).headers.get('Set-Cookie') ?? '';
    expect(here).toMatch(/^vicinal_refresh=[\w-]{43}; .*SameSite=Strict$/);
    const plain = /=([\w-]+)/.exec(here)?.[1] ?? '';
    const planted = await call(server, 'POST', '/api/auth/refresh', {
      origin: NETWORK,
      headers: { Cookie: `vicinal_refresh=${plain}` },
    });
    expect(planted.code).toBe('unauthenticated');
  });

  test('SIG-3 open sockets, whose hello is bound to their origin; a foreign origin is refused at the upgrade', async () => {
    const token = (await fetchTokens(server, owner, [])).peerToken;
    const peer = await connectRaw(server, owner.device, NETWORK);
    await peer.hello(token);
    await peer.next('welcome');
    peer.close();
    const elsewhere = await connectRaw(server, owner.device, NETWORK);
    await elsewhere.hello(token, { origin: LOCAL });
    expect(await elsewhere.closed).toBe(4409);
    for (const origin of FOREIGN) await expect(connectRaw(server, owner.device, origin)).rejects.toThrow('closed');
  });
});
