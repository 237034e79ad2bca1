/**
 * One authenticated connection to one peer: a transport, the handshake over it, frames and priorities, heartbeats, and
 * recovery of a lost path. Carries rooms (`rooms-on-link.ts`) without knowing them.
 */
import { AppError, isErrorCode, type ErrorCode } from '../app-error.ts';
import { utf8, fromUtf8, type Bytes } from '../bytes.ts';
import type { PeerId } from '../ids.ts';
import { signalDataSchema, type SignalData } from '../signal/signal-data.ts';
import { createReassembler, decodeFrame, type Message, type ReassemblyBudget } from './frame.ts';
import { createHandshake, type Handshake, type LinkIdentity } from './handshake.ts';
import { createHeartbeat } from './heartbeat.ts';
import { iceServersOf } from './ice-servers.ts';
import { MESSAGE, decodeText, encodeText } from './messages.ts';
import { createRecovery } from './recovery.ts';
import { createSendQueue, type SendQueue } from './send-queue.ts';
import { CHANNELS, type ChannelName, type LinkPath, type Transport, type TransportFactory } from './transport.ts';
import type { MeshLimits, MeshOptions } from './types.ts';

/** Bytes of control messages that may wait for the handshake's signatures. */
const MAX_WAITING_BYTES = 64 * 1024;

export interface SecureLinkEvents {
  /** Once, before `ready`: the other end is who it says, and was told so. What is sent from now on it reads after that. */
  proven(link: SecureLink, identity: LinkIdentity): void;
  ready(link: SecureLink, identity: LinkIdentity): void;
  /** Of a room's stream; control messages wait for what the one before returned. */
  message(link: SecureLink, channel: ChannelName, message: Message): void | Promise<void>;
  /** `path` changed after `ready`. */
  rerouted(link: SecureLink): void;
  /** Once, whatever ended it. */
  closed(link: SecureLink, code: ErrorCode, detail: string): void;
  /** A dial found no address of this end in time: TURN refuses or is away, or there is no network. */
  addressless(): void;
  count(name: string): void;
}

export interface SecureLinkOptions {
  readonly mesh: Pick<
    MeshOptions,
    'webrtc' | 'ice' | 'signer' | 'verifySignature' | 'tokens' | 'credentials' | 'clock' | 'random'
  >;
  readonly limits: MeshLimits;
  readonly createTransport: TransportFactory;
  readonly newConnection?: ((config: RTCConfiguration) => RTCPeerConnection) | undefined;
  readonly budget: ReassemblyBudget;
  readonly tabNonce: Bytes;
  readonly peerId: PeerId;
  readonly isInitiator: boolean;
  /** Dial session; every signal carries it. */
  readonly session: string;
  /** Sends through signaling; false when it is down. */
  readonly signalThroughServer: (data: SignalData) => boolean;
  readonly events: SecureLinkEvents;
}

export interface SecureLink {
  readonly peerId: PeerId;
  readonly session: string;
  readonly isInitiator: boolean;
  readonly state: 'connecting' | 'ready' | 'closed';
  /** Set from READY on. */
  readonly identity: LinkIdentity | undefined;
  readonly queue: SendQueue;
  readonly rttMs: number | undefined;
  readonly path: LinkPath;
  readonly transport: Transport;
  /** A signal of the other end that came through signaling. */
  signal(data: SignalData): void;
  send(channel: ChannelName, type: number, stream: number, payload: Bytes): void;
  /** Negotiates a new path. Resolves once it carries an answer, rejects with 'network' after the restart budget. */
  restart(): Promise<void>;
  reauth(token: string): Promise<void>;
  /** Credentials of TURN servers were renewed: a new path of this link is negotiated with them. */
  renewIceServers(): void;
  /** Checks the path now. */
  wake(): void;
  /** Signaling is back: a path that was lost meanwhile is dialled anew, for its negotiation went nowhere. */
  signalingReturned(): void;
  /** Signaling says that the peer left: ends the link unless something is heard soon. */
  doubt(): void;
  /** Idempotent. */
  close(code: ErrorCode, detail?: string): void;
}

