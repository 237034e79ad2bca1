/**
 * A signaling server in memory that speaks the real messages (signal/up.ts, signal/down.ts): proves devices, keeps rooms,
 * routes signals. For tests of peers; the real server is tested by its own package.
 */
import { closeCodeOf, type ErrorCode } from '../app-error.ts';
import { fromBase64Url, toBase64Url } from '../bytes.ts';
import type { Clock, Random } from '../clock.ts';
import { thumbprint } from '../crypto/device-key.ts';
import type { TicketClaims } from '../crypto/claims.ts';
import type { VerifySignature } from '../crypto/signer.ts';
import { peerIdOf, signalAuthMessage } from '../crypto/transcript.ts';
import type { DeviceId, PeerId, RoomId, UserId, WorkspaceId } from '../ids.ts';
import type { SocketLike, TokenVerifier } from '../mesh/types.ts';
import { PROTOCOL_VERSION } from '../protocol-version.ts';
import type { RoomRole } from '../roles.ts';
import { encodeDown, parseUp } from '../signal/codec.ts';
import type { Down, PeerInfo } from '../signal/down.ts';
import type { SignalData } from '../signal/signal-data.ts';
import type { Up } from '../signal/up.ts';

export interface MemorySignalingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly origin: string;
  readonly tokens: TokenVerifier;
  readonly verifySignature: VerifySignature;
  /** May change or swallow (`undefined`) what is routed: the network in between. */
  readonly tamper?: (data: SignalData, from: PeerId, to: PeerId) => SignalData | undefined;
}

export interface MemorySignaling {
  /** For `MeshOptions.createSocket`. */
  readonly createSocket: () => SocketLike;
  /** Drops every connection and refuses new ones until `start`. */
  stop(): void;
  start(): void;
  revoke(message: { room: RoomId; sub: UserId; device?: DeviceId; accessEpoch: number; role?: RoomRole }): void;
  attend(room: RoomId, workspace: WorkspaceId): void;
  /** Drops one peer's connection, as when its process dies. */
  disconnect(peer: PeerId): void;
  /** Sends any message to one peer, as a hostile server could. */
  inject(to: PeerId, message: Down): void;
  /** Bytes of every frame that passed, both ways. */
  readonly bytes: number;
  readonly connections: number;
  /** Messages received so far, by type; a reauth only when it proves the session's device. */
  readonly received: Readonly<Record<string, number>>;
  /** Signals routed so far, by kind. */
  readonly routed: Readonly<Record<string, number>>;
}

interface Session {
  readonly socket: SocketLike;
  readonly nonce: Uint8Array<ArrayBuffer>;
  peerId: PeerId | undefined;
  jkt: string;
  devicePub: Uint8Array | undefined;
  readonly rooms: Map<RoomId, TicketClaims>;
  chain: Promise<void>;
  isClosed: boolean;
}

