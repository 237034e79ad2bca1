/** nginx as shipped, in front of the real services, beside the front of `npm start`. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { DEFAULT_LIMITS } from '@vicinal/signaling/config.ts';
import { randomId } from '@vicinal/signaling/random-ids.ts';
import { createRoom, demand, fetchTokens, type Person, setUpOwner } from '@vicinal/signaling/testing/people.ts';
import { connectPeer, connectRaw } from '@vicinal/signaling/testing/signal-peer.ts';
import { ORIGIN, type TestServer } from '@vicinal/signaling/testing/test-server.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildClient } from '../scripts/client-build.ts';
import { SECURITY_HEADERS } from '../scripts/security-headers.ts';
import { addresses, ensureNginx, type Nginx, startNginx } from './nginx.ts';
import { startTestStack, type TestStack } from './stack.ts';

const problem = ensureNginx();
if (problem !== undefined) console.log(problem);
const shipped = resolve(import.meta.dirname, '../../nginx');

let dist: string;
let stack: TestStack;
let nginx: Nginx;
let person: Person;
/** What the helpers of signaling's tests ask of a server. */
let through: TestServer;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  readonly code: string | undefined;
}

/** Without fetch's own headers and decoding. */
function ask(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  body = '',
): Promise<Answer> {
  return new Promise((done, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString();
        const status = response.statusCode ?? 0;
        // HTML in the place of an error of ours is what these tests are for: it fails here
        const { error } = (status >= 400 && text !== '' ? JSON.parse(text) : {}) as { error?: { code?: string } };
        done({ status, headers: response.headers, bytes, text, code: error?.code });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  ask(nginx.port, path, headers);

/** Bytes as they are written; the whole answer. */
const send = (port: number, text: string): Promise<string> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined); // nginx may reset what it has refused
    socket.on('close', () => done(received));
    socket.write(text);
  });

const assetsOf = (extension: string): string => {
  const files = readdirSync(join(dist, 'assets'));
  const found = files.find((file) => file.endsWith(extension) && files.includes(`${file}.gz`));
  if (found === undefined) throw new TypeError(`the build has a compressed ${extension}`);
  return `/assets/${found}`;
};

beforeAll(async () => {
  if (problem !== undefined) return;
  ({ directory: dist } = await buildClient(() => undefined));
  stack = await startTestStack({ env: { ALLOWED_ORIGINS: ORIGIN } });
  const { signaling, archiver } = stack.targets();
  nginx = await startNginx({ root: dist, signaling, archiver });
  const setupToken = async (): Promise<string> => new URL((await stack.setupLink()) ?? '').hash.slice(1);
  const base = `http://127.0.0.1:${nginx.port}`;
  through = {
    base,
    port: nginx.port,
    config: { isHttps: false },
    clock: systemClock,
    setupToken,
  } as unknown as TestServer; // these parts alone are used
  person = await setUpOwner(through);
  await stack.archiverReady();
}, 120_000);
afterAll(async () => {
  await nginx?.close();
  await stack?.close();
}, 60_000);

