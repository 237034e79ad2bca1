/** One signaling connection: challenge, hello, then requests one after the other (protocol.md 2). */
import { AppError, closeCodeOf, isErrorCode, type ErrorCode } from '@vicinal/shared/app-error.ts';
import { fromBase64Url, toBase64Url, type Bytes } from '@vicinal/shared/bytes.ts';
import { thumbprint, verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import { peerIdOf, signalAuthMessage } from '@vicinal/shared/crypto/transcript.ts';
import type { DeviceId, PeerId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { commonVersion } from '@vicinal/shared/protocol-version.ts';
import { parseUp, encodeDown } from '@vicinal/shared/signal/codec.ts';
import type { Down } from '@vicinal/shared/signal/down.ts';
import type { Up } from '@vicinal/shared/signal/up.ts';
import type { Deps } from '../deps.ts';
import { errorFields } from '../log.ts';
import type { SignalRouter } from './router.ts';
import { createTokenBucket } from './token-bucket.ts';

/** What a session needs of its socket. */
export interface SignalSocket {
  send(frame: string): void;
  /** Starts the closing handshake; the socket ends soon, whatever the other side does. */
  close(code: number, reason: string): void;
  bufferedBytes(): number;
}

/** Who is at the other end, proven by hello. */
export interface Identity {
  readonly peerId: PeerId;
  readonly device: DeviceId;
  readonly sub: UserId;
  readonly issuer: string;
  readonly publicKey: Bytes;
  readonly version: number;
  /** Workspaces in which this device is an enrolled archiver; undefined for people's devices. */
  readonly archiverOf: ReadonlySet<WorkspaceId> | undefined;
}

export type SessionState =
  | { readonly kind: 'challenged' }
  /** `expiresAt`: ms since the epoch at which the peer token ends. */
  | { readonly kind: 'ready'; readonly identity: Identity; readonly expiresAt: number }
  | { readonly kind: 'closed' };

export interface SignalSession {
  readonly state: SessionState;
  readonly address: string;
  /** A text frame arrived. Frames are handled in order. */
  receive(frame: string): void;
  send(message: Down): void;
  /** Sends a fatal error and closes. Idempotent. */
  fail(code: ErrorCode): void;
  /** The socket is gone. Idempotent. */
  ended(): void;
  /** ms on the monotonic clock since the last frame. */
  idleMs(): number;
}

export interface SessionOptions {
  readonly deps: Deps;
  readonly router: SignalRouter;
  readonly socket: SignalSocket;
  /** Of the upgrade request; hello's signature binds it. */
  readonly origin: string;
  readonly address: string;
  readonly logger: Logger;
  /** Called once when hello succeeded or the session ended before. */
  readonly onAuthenticated: () => void;
}

/** Sends the challenge at once. */
export function createSession(options: SessionOptions): SignalSession {
  const { deps, router, socket, origin, logger } = options;
  const { limits } = deps.config;
  const nonce = deps.random.bytes(32);
  const messages = createTokenBucket(limits.messagesPerSecond, limits.messagesBurst, deps.clock.monotonic);
  const bytes = createTokenBucket(limits.bytesPerSecond, limits.bytesBurst, deps.clock.monotonic);
  const joins = createTokenBucket(limits.joinsPerSecond, limits.joinsBurst, deps.clock.monotonic);
  let state: SessionState = { kind: 'challenged' };
  let lastFrameAt = deps.clock.monotonic();
  let tail: Promise<void> = Promise.resolve();

  const send = (message: Down): void => {
    if (state.kind === 'closed') return;
    socket.send(encodeDown(message));
    deps.metrics.signalSent(message.type);
    if (message.type === 'error' && isErrorCode(message.code)) deps.metrics.signalRefused(message.code);
    if (socket.bufferedBytes() > limits.outboundBufferBytes) fail('slow-consumer');
  };
  const end = (): void => {
    if (state.kind === 'closed') return;
    cancelHello();
    const before = state;
    state = { kind: 'closed' };
    if (before.kind === 'ready') router.ended(session);
    else options.onAuthenticated();
  };
  const fail = (code: ErrorCode): void => {
    if (state.kind === 'closed') return;
    logger.info('signal-closed', { code, peer: state.kind === 'ready' ? state.identity.peerId : undefined });
    deps.metrics.signalRefused(code);
    // A slow consumer would not read it.
    if (code !== 'slow-consumer') socket.send(encodeDown({ type: 'error', code, fatal: true }));
    socket.close(closeCodeOf(code), code);
    end();
  };

  const handle = async (frame: string): Promise<void> => {
    if (state.kind === 'closed') return;
    const parsed = parseUp(frame);
    if (!parsed.ok) throw parsed.error;
    const message = parsed.value;
    deps.metrics.signalReceived(message.type);
    if (state.kind === 'challenged') {
      if (message.type !== 'hello') throw new AppError('unauthenticated', 'before hello');
      await hello(message);
    } else {
      await request(message, state);
    }
  };

  const proveToken = async (token: string, publicKey: Uint8Array, sig: string) => {
    const claims = await deps.tokens.verifyPeerToken(token);
    if (!claims.ok) throw claims.error;
    if (claims.value.cnf.jkt !== thumbprint(publicKey)) throw new AppError('bad-signature', 'token of another key');
    const signature = fromBase64Url(sig);
    const holds =
      signature !== undefined && (await verifySignature(publicKey, signature, signalAuthMessage(origin, nonce, token)));
    if (!holds) throw new AppError('bad-signature');
    return claims.value;
  };

  const hello = async (message: Extract<Up, { type: 'hello' }>): Promise<void> => {
    const version = commonVersion(message.versions);
    if (version === undefined) throw new AppError('unsupported-version');
    const publicKey = fromBase64Url(message.devicePub);
    const tabNonce = fromBase64Url(message.tabNonce);
    if (publicKey?.length !== 32 || tabNonce?.length !== 16) throw new AppError('bad-request', 'key or nonce');
    const claims = await proveToken(message.token, publicKey, message.sig);
    const device = claims.cnf.jkt;
    const archiverOf = await router.admit(claims.sub, device);
    if (session.state.kind !== 'challenged') return;
    const peerId = peerIdOf(publicKey, tabNonce);
    state = {
      kind: 'ready',
      identity: { peerId, device, sub: claims.sub, issuer: claims.iss, publicKey, version, archiverOf },
      expiresAt: claims.exp * 1000,
    };
    cancelHello();
    options.onAuthenticated();
    send({ type: 'welcome', version, peerId, now: deps.clock.now(), pingIntervalMs: limits.pingIntervalMs });
    router.ready(session, state.identity);
  };

  const request = async (message: Up, { identity }: Extract<SessionState, { kind: 'ready' }>): Promise<void> => {
    switch (message.type) {
      case 'hello':
        throw new AppError('bad-request', 'second hello');
      case 'reauth': {
        const claims = await proveToken(message.token, identity.publicKey, message.sig);
        if (claims.sub !== identity.sub) throw new AppError('bad-signature', 'token of another user');
        if (session.state.kind === 'ready') state = { kind: 'ready', identity, expiresAt: claims.exp * 1000 };
        return;
      }
      case 'join':
        if (!joins.take(1)) throw new AppError('rate-limited', 'joins');
        return await router.join(session, identity, message);
      case 'leave':
        return router.leave(identity.peerId, message.room);
      case 'signal':
        return router.signal(session, identity.peerId, message);
      case 'ping':
        return send({ type: 'pong', now: deps.clock.now() });
    }
  };

  const session: SignalSession = {
    get state() {
      return state;
    },
    address: options.address,
    receive: (frame) => {
      if (state.kind === 'closed') return;
      lastFrameAt = deps.clock.monotonic();
      if (!messages.take(1) || !bytes.take(frame.length)) return fail('rate-limited');
      tail = tail
        .then(() => handle(frame))
        .catch((error: unknown) => {
          if (!(error instanceof AppError)) logger.error('signal-failed', errorFields(error));
          fail(error instanceof AppError ? error.code : 'internal');
        });
    },
    send,
    fail,
    ended: end,
    idleMs: () => deps.clock.monotonic() - lastFrameAt,
  };
  const cancelHello = deps.clock.after(limits.helloTimeoutMs, () => fail('challenge-timeout'));
  send({ type: 'challenge', nonce: toBase64Url(nonce) });
  return session;
}

/** A refusal that concerns one room and leaves the connection open. */
export const refuseRoom = (session: SignalSession, code: ErrorCode, room: RoomId): void =>
  session.send({ type: 'error', code, room, fatal: false });