export function createMemorySignaling(options: MemorySignalingOptions): MemorySignaling {
  const { clock, random, tokens } = options;
  const sessions = new Set<Session>();
  const routed: Record<string, number> = {};
  const received: Record<string, number> = {};
  const countReceived = (type: string): void => void (received[type] = (received[type] ?? 0) + 1);
  let isUp = true;
  let bytes = 0;

  const deliver = (session: Session, message: Down): void => {
    const frame = encodeDown(message);
    bytes += frame.length;
    clock.after(0, () => {
      if (!session.isClosed) session.socket.onmessage?.({ data: frame });
    });
  };
  const end = (session: Session, code: number, reason: string): void => {
    if (session.isClosed) return;
    session.isClosed = true;
    sessions.delete(session);
    for (const room of session.rooms.keys()) announceLeft(session, room);
    session.rooms.clear();
    clock.after(0, () => session.socket.onclose?.({ code, reason }));
  };
  const refuse = (session: Session, code: ErrorCode): void => {
    deliver(session, { type: 'error', code, fatal: true });
    clock.after(0, () => end(session, closeCodeOf(code), code));
  };
  const inRoom = (room: RoomId, except?: Session): Session[] =>
    [...sessions].filter((session) => session !== except && session.rooms.has(room));
  const infoOf = (session: Session, room: RoomId): PeerInfo[] =>
    session.peerId ? [{ peerId: session.peerId, archiver: session.rooms.get(room)?.role === 'archiver' }] : [];
  const announceLeft = (session: Session, room: RoomId): void => {
    if (!session.peerId) return;
    for (const other of inRoom(room, session)) deliver(other, { type: 'peer-left', room, peerId: session.peerId });
  };

  const hello = async (session: Session, message: Extract<Up, { type: 'hello' }>): Promise<void> => {
    const devicePub = fromBase64Url(message.devicePub);
    const tabNonce = fromBase64Url(message.tabNonce);
    const sig = fromBase64Url(message.sig);
    const claims = await tokens.verifyPeerToken(message.token);
    if (!devicePub || !tabNonce || !sig || !claims.ok) return refuse(session, 'unauthenticated');
    const isProven = await options.verifySignature(
      devicePub,
      sig,
      signalAuthMessage(options.origin, session.nonce, message.token),
    );
    if (!isProven || claims.value.cnf.jkt !== thumbprint(devicePub)) return refuse(session, 'bad-signature');
    session.peerId = peerIdOf(devicePub, tabNonce);
    session.jkt = claims.value.cnf.jkt;
    session.devicePub = devicePub;
    deliver(session, {
      type: 'welcome',
      version: PROTOCOL_VERSION,
      peerId: session.peerId,
      now: clock.now(),
      pingIntervalMs: 30_000,
    });
  };
  const join = async (session: Session, room: RoomId, ticket: string): Promise<void> => {
    const claims = await tokens.verifyTicket(ticket, { graceAllowed: false });
    const isValid = claims.ok && claims.value.cnf.jkt === session.jkt && [room, '*'].includes(claims.value.room);
    if (!isValid)
      return deliver(session, { type: 'error', code: claims.ok ? 'forbidden' : claims.error.code, room, fatal: false });
    const isNew = !session.rooms.has(room);
    session.rooms.set(room, claims.value);
    if (!isNew) return;
    const others = inRoom(room, session);
    deliver(session, { type: 'roster', room, peers: others.flatMap((other) => infoOf(other, room)) });
    for (const peer of infoOf(session, room))
      for (const other of others) deliver(other, { type: 'peer-joined', room, peer });
  };
  const route = (session: Session, message: Extract<Up, { type: 'signal' }>): void => {
    const from = session.peerId;
    const target = [...sessions].find(
      (other) => other.peerId === message.to && [...other.rooms.keys()].some((room) => session.rooms.has(room)),
    );
    if (!from || !target) return deliver(session, { type: 'error', code: 'unknown-peer', fatal: false });
    const data = options.tamper ? options.tamper(message.data, from, message.to) : message.data;
    routed[message.data.kind] = (routed[message.data.kind] ?? 0) + 1;
    if (data) deliver(target, { type: 'signal', from, session: message.session, data });
  };

  const receive = async (session: Session, frame: string): Promise<void> => {
    if (session.isClosed) return;
    const parsed = parseUp(frame);
    if (!parsed.ok) return refuse(session, 'bad-request');
    const message = parsed.value;
    if (message.type !== 'reauth') countReceived(message.type);
    if (message.type === 'hello') return hello(session, message);
    if (!session.peerId) return refuse(session, 'unauthenticated');
    switch (message.type) {
      case 'join':
        return join(session, message.room, message.ticket);
      case 'leave':
        if (session.rooms.delete(message.room)) announceLeft(session, message.room);
        return;
      case 'signal':
        return route(session, message);
      case 'ping':
        return deliver(session, { type: 'pong', now: clock.now() });
      case 'reauth': {
        const claims = await tokens.verifyPeerToken(message.token);
        const sig = fromBase64Url(message.sig);
        const signed = signalAuthMessage(options.origin, session.nonce, message.token);
        const isProven = sig && session.devicePub && (await options.verifySignature(session.devicePub, sig, signed));
        if (!isProven || !claims.ok || claims.value.cnf.jkt !== session.jkt) return refuse(session, 'bad-signature');
        return countReceived('reauth');
      }
    }
  };

  const createSocket = (): SocketLike => {
    const socket: SocketLike = {
      send: (data) => {
        bytes += data.length;
        session.chain = session.chain.then(() => receive(session, data));
      },
      close: () => {
        clock.after(0, () => end(session, 1000, ''));
      },
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      bufferedAmount: 0,
    };
    const session: Session = {
      socket,
      nonce: random.bytes(32),
      peerId: undefined,
      jkt: '',
      devicePub: undefined,
      rooms: new Map(),
      chain: Promise.resolve(),
      isClosed: false,
    };
    clock.after(0, () => {
      if (!isUp) return socket.onclose?.({ code: 1006, reason: 'unreachable' });
      sessions.add(session);
      socket.onopen?.();
      deliver(session, { type: 'challenge', nonce: toBase64Url(session.nonce) });
    });
    return socket;
  };

  return {
    createSocket,
    stop: () => {
      isUp = false;
      for (const session of [...sessions]) end(session, 1006, 'killed');
    },
    start: () => {
      isUp = true;
    },
    revoke: (message) => {
      for (const session of sessions)
        if (session.rooms.has(message.room)) deliver(session, { type: 'revoke', ...message });
    },
    attend: (room, workspace) => {
      for (const session of sessions) deliver(session, { type: 'attend', room, workspace });
    },
    disconnect: (peer) => {
      for (const session of [...sessions]) if (session.peerId === peer) end(session, 1006, 'killed');
    },
    inject: (to, message) => {
      for (const session of sessions) if (session.peerId === to) deliver(session, message);
    },
    get bytes() {
      return bytes;
    },
    get connections() {
      return sessions.size;
    },
    received,
    routed,
  };
}
