/** What the origin answers: the built client, the services behind it, and the trust page. The same over http and https. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { OPEN_ROOMS_PATH } from '@vicinal/shared/open-rooms.ts';
import { createProxyServer } from 'httpxy';
import sirv from 'sirv';
import { answerTrust, type NetworkView } from './front-trust.ts';
import { contentSecurityPolicy, SECURITY_HEADERS } from './security-headers.ts';

export interface HandlerOptions {
  /** Built client. */
  readonly clientDir: string;
  /** Whether browsers give the app at this `Host` what it needs, and it is one of ours. */
  isAppHost(host: string): boolean;
  /** As the services are told it. */
  readonly scheme: 'http' | 'https';
  /** Scheme that people use; differs from `scheme` behind a TLS proxy. */
  readonly publicScheme: 'http' | 'https';
  /** Whether `X-Forwarded-*` of callers is kept: only behind a proxy that sets it. */
  readonly isBehindProxy: boolean;
  /** Shown where the app cannot run. */
  readonly publicUrl?: string;
  /** https on the network, where there is one. */
  network(): NetworkView | undefined;
  /** Where a service listens now. */
  targetOf(service: 'signaling' | 'archiver'): string;
}

export interface Handler {
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

export function createHandler(options: HandlerOptions): Handler {
  const proxy = createProxyServer({ changeOrigin: false, xfwd: false });
  proxy.on('error', (_error, _request, response) => {
    if (response instanceof Socket) refuseUpgrade(response);
    else if (response !== undefined) sendUnavailable(response);
  });
  const files = createFileHandler(options.clientDir);
  const socketScheme = options.publicScheme === 'https' ? 'wss' : 'ws';
  return {
    onRequest(request, response) {
      const host = request.headers.host ?? '';
      const path = pathOf(request);
      const service = serviceOf(path);
      const isAppHost = options.isAppHost(host);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      // Browsers complain about it where a page is no secure context.
      if (!isAppHost && options.scheme === 'http') response.removeHeader('Cross-Origin-Opener-Policy');
      if (path === '/trust' || path.startsWith('/trust/')) {
        const { scheme, publicUrl } = options;
        if (!answerTrust(request, response, { host, path, scheme, isAppHost, publicUrl, network: options.network() }))
          sendJson(response, isReading(request) ? 404 : 405, isReading(request) ? 'not-found' : 'method-not-allowed');
        return;
      }
      if (!isAppHost) {
        if (service !== undefined || !isReading(request)) return sendJson(response, 403, 'bad-origin');
        response.writeHead(302, { Location: '/trust', 'Cache-Control': 'no-store' }).end();
        return;
      }
      if (service === undefined) {
        response.setHeader('Content-Security-Policy', contentSecurityPolicy(`${socketScheme}://${host}`));
        return files(request, response);
      }
      setForwarded(request, options);
      void proxy.web(request, response, { target: options.targetOf(service) }).catch(() => sendUnavailable(response));
    },
    onUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const service = serviceOf(pathOf(request));
      if (service === undefined || !options.isAppHost(request.headers.host ?? '')) return void socket.destroy();
      setForwarded(request, options);
      const settings = { target: options.targetOf(service), upgradeTimeout: 10_000 };
      void proxy.ws(request, socket, settings, head).catch(() => refuseUpgrade(socket));
    },
  };
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';

const isReading = (request: IncomingMessage): boolean => request.method === 'GET' || request.method === 'HEAD';

function serviceOf(path: string): 'signaling' | 'archiver' | undefined {
  if (path === '/signal' || path === OPEN_ROOMS_PATH || path === '/api' || path.startsWith('/api/')) return 'signaling';
  if (path === '/archive' || path.startsWith('/archive/')) return 'archiver';
  return undefined;
}

/** Signaling trusts loopback, so what it reads in `X-Forwarded-For` must come from here. */
function setForwarded(request: IncomingMessage, options: HandlerOptions): void {
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const before = options.isBehindProxy ? request.headers['x-forwarded-for'] : undefined;
  request.headers['x-forwarded-for'] = before === undefined ? address : `${String(before)}, ${address}`;
  delete request.headers['forwarded'];
  if (!options.isBehindProxy) {
    request.headers['x-forwarded-proto'] = options.scheme;
    request.headers['x-forwarded-host'] = request.headers.host ?? '';
  }
}

function sendJson(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ error: { code } }));
}

function sendUnavailable(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else {
    response.setHeader('Retry-After', '5');
    sendJson(response, 503, 'not-ready');
  }
}

function refuseUpgrade(socket: Socket): void {
  if (socket.writable) socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** Hashed files are immutable; what names them is asked for again every time. Unknown paths get the app. */
function createFileHandler(clientDir: string): (request: IncomingMessage, response: ServerResponse) => void {
  const serve = sirv(clientDir, {
    single: true,
    ignores: ['^/assets/', String.raw`/\.(?!well-known/)`],
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders(response, pathname) {
      const isHashed = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, response) => {
    if (!isReading(request)) return sendJson(response, 405, 'method-not-allowed');
    // Each service answers Prometheus on a port of its own; here it would be the app.
    if (pathOf(request) === '/metrics') return sendJson(response, 404, 'not-found');
    serve(request, response, () => sendJson(response, 404, 'not-found'));
  };
}
