import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Clock } from '@vicinal/shared/clock.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFront } from './front.ts';
import { type NetworkFront, type NetworkFrontOptions, startNetworkFront, tryNetworkFront } from './front-network.ts';

let folder: string;
let signaling: Server;
let seen: NodeJS.Dict<string | string[]> = {};
let addresses: readonly string[];
let origins: (readonly string[])[];
let lines: string[];
let now: number;
let due: (() => void) | undefined;
const fronts: NetworkFront[] = [];

/** Runs what waits for the next look; resolves when it was dealt with and waits again. */
const tick = async (): Promise<void> => {
  const run = due;
  due = undefined;
  run?.();
  await expect.poll(() => due).toBeDefined();
};
const clock: Clock = {
  now: () => now,
  monotonic: () => now,
  after: (_delayMs, callback) => {
    due = callback;
    return () => (due = undefined);
  },
};

const options = (over: Partial<NetworkFrontOptions> = {}): NetworkFrontOptions => ({
  clientDir: join(folder, 'client'),
  tlsDir: join(folder, 'tls'),
  port: 0,
  host: '::',
  hostName: 'reef',
  readAddresses: () => addresses,
  pollMs: 10_000,
  clock,
  targetOf: () => `http://127.0.0.1:${(signaling.address() as AddressInfo).port}`, // a TCP server has one
  onOrigins: (list) => origins.push(list),
  say: (line) => lines.push(line),
  ...over,
});

async function start(over: Partial<NetworkFrontOptions> = {}): Promise<NetworkFront> {
  const front = await startNetworkFront(options(over));
  fronts.push(front);
  return front;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
  readonly names: string;
}