describe.skipIf(problem !== undefined)('nginx', () => {
  test('OPS-20 runs as shipped: only what addresses.conf says is another', () => {
    const directives = (text: string): readonly string[] => [
      ...new Set([...text.matchAll(/^(set \$\w+|[a-z_]+) /gm)].map((match) => match[1] ?? '')),
    ];
    const replaced = addresses(1, '/log', { root: '/', signaling: 'a:1', archiver: 'b:2', trusted: ['10.0.0.0/8'] });
    expect(directives(replaced.join('\n'))).toEqual(directives(readFileSync(join(shipped, 'addresses.conf'), 'utf8')));
    expect(nginx.errors()).not.toMatch(/\[(warn|error|emerg)\]/);
  });

  test('OPS-21 answers files as the front of npm start does: status, type, caching, security headers', async () => {
    const script = assetsOf('.js');
    const style = assetsOf('.css');
    for (const [path, status] of [
      ['/', 200],
      ['/d/abc', 200],
      ['/w/abc?folder=x', 200],
      ['/index.html', 200],
      ['/sw.js', 200],
      ['/theme.js', 200],
      ['/manifest.webmanifest', 200],
      [script, 200],
      [style, 200],
      ['/assets/gone.js', 404],
      ['/gone.js', 404],
      ['/assets/', 404],
      ['/.source-hash', 404],
      ['/.vite/manifest.json', 404],
      ['/metrics', 404],
      ['/api', 404],
      ['/archive', 404],
    ] as const) {
      const [here, there] = [await get(path), await ask(stack.port, path)];
      expect({ path, status: here.status }).toEqual({ path, status });
      expect({ path, status: there.status }).toEqual({ path, status });
      const type = (answer: Answer): string =>
        (answer.headers['content-type'] ?? '').replace('application/javascript', 'text/javascript').replace(/; ?/, ';');
      if (status === 200) {
        expect(here.bytes.equals(there.bytes)).toBe(true);
        expect({ path, type: type(here) }).toEqual({ path, type: expect.stringContaining(type(there)) });
        expect({ path, caching: here.headers['cache-control'] }).toEqual({
          path,
          caching: there.headers['cache-control'],
        });
        const policy = (answer: Answer, port: number): string =>
          String(answer.headers['content-security-policy']).replaceAll(String(port), 'PORT');
        expect(policy(here, nginx.port)).toBe(policy(there, stack.port));
      } else {
        expect([path, here.code, there.code]).toEqual([path, 'not-found', 'not-found']);
        expect(here.headers['cache-control']).toBe('no-store');
      }
      for (const [name, value] of Object.entries(SECURITY_HEADERS))
        if (!path.startsWith('/a')) expect([name, here.headers[name.toLowerCase()]]).toEqual([name, value]);
    }
    expect((await ask(nginx.port, '/', {}, 'POST', 'x')).code).toBe('method-not-allowed');
    expect((await get('/')).headers['server']).toBe('nginx');
  });

  test('OPS-22 serves the copies that the build made: brotli by the front, gzip by both, each with its own tag', async () => {
    const script = assetsOf('.js');
    const plain = readFileSync(join(dist, script));
    const at = (port: number, encoding: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> =>
      ask(port, script, { 'accept-encoding': encoding, ...more });
    for (const port of [nginx.port, stack.port]) {
      const gzipped = await at(port, 'gzip');
      expect(gzipped.headers['content-encoding']).toBe('gzip');
      expect(gzipped.bytes.equals(readFileSync(join(dist, `${script}.gz`)))).toBe(true);
      expect(gunzipSync(gzipped.bytes).equals(plain)).toBe(true);
      expect(gzipped.headers['content-type']).toMatch(/javascript/);
      const identity = await at(port, 'identity');
      expect(identity.headers['content-encoding']).toBeUndefined();
      expect(identity.bytes.equals(plain)).toBe(true);
      for (const answer of [gzipped, identity]) expect(answer.headers['vary']).toMatch(/accept-encoding/i);
      expect(gzipped.headers['etag']).not.toBe(identity.headers['etag']);
      const again = await at(port, 'gzip', { 'if-none-match': gzipped.headers['etag'] ?? '' });
      expect([again.status, again.bytes.length]).toEqual([304, 0]);
      const part = await at(port, 'identity', { range: 'bytes=10-19' });
      expect([part.status, part.text]).toEqual([206, plain.subarray(10, 20).toString()]);
      expect(part.headers['content-range']).toBe(`bytes 10-19/${plain.length}`);
      const worker = await ask(port, '/sw.js', { 'accept-encoding': 'gzip' });
      expect(gunzipSync(worker.bytes).equals(readFileSync(join(dist, 'sw.js')))).toBe(true);
    }
    const brotli = await at(stack.port, 'gzip, deflate, br');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotli.bytes.equals(readFileSync(join(dist, `${script}.br`)))).toBe(true);
    expect(brotli.headers['content-type']).toMatch(/javascript/);
  });

  test('OPS-23 passes the API, the archive and the socket on', async () => {
    const room = await createRoom(through, person, (person as Awaited<ReturnType<typeof setUpOwner>>).workspace);
    const tokens = await fetchTokens(through, person, [room]);
    const access = tokens.rooms[room];
    if (access?.ok !== true) throw new TypeError('the owner has access');
    const peer = await connectPeer(through, person.device, tokens.peerToken);
    peer.send({ type: 'join', room, ticket: access.ticket });
    expect((await peer.next('roster')).room).toBe(room);
    peer.close();
    await expect(connectRaw(through, person.device, 'https://elsewhere.test')).rejects.toThrow();
    await expect
      .poll(async () => JSON.parse((await get('/archive/health/ready')).text) as unknown, { timeout: 20_000 })
      .toEqual({ status: 'ready', checks: { store: 'ok', signaling: 'connected' } });
    expect((await get('/archive/rooms/x/heads')).code).toBe('not-found');
    expect((await get('/signal')).status).toBe(404);
  });

  test('OPS-24 refuses as JSON with a code what it does not pass on, and lets pass what the services take', async () => {
    const post = (bytes: number): Promise<Answer> =>
      ask(
        nginx.port,
        '/api/auth/sign-in',
        { 'content-type': 'application/json', origin: ORIGIN },
        'POST',
        JSON.stringify({ x: 'x'.repeat(bytes - 8) }),
      );
    expect((await post(DEFAULT_LIMITS.maxBodyBytes)).code).toBe('invalid-body');
    const large = await post(DEFAULT_LIMITS.maxBodyBytes + 1);
    expect([large.status, large.code]).toEqual([413, 'too-large']);
    const long = await get(`/api/${'x'.repeat(20_000)}`);
    expect([long.status, long.code]).toEqual([414, 'too-large']);
    const heavy = await get('/archive/health/live', { 'x-heavy': 'x'.repeat(20_000) });
    expect([heavy.status, heavy.code]).toEqual([431, 'too-large']);
    for (const text of [
      'GET /api/config HTTP/1.1\r\nBroken\r\n\r\n',
      'GET /archive/x HTTP/1.1\r\n\r\n',
      'nonsense\r\n\r\n',
    ]) {
      const answer = await send(nginx.port, text);
      expect(answer).toContain('{"error":{"code":"bad-request"}}');
      expect(answer).not.toContain('<html');
    }
  });

  test('OPS-25 tells the services one address, that of the caller, whatever the caller says', async () => {
    let seen: IncomingHttpHeaders = {};
    const echo: Server = createServer((request, response) => {
      seen = request.headers;
      response.end('{}');
    });
    echo.on('upgrade', (request, socket) => {
      seen = request.headers;
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    await new Promise<void>((done) => echo.listen(0, '127.0.0.1', done));
    const address = `127.0.0.1:${(echo.address() as { port: number }).port}`; // listening on TCP
    const spoofed = {
      host: 'docs.test',
      'x-forwarded-for': '127.0.0.1, 6.6.6.6, 203.0.113.5',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'elsewhere.test',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
    };
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket' };
    const facts = (): unknown => ({
      address: seen['x-forwarded-for'],
      scheme: seen['x-forwarded-proto'],
      host: seen.host,
      forwardedHost: seen['x-forwarded-host'],
      others: [seen['x-real-ip'], seen['forwarded']],
    });
    const others = [undefined, undefined];
    const own = { address: '127.0.0.1', scheme: 'http', host: 'docs.test', forwardedHost: 'docs.test', others };
    const servers: Nginx[] = [];
    try {
      const open = async (trusted: readonly string[]): Promise<number> => {
        const server = await startNginx({ root: dist, signaling: address, archiver: address, trusted });
        servers.push(server);
        return server.port;
      };
      const exposed = await open([]);
      for (const path of ['/api/config', '/archive/x', '/signal']) {
        await ask(exposed, path, spoofed);
        expect(facts()).toEqual(own);
      }
      const raw = Object.entries({ ...spoofed, ...upgrade }).map(([name, value]) => `${name}: ${value}`);
      await send(exposed, `GET /signal HTTP/1.1\r\n${raw.join('\r\n')}\r\n\r\n`);
      expect([seen['upgrade'], seen['connection']]).toEqual(['websocket', 'upgrade']);
      expect(facts()).toEqual(own);
      const page = await ask(exposed, '/', spoofed);
      expect(page.headers['content-security-policy']).toContain('ws://docs.test');
      // behind a proxy that appends: the nearest address that is no proxy's
      const behind = await open(['127.0.0.1']);
      await ask(behind, '/api/config', spoofed);
      expect(facts()).toEqual({ ...own, address: '203.0.113.5', scheme: 'https' });
      expect((await ask(behind, '/', spoofed)).headers['content-security-policy']).toContain('wss://docs.test');
    } finally {
      for (const server of servers) await server.close();
      echo.close();
    }
  });

  test('OPS-26 waits longer for a silent socket than signaling does', () => {
    const waits = [...readFileSync(join(shipped, 'app.conf'), 'utf8').matchAll(/proxy_(read|send)_timeout (\d+)s;/g)];
    expect(waits).toHaveLength(2);
    for (const [, , seconds] of waits) expect(Number(seconds) * 1000).toBeGreaterThan(DEFAULT_LIMITS.idleTimeoutMs);
  });

  test('OPS-27 answers 503 as JSON that says when to ask again while a service is away, and comes back with it', async () => {
    await stack.kill('signaling');
    for (const path of ['/api/config', `/api/rooms/${randomId<string>(systemRandom)}`, '/signal']) {
      const answer = await get(path, { accept: 'text/html' });
      expect([path, answer.status, answer.code]).toEqual([path, 503, 'not-ready']);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect([answer.headers['retry-after'], answer.headers['cache-control']]).toEqual(['5', 'no-store']);
      const there = await ask(stack.port, path);
      expect([there.status, there.code, there.headers['retry-after']]).toEqual([503, 'not-ready', '5']);
    }
    expect((await get('/d/abc')).status).toBe(200);
    expect((await get('/archive/health/live')).status).toBe(200);
    await stack.restart('signaling');
    await demand(through, 'GET', '/api/config');
  });
});
