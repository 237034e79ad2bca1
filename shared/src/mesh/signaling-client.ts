/**
 * The peer's side of signaling (protocol.md 2): proves the device, joins rooms, learns rosters, carries signals. Reconnects
 * with full jitter and a fresh token. Losing it never touches links.
 */
import { errorOfCloseCode, isErrorCode, type ErrorCode } from '../app-error.ts';
import { fromBase64Url, toBase64Url, type Bytes } from '../bytes.ts';
import { signalAuthMessage } from '../crypto/transcript.ts';
import type { PeerId, RoomId } from '../ids.ts';
import { SUPPORTED_VERSIONS } from '../protocol-version.ts';
import { encodeUp, parseDown } from '../signal/codec.ts';
import type { Down } from '../signal/down.ts';
import type { SignalData } from '../signal/signal-data.ts';
import type { Up } from '../signal/up.ts';
import type { MeshLimits, MeshOptions, SignalingState, SocketLike } from './types.ts';

export interface SignalingEvents {
  /** HELLO is sent: JOINs may follow it at once, for the server takes messages in order. */
  greeted(): void;
  /** Welcome arrived: join what was not joined meanwhile. */
  opened(): void;
  /** Every change of state. */
  changed(): void;
  message(message: Down): void;
  count(name: string): void;
}

export interface SignalingClientOptions {
  readonly mesh: Pick<
    MeshOptions,
    'signalUrl' | 'origin' | 'createSocket' | 'signer' | 'credentials' | 'clock' | 'random' | 'logger'
  >;
  readonly limits: MeshLimits;
  readonly tabNonce: Bytes;
  readonly events: SignalingEvents;
}

export interface SignalingClient {
  readonly state: SignalingState;
  start(): void;
  /** Sends nothing when this connection was told so already. False when it is down. */
  join(room: RoomId, ticket: string): boolean;
  leave(room: RoomId): void;
  /** False when it is down. */
  signal(to: PeerId, session: string, data: SignalData): boolean;
  reauth(token: string): Promise<void>;
  /** Tries again at once when down; checks the connection when open. */
  wake(): void;
  /** Idempotent. */
  close(): void;
}

const MIN_BACKOFF_MS = 500;
/** From opening the socket to welcome. */
const OPENING_TIMEOUT_MS = 10_000;

