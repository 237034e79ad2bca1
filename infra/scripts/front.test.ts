import { createServer, request as httpRequest, type Server } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Front, startFront } from './front.ts';

const clientDir = mkdtempSync(join(tmpdir(), 'vicinal-front-'));
let signaling: Server;
let front: Front;
let lastHeaders: NodeJS.Dict<string | string[]> = {};

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return address.port;
};

beforeAll(async () => {
  mkdirSync(join(clientDir, 'assets'));
  writeFileSync(join(clientDir, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(clientDir, 'sw.js'), '// worker');
  writeFileSync(join(clientDir, 'assets/index-abc.js'), 'export {}');
  writeFileSync(join(clientDir, 'assets/index-abc.js.br'), 'brotli');
  signaling = createServer((request, response) => {
    lastHeaders = request.headers;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ url: request.url }));
  });
  signaling.on('upgrade', (request, socket) => {
    lastHeaders = request.headers;
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello');
  });
  await new Promise<void>((resolve) => signaling.listen(0, '127.0.0.1', resolve));
  const deadPort = 1; // nothing listens there
  front = await startFront({
    clientDir,
    port: 0,
    host: '127.0.0.1',
    targetOf: (service) => `http://127.0.0.1:${service === 'signaling' ? portOf(signaling) : deadPort}`,
  });
});

afterAll(async () => {
  await front.close();
  signaling.close();
  rmSync(clientDir, { recursive: true, force: true });
});

const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${front.port}${path}`, init);

interface PlainAnswer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly location: string | undefined;
}

/** fetch does not let a caller choose Host. */
const getAs = (host: string, path: string, method = 'GET'): Promise<PlainAnswer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: front.port, path, method, headers: { host } },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body,
            type: response.headers['content-type'] ?? '',
            location: response.headers.location,
          }),
        );
      },
    );
    request.on('error', reject);
    request.end();
  });

const upgrade = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(front.port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: localhost:${front.port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });

describe('the front', () => {
  test('serves the app for its routes and 404 for missing files', async () => {
    expect(await (await get('/d/abc')).text()).toContain('app');
    expect((await get('/assets/gone.js')).status).toBe(404);
    expect((await get('/', { method: 'POST' })).status).toBe(405);
  });

  test('lets hashed files be kept for ever and asks again for what names them', async () => {
    const hashed = await get('/assets/index-abc.js', { headers: { 'accept-encoding': 'identity' } });
    expect(hashed.headers.get('cache-control')).toContain('immutable');
    for (const path of ['/', '/sw.js', '/d/abc'])
      expect((await get(path)).headers.get('cache-control')).toBe('no-cache');
  });

  test('sends a policy without unsafe sources, and the other security headers', async () => {
    const { headers } = await get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${front.port}`);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('passes the API on and replaces what a caller claims about its address', async () => {
    const response = await get('/api/config?x=1', {
      headers: { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6' },
    });
    expect(await response.json()).toEqual({ url: '/api/config?x=1' });
    expect(lastHeaders['x-forwarded-for']).toBe('127.0.0.1');
    expect(lastHeaders['forwarded']).toBeUndefined();
  });

  test('passes a WebSocket upgrade on', async () => {
    expect(await upgrade('/signal')).toMatch(/^HTTP\/1\.1 101 [\s\S]*hello$/);
    expect(await upgrade('/y-webrtc')).toMatch(/^HTTP\/1\.1 101 [\s\S]*hello$/);
    expect(lastHeaders['x-forwarded-for']).toBe('127.0.0.1');
  });

  test('answers JSON with 503 for a service that is down, and refuses its upgrades', async () => {
    const response = await get('/archive/health/ready');
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual({ error: { code: 'not-ready' } });
    expect(await upgrade('/archive/socket')).toContain('HTTP/1.1 503');
  });

  test('closes an upgrade outside the services', async () => {
    expect(await upgrade('/elsewhere')).toBe('');
  });

  test.each(['192.168.1.20:8080', 'docs.example.org', 'localhost.example.org', 'notlocalhost'])(
    'LAN-6 over plain http answers %s with the page that says why, and nothing else',
    async (host) => {
      const visit = await getAs(host, '/d/abc');
      expect([visit.status, visit.location, visit.body]).toEqual([302, '/trust', '']);
      const page = await getAs(host, '/trust');
      expect([page.status, page.type]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.body).toContain('cannot run at this address');
      for (const [path, method] of [
        ['/api/config', 'GET'],
        ['/archive/health/ready', 'GET'],
        ['/signal', 'GET'],
        ['/', 'POST'],
      ] as const) {
        const refused = await getAs(host, path, method);
        expect([refused.status, refused.body]).toEqual([403, '{"error":{"code":"bad-origin"}}']);
      }
      expect((await getAs(host, '/trust/vicinal-authority.crt')).status).toBe(404);
      expect((await getAs(host, '/trust', 'POST')).status).toBe(405);
    },
  );

  test.each(['localhost', '127.0.0.1:1', '[::1]:8080', 'app.localhost:80'])('runs at %s', async (host) => {
    expect((await getAs(host, '/')).status).toBe(200);
  });
});
