import { createHmac } from 'node:crypto';
import { configResponseSchema } from '@vicinal/shared/http/api.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiverTokens, call, enrolArchiver, fetchTokens, setUpOwner, type Person } from '../testing/people.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const SECRET = 'the secret of coturn and signaling';
const URLS = ['turn:turn.example.org:3478?transport=udp', 'turn:turn.example.org:3478?transport=tcp'];

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };

beforeAll(async () => {
  server = await startTestServer({
    STUN_PORT: '0',
    STUN_HOST: '127.0.0.1',
    TURN_URLS: URLS.join(','),
    TURN_SECRET: SECRET,
    TURN_TTL_S: '7200',
  });
  owner = await setUpOwner(server);
});
afterAll(() => server.close());

test('ICE-6 people and archivers get TURN credentials of their own along with their tokens', async () => {
  const device = await enrolArchiver(server, owner, owner.workspace);
  const answers = [await fetchTokens(server, owner, []), await archiverTokens(server, device)];
  const users = answers.map(({ iceServers, now }) => {
    const [turn] = iceServers ?? [];
    expect(turn?.urls).toEqual(URLS);
    const [expires, user] = (turn?.username ?? '').split(':');
    expect(Number(expires)).toBe(Math.floor(now / 1000) + 7200);
    expect(turn?.credential).toBe(
      createHmac('sha1', SECRET)
        .update(turn?.username ?? '')
        .digest('base64'),
    );
    return user;
  });
  expect(users[0]).toBe(owner.session.user.id);
  expect(new Set(users).size).toBe(2);
});

test('ICE-5 what strangers may ask for names the STUN port, and neither TURN servers nor credentials', async () => {
  const answer = await call(server, 'GET', '/api/config');
  const config = configResponseSchema.parse(answer.body);
  expect(config.stunPort).toBeGreaterThan(0);
  expect(config.iceServers).toEqual([]);
  const text = JSON.stringify(answer.body);
  for (const hidden of ['turn', SECRET, 'credential']) expect(text).not.toContain(hidden);
  expect(server.logs()).not.toContain(SECRET);
});
