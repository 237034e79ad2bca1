/** The WebSocket ends of signaling. The only importer of ws. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { closeCodeOf, type ErrorCode } from '@vicinal/shared/app-error.ts';
import { OPEN_ROOMS_PATH } from '@vicinal/shared/open-rooms.ts';
import { MAX_SIGNAL_BYTES } from '@vicinal/shared/signal/codec.ts';
import type { Deps } from '../deps.ts';
import { clientAddress } from '../http/address.ts';
import { errorFields } from '../log.ts';
import { createAddressCounter } from './address-counter.ts';
import type { SignalRouter } from './router.ts';
import { createSession, type SignalSocket } from './session.ts';
import { createOpenTopics } from './y-webrtc-topics.ts';

export const SIGNAL_PATH = '/signal';
/** How long the other side may take to answer a close. */
const CLOSE_TIMEOUT_MS = 2000;

export interface SignalEndpoint {
  /** Refuses new connections, tells and closes those that stand; resolves when all are gone. Idempotent. */
  close(): Promise<void>;
  /** Open sockets of `/signal`, authenticated or not. */
  count(): number;
  /** Open sockets of open rooms. */
  countOpen(): number;
}

/** What a socket is talked to through. */
interface Connection {
  receive(frame: string): void;
  fail(code: ErrorCode): void;
  ended(): void;
}

/** One path that takes sockets. */
interface Gate {
  readonly sockets: WebSocketServer;
  readonly maxSockets: number;
  readonly maxPerAddress: number;
  readonly addresses: ReturnType<typeof createAddressCounter>;
  admits(origin: string | undefined): boolean;
  /** `release` ends counting against the address, at the latest when the socket closes. */
  connect(socket: SignalSocket, origin: string, address: string, release: () => void): Connection;
}

/** Takes over upgrades of `server`. */
export function attachSignaling(server: Server, deps: Deps, router: SignalRouter): SignalEndpoint {
  const { config, logger } = deps;
  const { limits } = config;
  let closing: Promise<void> | undefined;
  const gates = new Map<string, Gate>([[SIGNAL_PATH, createSignalGate(deps, router)]]);
  if (config.openRooms.size > 0) gates.set(OPEN_ROOMS_PATH, createOpenGate(deps));
  const allSockets = (): WebSocket[] => [...gates.values()].flatMap((gate) => [...gate.sockets.clients]);

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy()); // before ws takes over, a reset would otherwise end the process
    const address = clientAddress(request, config.trustedProxies);
    const gate = gates.get((request.url ?? '').split('?')[0] ?? '');
    const refusal = gate === undefined ? '404 Not Found' : judge(gate, request, address);
    if (gate === undefined || refusal !== undefined) {
      deps.metrics.upgradeRefused(Number.parseInt(refusal ?? '404', 10));
      return refuse(socket, refusal ?? '404 Not Found');
    }
    const release = gate.addresses.add(address);
    let isUpgraded = false;
    socket.once('close', () => {
      if (!isUpgraded) release();
    });
    gate.sockets.handleUpgrade(request, socket, head, (ws) => {
      isUpgraded = true;
      accept(gate, ws, request.headers.origin ?? '', address, release);
    });
  };

  const judge = (gate: Gate, request: IncomingMessage, address: string): string | undefined => {
    if (closing) return '503 Service Unavailable';
    if (!gate.admits(request.headers.origin)) return '403 Forbidden';
    if (gate.sockets.clients.size >= gate.maxSockets) return '503 Service Unavailable';
    if (gate.addresses.of(address) >= gate.maxPerAddress) return '429 Too Many Requests';
    return undefined;
  };

  const accept = (gate: Gate, ws: WebSocket, origin: string, address: string, release: () => void): void => {
    let isAlive = true;
    const cancels = new Set<() => void>();
    const socket: SignalSocket = {
      send: (frame) => ws.send(frame, (error) => error && logger.debug('signal-send-failed', errorFields(error))),
      close: (code, reason) => {
        ws.close(code, reason);
        cancels.add(deps.clock.after(CLOSE_TIMEOUT_MS, () => ws.terminate()));
      },
      bufferedBytes: () => ws.bufferedAmount,
    };
    const connection = gate.connect(socket, origin, address, release);
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
      if (isBinary || !Buffer.isBuffer(data)) connection.fail('bad-request');
      else connection.receive(data.toString('utf8'));
    });
    // A frame that breaks the protocol or the size limit; ws has closed or will close with the matching code.
    ws.on('error', () => connection.ended());
    ws.on('close', () => {
      cancelBeat();
      for (const cancel of cancels) cancel();
      connection.ended();
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
    count: () => gates.get(SIGNAL_PATH)?.sockets.clients.size ?? 0,
    countOpen: () => gates.get(OPEN_ROOMS_PATH)?.sockets.clients.size ?? 0,
    close: () =>
      (closing ??= (async () => {
        cancelSweep();
        router.shutDown();
        for (const ws of allSockets()) ws.close(closeCodeOf('shutting-down'), 'shutting-down');
        const cancel = deps.clock.after(limits.shutdownTimeoutMs, () => {
          for (const ws of allSockets()) ws.terminate();
        });
        await Promise.all(allSockets().map((ws) => new Promise<void>((resolve) => ws.once('close', () => resolve()))));
        cancel();
        server.off('upgrade', onUpgrade);
        for (const { sockets } of gates.values()) await new Promise<void>((resolve) => sockets.close(() => resolve()));
      })()),
  };
}

const createSockets = (): WebSocketServer =>
  new WebSocketServer({ noServer: true, maxPayload: MAX_SIGNAL_BYTES, perMessageDeflate: false, clientTracking: true });

/** Sockets count against their address until they have proven who they are. */
function createSignalGate(deps: Deps, router: SignalRouter): Gate {
  const { config, logger } = deps;
  return {
    sockets: createSockets(),
    maxSockets: config.limits.socketsTotal,
    maxPerAddress: config.limits.socketsUnauthenticatedPerAddress,
    addresses: createAddressCounter(config.limitPrivateAddresses),
    admits: (origin) => origin !== undefined && config.allowedOrigins.has(origin),
    connect: (socket, origin, address, release) =>
      createSession({ deps, router, socket, origin, address, logger, onAuthenticated: release }),
  };
}

/**
 * Browsers say which page asks, and only pages of known origins may. Programs outside a browser send no origin; they could
 * send any, and nothing here depends on who asks: there is no cookie, no account, nothing that a page could misuse.
 */
function createOpenGate({ config, clock, logger }: Deps): Gate {
  const topics = createOpenTopics({ rooms: config.openRooms, limits: config.limits, clock, logger });
  return {
    sockets: createSockets(),
    maxSockets: config.limits.openSocketsTotal,
    maxPerAddress: config.limits.openSocketsPerAddress,
    addresses: createAddressCounter(config.limitPrivateAddresses),
    admits: (origin) =>
      origin === undefined ||
      config.allowedOrigins.has(origin) ||
      config.openRoomOrigins.has(origin) ||
      config.openRoomOrigins.has('*'),
    connect: (socket) => topics.connect(socket),
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