const ask = (front: NetworkFront, path: string, host: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port: front.port,
        path,
        agent: false,
        headers: { host },
        ca: new X509Certificate(front.view.certificate).toString(),
        checkServerIdentity: (_name, certificate) => {
          names = certificate.subjectaltname ?? '';
          return undefined;
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), names }),
        );
      },
    );
    let names = '';
    request.on('error', reject);
    request.end();
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vicinal-network-'));
  mkdirSync(join(folder, 'client'));
  writeFileSync(join(folder, 'client/index.html'), '<!doctype html><title>app</title>');
  [addresses, origins, lines, now] = [['192.168.1.20', 'fd00::2'], [], [], Date.now()];
  signaling = createServer((request, response) => {
    seen = request.headers;
    response.end('{}');
  });
  signaling.on('upgrade', (request, socket) => {
    seen = request.headers;
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello');
  });
  await new Promise<void>((resolve) => signaling.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const front of fronts.splice(0)) await front.close();
  signaling.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('https on the network', () => {
  test('LAN-2 serves the app under every address and name of this machine, with a policy for its sockets', async () => {
    const front = await start();
    const at = (name: string): string => `https://${name}:${front.port}`;
    expect(front.view.origins).toEqual([at('192.168.1.20'), at('[fd00::2]'), at('reef.local')]);
    expect(origins).toEqual([front.view.origins]);
    for (const name of ['192.168.1.20', '[fd00::2]', 'reef.local', 'localhost', '127.0.0.1', '[::1]']) {
      const host = `${name}:${front.port}`;
      const { status, headers, body } = await ask(front, '/d/abc', host);
      expect([status, String(body)]).toEqual([200, '<!doctype html><title>app</title>']);
      expect(headers['content-security-policy']).toContain(`connect-src 'self' wss://${host};`);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('LAN-2 passes the API on with the scheme, and WebSocket upgrades', async () => {
    const front = await start();
    expect((await ask(front, '/api/config', `192.168.1.20:${front.port}`)).status).toBe(200);
    expect([seen['x-forwarded-proto'], seen['x-forwarded-for']]).toEqual(['https', '127.0.0.1']);
    const upgrade = (host: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: front.port, rejectUnauthorized: false });
        let received = '';
        socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
        socket.on('close', () => resolve(received));
        socket.on('error', reject);
        socket.write(
          `GET /signal HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://${host}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
        );
      });
    expect(await upgrade(`192.168.1.20:${front.port}`)).toMatch(/^HTTP\/1\.1 101 [\s\S]*hello$/);
    expect(seen['origin']).toBe(`https://192.168.1.20:${front.port}`);
    expect(await upgrade('evil.test')).toBe('');
  });

  test('LAN-6 a host that is none of this machine gets the trust page and no API', async () => {
    const front = await start();
    expect((await ask(front, '/', 'evil.test')).headers['location']).toBe('/trust');
    expect((await ask(front, '/api/config', 'evil.test')).status).toBe(403);
  });

  test('LAN-8 offers page and certificate over https too', async () => {
    const front = await start();
    const host = `192.168.1.20:${front.port}`;
    const page = await ask(front, '/trust', host);
    expect(page.status).toBe(200);
    expect(String(page.body)).toContain(`href="https://${host}/"`);
    const certificate = await ask(front, '/trust/vicinal-authority.crt', host);
    expect(certificate.headers['content-type']).toBe('application/x-x509-ca-cert');
    expect(new X509Certificate(certificate.body).fingerprint256).toBe(front.view.fingerprint);
  });

  test('LAN-6 the plain http side of the same address has the page and the certificate, and nothing else', async () => {
    const network = await start();
    const front = await startFront({ ...options(), network: () => network.view });
    const plain = (path: string, host: string): Promise<{ status: number; headers: Headers; body: Buffer }> =>
      new Promise((resolve, reject) => {
        const request = httpRequest({ host: '127.0.0.1', port: front.port, path, headers: { host } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const headers = new Headers(response.headers as Record<string, string>); // no list is sent
            resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
          });
        });
        request.on('error', reject);
        request.end();
      });
    const host = `[fd00::2]:${front.port}`;
    for (const path of ['/', '/index.html', '/d/abc', '/sw.js'])
      expect((await plain(path, host)).headers.get('location')).toBe('/trust');
    for (const path of ['/api/config', '/archive/x', '/signal']) expect((await plain(path, host)).status).toBe(403);
    const page = await plain('/trust', host);
    expect(String(page.body)).toContain(`href="https://[fd00::2]:${network.port}/"`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.headers.get('set-cookie')).toBeNull();
    const certificate = await plain('/trust/vicinal-authority.crt', host);
    expect(certificate.headers.get('content-type')).toBe('application/x-x509-ca-cert');
    expect(new X509Certificate(certificate.body).fingerprint256).toBe(network.view.fingerprint);
    expect(String((await plain('/trust', `localhost:${front.port}`)).body)).toContain('on other devices');
    await front.close();
  });

  test('LAN-5 follows the addresses of the machine without a restart', async () => {
    const front = await start();
    await tick();
    expect(origins).toHaveLength(1);
    addresses = ['10.0.0.5'];
    await tick();
    expect(origins.at(-1)).toEqual([`https://10.0.0.5:${front.port}`, `https://reef.local:${front.port}`]);
    const answer = await ask(front, '/', `10.0.0.5:${front.port}`);
    expect(answer.status).toBe(200);
    expect(answer.names).toContain('10.0.0.5');
    expect(answer.names).not.toContain('192.168.1.20');
    expect((await ask(front, '/', `192.168.1.20:${front.port}`)).status).toBe(302);
    addresses = [];
    await tick();
    expect(origins.at(-1)).toEqual([]);
  });

  test('LAN-5 renews a certificate that has less than 30 days left', async () => {
    const front = await start();
    const serial = async (): Promise<string> => {
      const socket = connect({ host: '127.0.0.1', port: front.port, rejectUnauthorized: false });
      await new Promise((resolve) => socket.once('secureConnect', resolve));
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };
    const first = await serial();
    now += 366 * 86_400_000;
    await tick();
    expect(await serial()).toBe(first);
    now += 2 * 86_400_000;
    await tick();
    expect(await serial()).not.toBe(first);
    expect(origins).toHaveLength(1);
  });

  test('LAN-7 a port that is taken and a damaged authority are one line each, and no listener', async () => {
    const other = createTcpServer();
    await new Promise<void>((resolve) => other.listen(0, '::', resolve));
    const { port } = other.address() as AddressInfo; // a TCP server has one
    expect(await tryNetworkFront(options({ port }))).toBeUndefined();
    other.close();
    writeFileSync(join(folder, 'tls/authority.pem'), 'gone');
    expect(await tryNetworkFront(options())).toBeUndefined();
    expect(lines).toEqual([
      `No https on the network: port ${port} is taken; set TLS_PORT to another one.`,
      expect.stringMatching(/^No https on the network: .*authority\.pem is damaged\. Restore it .*\.$/),
    ]);
    expect(origins).toEqual([]);
    expect(due).toBeUndefined();
  });

  test('LAN-5 closing ends the look-out', async () => {
    const front = await start();
    expect(due).toBeDefined();
    await front.close();
    expect(due).toBeUndefined();
  });
});
