/** The WebSocket end of signaling. The only importer of ws. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { closeCodeOf } from '@vicinal/shared/app-error.ts';
import { MAX_SIGNAL_BYTES } from '@vicinal/shared/signal/codec.ts';
import type { Deps } from '../deps.ts';
import { clientAddress, isPrivateAddress, limitKey } from '../http/address.ts';
import { errorFields } from '../log.ts';
import type { SignalRouter } from './router.ts';
import { createSession, type SignalSession } from './session.ts';

export const SIGNAL_PATH = '/signal';
/** How long the other side may take to answer a close. */
const CLOSE_TIMEOUT_MS = 2000;

export interface SignalEndpoint {
  /** Refuses new connections, tells and closes those that stand; resolves when all are gone. Idempotent. */
  close(): Promise<void>;
  /** Open sockets, authenticated or not. */
  count(): number;
}

/** Takes over upgrades of `server`. */
export function attachSignaling(server: Server, deps: Deps, router: SignalRouter): SignalEndpoint {
  const { config, logger } = deps;
  const { limits } = config;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_SIGNAL_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  });
  const unauthenticated = new Map<string, number>();
  let closing: Promise<void> | undefined;

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy()); // before ws takes over, a reset would otherwise end the process
    const address = clientAddress(request, config.trustedProxies);
    const refusal = judge(request, address);
    if (refusal) {
      deps.metrics.upgradeRefused(Number.parseInt(refusal, 10));
      return refuse(socket, refusal);
    }
    const release = countIn(address);
    let isUpgraded = false;
    socket.once('close', () => {
      if (!isUpgraded) release();
    });
    sockets.handleUpgrade(request, socket, head, (ws) => {
      isUpgraded = true;
      accept(ws, request.headers.origin ?? '', address, release);
    });
  };

  const judge = (request: IncomingMessage, address: string): string | undefined => {
    if ((request.url ?? '').split('?')[0] !== SIGNAL_PATH) return '404 Not Found';
    if (closing) return '503 Service Unavailable';
    const origin = request.headers.origin;
    if (origin === undefined || !config.allowedOrigins.has(origin)) return '403 Forbidden';
    if (sockets.clients.size >= limits.socketsTotal) return '503 Service Unavailable';
    if ((unauthenticated.get(limitKey(address)) ?? 0) >= limits.socketsUnauthenticatedPerAddress)
      return '429 Too Many Requests';
    return undefined;
  };

  /** Counts a socket that has not proven who it is against its address; the returned function ends that, once. */
  const countIn = (address: string): (() => void) => {
    if (isPrivateAddress(address) && !config.limitPrivateAddresses) return () => undefined;
    const key = limitKey(address);
    unauthenticated.set(key, (unauthenticated.get(key) ?? 0) + 1);
    let isCounted = true;
    return () => {
      if (!isCounted) return;
      isCounted = false;
      const left = (unauthenticated.get(key) ?? 1) - 1;
      if (left > 0) unauthenticated.set(key, left);
      else unauthenticated.delete(key);
    };
  };

  const accept = (ws: WebSocket, origin: string, address: string, release: () => void): void => {
    let isAlive = true;
    const cancels = new Set<() => void>();
    const session: SignalSession = createSession({
      deps,
      router,
      origin,
      address,
      logger,
      onAuthenticated: release,
      socket: {
        send: (frame) => ws.send(frame, (error) => error && logger.debug('signal-send-failed', errorFields(error))),
        close: (code, reason) => {
          ws.close(code, reason);
          cancels.add(deps.clock.after(CLOSE_TIMEOUT_MS, () => ws.terminate()));
        },
        bufferedBytes: () => ws.bufferedAmount,
      },
    });
    const beat = (): void => {
      if (!isAlive) return ws.terminate();
      isAlive = false;
      ws.ping();
      cancelBeat = deps.clock.after(limits.pingIntervalMs, beat);
    };
    let cancelBeat = deps.clock.after(limits.pingIntervalMs, beat);
    ws.on('pong', () => (isAlive = true));
    ws.on('message', (data, isBinary) => {
      isAlive = true;
      if (isBinary || !Buffer.isBuffer(data)) session.fail('bad-request');
      else session.receive(data.toString('utf8'));
    });
    // A frame that breaks the protocol or the size limit; ws has closed or will close with the matching code.
    ws.on('error', () => session.ended());
    ws.on('close', () => {
      cancelBeat();
      for (const cancel of cancels) cancel();
      session.ended();
      release();
    });
  };

  let cancelSweep = (): void => undefined;
  const sweep = (): void => {
    router.sweep();
    cancelSweep = deps.clock.after(limits.sweepIntervalMs, sweep);
  };
  cancelSweep = deps.clock.after(limits.sweepIntervalMs, sweep);
  server.on('upgrade', onUpgrade);

  return {
    count: () => sockets.clients.size,
    close: () =>
      (closing ??= (async () => {
        cancelSweep();
        router.shutDown();
        for (const ws of sockets.clients) ws.close(closeCodeOf('shutting-down'), 'shutting-down');
        const cancel = deps.clock.after(limits.shutdownTimeoutMs, () => {
          for (const ws of sockets.clients) ws.terminate();
        });
        await Promise.all(
          [...sockets.clients].map((ws) => new Promise<void>((resolve) => ws.once('close', () => resolve()))),
        );
        cancel();
        server.off('upgrade', onUpgrade);
        await new Promise<void>((resolve) => sockets.close(() => resolve()));
      })()),
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