/** Ends a negotiation: whoever sends or accepts it has the new path's credentials. */
const isAnswer = (data: SignalData): boolean => data.kind === 'description' && data.description.type === 'answer';

export function createSecureLink(options: SecureLinkOptions): SecureLink {
  const { limits, events, mesh } = options;
  const { clock } = mesh;
  let state: SecureLink['state'] = 'connecting';
  let identity: LinkIdentity | undefined;
  let handshake: Handshake | undefined;
  let path: LinkPath = 'unknown';
  let route: 'server' | 'control' = 'server';
  let waitingBytes = 0;
  let startInbox: () => void = () => undefined;
  /** The other end may have its channels open, and say HELLO, a little before this one has. */
  let inbox = new Promise<void>((resolve) => {
    startInbox = resolve;
  });
  const reassemblers = new Map(
    CHANNELS.map((name) => [name, createReassembler(options.budget, limits.reassemblyBeforeReadyBytes)]),
  );

  const close = (code: ErrorCode, detail = ''): void => {
    if (state === 'closed') return;
    if (state === 'ready')
      queue.send('control', { type: MESSAGE.bye, stream: 0, isIgnorable: true, payload: encodeText(code) });
    state = 'closed';
    cancelDialTimeout();
    cancelAddressTimeout();
    cancelHandshakeTimeout();
    cancelDoubt();
    cancelWake();
    heartbeat.close();
    recovery.close();
    queue.close();
    for (const reassembler of reassemblers.values()) reassembler.close();
    transport.close();
    events.closed(link, code, detail);
  };
  const violate = (name: string, error: AppError): void => {
    events.count(name);
    close(error.code, error.message);
  };

  /** Negotiation travels over the link itself while its path works, so that it needs no signaling. */
  const sendSignal = (data: SignalData): void => {
    if (state === 'closed') return;
    const isSent = (state !== 'ready' || route === 'server') && options.signalThroughServer(data);
    if (!isSent && state === 'ready') link.send('control', MESSAGE.signal, 0, utf8(JSON.stringify(data)));
    if (isAnswer(data) && state === 'ready') recovery.negotiated();
  };

  const receiveSignal = (data: SignalData, from: 'server' | 'control'): void => {
    if (state === 'closed') return;
    if (data.kind === 'hang-up') {
      // of a path that works nobody but the link itself may dispose
      if (state === 'connecting' || recovery.isLost) close('network', 'hung up');
      return;
    }
    if (data.kind === 'dial-request') {
      if (state === 'ready' && options.isInitiator) recovery.negotiate();
      return;
    }
    if (data.kind === 'description') route = from;
    if (!transport.signal(data)) {
      events.count('signal-refused');
      return;
    }
    if (isAnswer(data) && state === 'ready') recovery.negotiated();
  };

  let isToldAddressless = false;
  const tellAddressless = (): void => {
    if (isToldAddressless || state !== 'connecting' || transport.hasAddress()) return;
    isToldAddressless = true;
    events.count('dial-without-address');
    events.addressless();
  };

  const startHandshake = (): void => {
    const localFingerprint = transport.localFingerprint();
    const remoteFingerprint = transport.remoteFingerprint();
    if (!localFingerprint || !remoteFingerprint || transport.remoteCertificateMatches() === false) {
      violate('fingerprint-mismatch', new AppError('unauthenticated', 'certificate and description differ'));
      return;
    }
    cancelHandshakeTimeout = clock.after(limits.handshakeTimeoutMs, () => close('challenge-timeout', 'handshake'));
    handshake = createHandshake({
      ...mesh,
      localFingerprint,
      remoteFingerprint,
      peerToken: () => mesh.credentials.peerToken(),
      tabNonce: options.tabNonce,
      expected: options.peerId,
      send: (type, payload) => link.send('control', type, 0, payload),
    });
    const started = handshake.start();
    if (!started.ok) violate('handshake-failed', started.error);
    else startInbox();
  };

  const becomeReady = (proven: LinkIdentity): void => {
    identity = proven;
    state = 'ready';
    cancelDialTimeout();
    cancelHandshakeTimeout();
    for (const reassembler of reassemblers.values()) reassembler.setLimit(limits.maxMessageBytes);
    transport.ready();
    heartbeat.start();
    readPath();
    events.ready(link, proven);
  };
  /** What the platform says when the link is ready may come too early: it is asked again until it knows. */
  const readPath = (): void =>
    void transport.path().then((value) => {
      if (state !== 'ready' || value === path || value === 'unknown') return;
      path = value;
      events.rerouted(link);
    });

  const receiveControl = async (message: Message): Promise<void> => {
    waitingBytes -= message.payload.length;
    if (state === 'connecting') {
      if (!handshake) return violate('data-before-ready', new AppError('bad-request', 'message before the handshake'));
      const { proven } = handshake;
      const result = await handshake.receive(message);
      if (link.state === 'closed') return;
      if (!result.ok) violate('handshake-failed', result.error);
      else if (result.value) becomeReady(result.value);
      else if (!proven && handshake.proven) events.proven(link, handshake.proven);
      return;
    }
    if (state === 'ready') await receiveReady(message);
  };

  const receiveReady = async (message: Message): Promise<void> => {
    if (message.stream !== 0) return events.message(link, 'control', message);
    switch (message.type) {
      case MESSAGE.ping:
        return link.send('control', MESSAGE.pong, 0, message.payload);
      case MESSAGE.pong:
        heartbeat.pong(message.payload);
        if (path === 'unknown') readPath();
        return recovery.heard();
      case MESSAGE.bye: {
        const code = decodeText(message.payload);
        return close(code.ok && isErrorCode(code.value) ? code.value : 'network', 'said goodbye');
      }
      case MESSAGE.signal:
        return receiveSignalMessage(message.payload);
      case MESSAGE.restartRequest:
        return recovery.negotiate();
      case MESSAGE.reauth: {
        const result = await handshake?.receiveReauth(message.payload);
        if (result && !result.ok && result.error.code !== 'not-ready') violate('reauth-failed', result.error);
        return;
      }
      default:
        if (message.isIgnorable) return events.count('message-ignored');
        return violate('message-unknown', new AppError('unsupported-version', 'unknown message'));
    }
  };

  const receiveSignalMessage = (payload: Bytes): void => {
    try {
      const parsed = signalDataSchema.safeParse(JSON.parse(fromUtf8(payload)));
      if (parsed.success) receiveSignal(parsed.data, 'control');
      else events.count('signal-malformed');
    } catch {
      events.count('signal-malformed'); // not UTF-8 or not JSON
    }
  };

  const receiveBytes = (channel: ChannelName, bytes: Bytes): void => {
    if (state === 'closed') return;
    const frame = decodeFrame(bytes, limits.maxFrameBytes);
    if (!frame.ok) return violate('frame-malformed', frame.error);
    if (channel !== 'control' && state !== 'ready') {
      return violate('data-before-ready', new AppError('bad-request', 'data before READY'));
    }
    const reassembler = reassemblers.get(channel);
    const joined = channel === 'presence' && frame.value.hasMore ? undefined : reassembler?.push(frame.value);
    if (!joined) return violate('frame-malformed', new AppError('bad-request', 'fragment on the presence channel'));
    if (!joined.ok) return violate('message-too-large', joined.error);
    heartbeat.heard();
    const message = joined.value;
    if (!message) return;
    if (channel !== 'control') return void events.message(link, channel, message);
    waitingBytes += message.payload.length;
    if (state !== 'ready' && waitingBytes > MAX_WAITING_BYTES) {
      return violate('message-too-large', new AppError('too-large', 'before READY'));
    }
    inbox = inbox
      .then(() => receiveControl(message))
      .catch((error: unknown) => violate('internal', new AppError('internal', String(error))));
  };

  const transport = options.createTransport({
    isInitiator: options.isInitiator,
    webrtc: mesh.webrtc,
    ...(options.newConnection === undefined ? {} : { newConnection: options.newConnection }),
    iceServers: iceServersOf(mesh.ice()),
    isRelayOnly: mesh.ice().isRelayOnly ?? false,
    limits,
    clock,
    events: {
      signal: sendSignal,
      open: startHandshake,
      message: receiveBytes,
      writable: () => queue.pump(),
      path: (value) => {
        if (value === 'closed') close('network', 'connection closed');
        else if (state === 'ready') recovery.path(value);
      },
      rerouted: readPath,
      addressless: () => {
        if (state !== 'connecting') return;
        tellAddressless();
        close('network', 'no address of its own');
      },
    },
  });
  const queue = createSendQueue(transport, limits);
  const heartbeat = createHeartbeat({
    limits,
    clock,
    ping: (payload) => link.send('control', MESSAGE.ping, 0, payload),
    silent: () => recovery.lost(),
  });
  const recovery = createRecovery({
    limits,
    clock,
    isInitiator: options.isInitiator,
    lastHeardMs: () => heartbeat.sinceHeardMs(),
    setRoute: (value) => {
      route = value;
    },
    negotiate: () => {
      link.renewIceServers();
      transport.restart();
    },
    requestNegotiation: () => {
      link.send('control', MESSAGE.restartRequest, 0, new Uint8Array(0));
      if (recovery.isLost) options.signalThroughServer({ kind: 'dial-request' });
    },
    probe: () => heartbeat.probe(),
    giveUp: () => close('network', 'path lost'),
    recovered: () => {
      events.count('path-recovered');
      readPath();
    },
  });
  const cancelDialTimeout = clock.after(limits.dialTimeoutMs, () => close('network', 'dial timeout'));
  const cancelAddressTimeout = clock.after(limits.addressTimeoutMs, tellAddressless);
  let cancelHandshakeTimeout: () => void = () => undefined;
  let cancelDoubt: () => void = () => undefined;
  let cancelWake: () => void = () => undefined;

  const link: SecureLink = {
    peerId: options.peerId,
    session: options.session,
    isInitiator: options.isInitiator,
    get state() {
      return state;
    },
    get identity() {
      return identity;
    },
    queue,
    get rttMs() {
      return heartbeat.rttMs;
    },
    get path() {
      return path;
    },
    transport,
    signal: (data) => receiveSignal(data, 'server'),
    send: (channel, type, stream, payload) => queue.send(channel, { type, stream, isIgnorable: false, payload }),
    restart: () =>
      state === 'ready' ? recovery.restart() : Promise.reject(new AppError('network', 'link is not ready')),
    reauth: async (token) => handshake?.reauth(token),
    renewIceServers: () => {
      if (state === 'ready') transport.setIceServers(iceServersOf(mesh.ice()));
    },
    wake: () => {
      if (state !== 'ready') return;
      // the other end gave up long ago: there is nothing to repair
      if (heartbeat.sinceHeardMs() > limits.heartbeatTimeoutMs + limits.iceRestartBudgetMs)
        return close('network', 'silent for too long');
      heartbeat.probe();
      cancelWake();
      cancelWake = clock.after(limits.wakeTimeoutMs, () => {
        if (heartbeat.sinceHeardMs() >= limits.wakeTimeoutMs) recovery.lost();
      });
    },
    signalingReturned: () => {
      if (state === 'ready' && recovery.isLost) close('network', 'path lost while signaling was away');
    },
    doubt: () => {
      if (state !== 'ready') return;
      heartbeat.probe();
      cancelDoubt();
      cancelDoubt = clock.after(limits.farewellMs, () => {
        if (heartbeat.sinceHeardMs() >= limits.farewellMs) close('network', 'left');
      });
    },
    close,
  };
  return link;
}
