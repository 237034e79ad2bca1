/** The one origin of `npm start`: the built client, and signaling and archiver behind it. Production uses nginx. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createProxyServer } from 'httpxy';
import sirv from 'sirv';
import { contentSecurityPolicy, SECURITY_HEADERS } from './security-headers.ts';

export interface FrontOptions {
  /** Built client. */
  readonly clientDir: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Interface to listen on; absent means all, where addresses other than localhost get the page that says why. */
  readonly host?: string;
  /** Origin people use when it is not `http://localhost:port`, for example behind a TLS proxy. */
  readonly publicUrl?: string;
  /** Whether `X-Forwarded-For` of callers is kept: only behind a proxy that sets it. */
  readonly isBehindProxy?: boolean;
  /** Where a service listens now. */
  targetOf(service: 'signaling' | 'archiver'): string;
}

export interface Front {
  readonly port: number;
  readonly origin: string;
  /** Ends the listener and every connection. Idempotent. */
  close(): Promise<void>;
}

/** Rejects when the port is taken. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const proxy = createProxyServer({ changeOrigin: false, xfwd: false });
  proxy.on('error', (_error, _request, response) => {
    if (response instanceof Socket) refuseUpgrade(response);
    else if (response !== undefined) sendUnavailable(response);
  });
  const files = createFileHandler(options.clientDir);
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (!isTrustworthy(host, options.publicUrl)) return sendInsecurePage(request, response, host);
    const service = serviceOf(request.url ?? '/');
    if (service === undefined) {
      const scheme = options.publicUrl?.startsWith('https:') === true ? 'wss' : 'ws';
      response.setHeader('Content-Security-Policy', contentSecurityPolicy(`${scheme}://${host}`));
      return files(request, response);
    }
    setForwarded(request, options);
    void proxy.web(request, response, { target: options.targetOf(service) }).catch(() => sendUnavailable(response));
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const service = serviceOf(request.url ?? '/');
    if (service === undefined || !isTrustworthy(request.headers.host ?? '', options.publicUrl))
      return void socket.destroy();
    setForwarded(request, options);
    const settings = { target: options.targetOf(service), upgradeTimeout: 10_000 };
    void proxy.ws(request, socket, settings, head).catch(() => refuseUpgrade(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: options.host ?? '::' }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  let closing: Promise<void> | undefined;
  return {
    port: address.port,
    origin: options.publicUrl ?? `http://localhost:${address.port}`,
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      })),
  };
}

function serviceOf(url: string): 'signaling' | 'archiver' | undefined {
  const path = url.split('?', 1)[0] ?? '/';
  if (path === '/signal' || path === '/api' || path.startsWith('/api/')) return 'signaling';
  if (path === '/archive' || path.startsWith('/archive/')) return 'archiver';
  return undefined;
}

/** Signaling trusts loopback, so what it reads in `X-Forwarded-For` must come from here. */
function setForwarded(request: IncomingMessage, options: FrontOptions): void {
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const before = options.isBehindProxy === true ? request.headers['x-forwarded-for'] : undefined;
  request.headers['x-forwarded-for'] = before === undefined ? address : `${String(before)}, ${address}`;
  delete request.headers['forwarded'];
  if (options.isBehindProxy !== true) {
    request.headers['x-forwarded-proto'] = 'http';
    request.headers['x-forwarded-host'] = request.headers.host ?? '';
  }
}

/** Browsers treat these as secure contexts; anywhere else plain http has no crypto, no service worker, no locks. */
function isTrustworthy(host: string, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && host === new URL(publicUrl).host) return true;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || name === '127.0.0.1' || name === '[::1]';
}

function sendJson(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ error: { code } }));
}

function sendUnavailable(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, 503, 'not-ready');
}

function refuseUpgrade(socket: Socket): void {
  if (socket.writable) socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function sendInsecurePage(request: IncomingMessage, response: ServerResponse, host: string): void {
  if (serviceOf(request.url ?? '/') !== undefined) return sendJson(response, 403, 'bad-origin');
  response.writeHead(403, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  });
  const port = /:(\d+)$/.exec(host)?.[1];
  response.end(insecurePage(port === undefined ? 'http://localhost' : `http://localhost:${port}`));
}

const insecurePage = (localAddress: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vicinal cannot run at this address</title></head>
<body><main>
<h1>Vicinal cannot run at this address</h1>
<p>This is a plain http address of another machine. On such addresses browsers switch off encryption keys, background
workers and tab locks, and Vicinal needs all three to keep your documents safe.</p>
<p>On the machine that runs Vicinal, open <a href="${localAddress}">${localAddress}</a>.
For other machines, put Vicinal behind an https address and set PUBLIC_URL to it.</p>
</main></body></html>
`;

/** Hashed files are immutable; what names them is asked for again every time. Unknown paths get the app. */
function createFileHandler(clientDir: string): (request: IncomingMessage, response: ServerResponse) => void {
  const serve = sirv(join(clientDir), {
    single: true,
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders(response, pathname) {
      const isHashed = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendJson(response, 405, 'method-not-allowed');
    serve(request, response, () => sendJson(response, 404, 'not-found'));
  };
}