export function createSignalingClient(options: SignalingClientOptions): SignalingClient {
  const { mesh, limits, events } = options;
  const { clock, random, signer, logger } = mesh;
  let state: SignalingState = { kind: 'connecting' };
  let socket: SocketLike | undefined;
  let nonce: Bytes | undefined;
  let hasGreeted = false;
  /** Tickets by which rooms were joined on this connection. */
  const joined = new Map<RoomId, string>();
  let failures = 0;
  let attemptedAt = 0;
  let isStopped = false;
  let cancelRetry: (() => void) | undefined;
  let cancelOpening: (() => void) | undefined;
  let cancelPing: (() => void) | undefined;
  let cancelPong: (() => void) | undefined;
  let pingIntervalMs = 30_000;

  const setState = (next: SignalingState): void => {
    state = next;
    events.changed();
  };
  const cancelTimers = (): void => {
    for (const cancel of [cancelRetry, cancelOpening, cancelPing, cancelPong]) cancel?.();
    cancelRetry = cancelOpening = cancelPing = cancelPong = undefined;
  };
  const send = (message: Up): boolean => {
    const mayGo =
      state.kind === 'open' ||
      message.type === 'hello' ||
      (hasGreeted && (message.type === 'join' || message.type === 'leave'));
    if (!socket || !mayGo) return false;
    socket.send(encodeUp(message));
    return true;
  };

  const drop = (code: ErrorCode | undefined): void => {
    const dropped = socket;
    socket = undefined;
    nonce = undefined;
    hasGreeted = false;
    joined.clear();
    cancelTimers();
    if (dropped) {
      dropped.onopen = dropped.onmessage = dropped.onclose = dropped.onerror = null;
      dropped.close(1000);
    }
    if (isStopped) return;
    failures += 1;
    const ceiling = Math.min(limits.reconnectMaxMs, MIN_BACKOFF_MS * 2 ** Math.min(failures, 16));
    const retryInMs = Math.round(random.fraction() * ceiling);
    logger.info('signaling-down', { code, retryInMs });
    cancelRetry = clock.after(retryInMs, connect);
    setState({ kind: 'down', retryInMs, ...(code ? { code } : {}) });
  };

  const connect = (): void => {
    cancelTimers();
    if (isStopped) return;
    attemptedAt = clock.monotonic();
    setState({ kind: 'connecting' });
    let opened: SocketLike;
    try {
      opened = mesh.createSocket(mesh.signalUrl());
    } catch {
      drop('network'); // a URL the platform refuses, or no network at all
      return;
    }
    socket = opened;
    cancelOpening = clock.after(OPENING_TIMEOUT_MS, () => drop('challenge-timeout'));
    opened.onmessage = (event) => {
      if (socket === opened && typeof event.data === 'string') void receive(opened, event.data);
    };
    opened.onclose = (event) => {
      if (socket === opened) drop(errorOfCloseCode(event.code) ?? 'network');
    };
    opened.onerror = () => {
      if (socket === opened) drop('network');
    };
  };

  const authenticate = async (from: SocketLike, encodedNonce: string): Promise<void> => {
    const challenge = fromBase64Url(encodedNonce);
    if (!challenge || nonce) return drop('bad-request');
    nonce = challenge;
    const token = await mesh.credentials.peerToken();
    if (socket !== from) return;
    if (!token.ok) return drop(token.error.code);
    const sig = await signer.sign(signalAuthMessage(mesh.origin, challenge, token.value));
    if (socket !== from) return;
    send({
      type: 'hello',
      versions: [...SUPPORTED_VERSIONS],
      token: token.value,
      devicePub: toBase64Url(signer.publicKey),
      tabNonce: toBase64Url(options.tabNonce),
      sig: toBase64Url(sig),
    });
    hasGreeted = true;
    events.greeted();
  };

  const ping = (): void => {
    cancelPing = clock.after(pingIntervalMs, ping);
    send({ type: 'ping' });
    cancelPong ??= clock.after(pingIntervalMs, () => drop('idle'));
  };

  const receive = async (from: SocketLike, frame: string): Promise<void> => {
    cancelPong?.();
    cancelPong = undefined;
    const parsed = parseDown(frame);
    if (!parsed.ok) return events.count('signaling-malformed');
    const message = parsed.value;
    if (message.type === 'challenge') return authenticate(from, message.nonce);
    if (message.type === 'error' && message.fatal) return drop(isErrorCode(message.code) ? message.code : 'internal');
    if (message.type === 'welcome') {
      if (state.kind === 'open') return;
      cancelOpening?.();
      failures = 0;
      pingIntervalMs = message.pingIntervalMs;
      cancelPing = clock.after(pingIntervalMs, ping);
      setState({ kind: 'open' });
      return events.opened();
    }
    if (state.kind === 'open') events.message(message);
  };

  return {
    get state() {
      return state;
    },
    start: connect,
    join: (room, ticket) => {
      if (joined.get(room) === ticket) return true;
      const isSent = send({ type: 'join', room, ticket, attend: true });
      if (isSent) joined.set(room, ticket);
      return isSent;
    },
    leave: (room) => {
      joined.delete(room);
      send({ type: 'leave', room });
    },
    signal: (to, session, data) => send({ type: 'signal', to, session, data }),
    reauth: async (token) => {
      if (!nonce || state.kind !== 'open') return;
      const sig = await signer.sign(signalAuthMessage(mesh.origin, nonce, token));
      send({ type: 'reauth', token, sig: toBase64Url(sig) });
    },
    wake: () => {
      if (state.kind === 'down') connect();
      else if (state.kind === 'connecting' && clock.monotonic() - attemptedAt > limits.wakeTimeoutMs) {
        // an attempt that began before the network was there may hang for long
        drop('network');
        connect();
      } else if (state.kind === 'open') {
        send({ type: 'ping' });
        cancelPong?.();
        cancelPong = clock.after(limits.wakeTimeoutMs, () => {
          drop('idle');
          connect();
        });
      }
    },
    close: () => {
      if (isStopped) return;
      isStopped = true;
      drop(undefined);
      setState({ kind: 'stopped' });
    },
  };
}
