/** A transport over WebRTC through simple-peer (the only module that imports it). */
import SimplePeer from 'simple-peer/simplepeer.min.js';
import type { Bytes } from '../bytes.ts';
import { equalBytes } from '../bytes.ts';
import { AppError } from '../app-error.ts';
import type { SignalData } from '../signal/signal-data.ts';
import { fingerprintOf } from './fingerprint.ts';
import { SecurePeerConnection } from './secure-peer-connection.ts';
import {
  CHANNELS,
  type ChannelName,
  type LinkPath,
  type PathState,
  type Transport,
  type TransportOptions,
} from './transport.ts';

/** Node's implementation has no `bufferedAmountLowThreshold`: the window is then looked at in this interval. */
const POLL_MS = 5;

export function createPeerTransport(options: TransportOptions): Transport {
  const { webrtc, events, limits, clock } = options;
  if (!webrtc) throw new AppError('unsupported-browser', 'no WebRTC');
  const NativeConnection = webrtc.RTCPeerConnection as typeof RTCPeerConnection; // the contract leaves the constructors opaque
  const newConnection = options.newConnection ?? ((config) => new NativeConnection(config));
  let secure: SecurePeerConnection | undefined;
  /** Called with `new`; a constructor may return another object. */
  const connect = function (config: RTCConfiguration): SecurePeerConnection {
    secure = new SecurePeerConnection(newConnection(config));
    return secure;
  };
  const peer = new SimplePeer({
    initiator: options.isInitiator,
    trickle: true,
    channelConfig: { negotiated: true, id: 0 },
    config: { iceServers: [...options.iceServers], iceTransportPolicy: options.isRelayOnly ? 'relay' : 'all' },
    wrtc: { ...webrtc, RTCPeerConnection: connect }, // called with `new`, which yields what it returns
  });
  if (!secure) throw new AppError('unsupported-browser', 'RTCPeerConnection could not be made');
  const connection = secure;
  const { native, channels } = connection;

  let remoteFingerprint: Bytes | undefined;
  let candidates = 0;
  let openChannels = 0;
  let state: PathState = 'connecting';
  let isClosed = false;
  let cancelPoll: (() => void) | undefined;

  const setState = (next: PathState): void => {
    if (state === next || state === 'closed') return;
    state = next;
    events.path(next);
  };

  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    cancelPoll?.();
    // simple-peer leaves this timer running for five seconds after destroy().
    clearTimeout(peer._iceCompleteTimer);
    peer.destroy();
    connection.close();
    setState('closed');
  };

  // `renegotiate`, the third kind, never arises: only the initiator negotiates.
  peer.on('signal', (data) => {
    if (data.candidate) {
      const { candidate = '', sdpMid = null, sdpMLineIndex = null } = data.candidate;
      events.signal({ kind: 'candidate', candidate: { candidate, sdpMid, sdpMLineIndex } });
    } else if ((data.type === 'offer' || data.type === 'answer') && data.sdp !== undefined) {
      events.signal({ kind: 'description', description: { type: data.type, sdp: data.sdp } });
    }
  });
  peer.on('error', close);
  peer.on('close', close);

  connection.onpath = () => {
    if (isClosed) return;
    const ice = native.iceConnectionState;
    if (native.connectionState === 'closed' || ice === 'closed') close();
    else if (native.connectionState === 'failed' || ice === 'failed' || ice === 'disconnected') setState('lost');
    else if (ice === 'connected' || ice === 'completed') setState('connected');
  };

  // not by the events of candidates: in Node the state runs ahead of them
  const hasAddress = (): boolean => native.localDescription?.sdp.includes('\na=candidate:') ?? false;
  native.addEventListener('icegatheringstatechange', () => {
    if (!isClosed && native.iceGatheringState === 'complete' && !hasAddress()) events.addressless();
  });

  const hasLowEvents = 'onbufferedamountlow' in channels.bulk;
  for (const name of CHANNELS) {
    const channel = channels[name];
    channel.onopen = () => {
      openChannels += 1;
      if (openChannels < CHANNELS.length) return;
      native.sctp?.transport?.iceTransport?.addEventListener('selectedcandidatepairchange', () => events.rerouted());
      events.open();
    };
    channel.onclose = close;
    channel.onerror = close;
    channel.onmessage = (event: MessageEvent<unknown>) => {
      if (isClosed) return;
      if (event.data instanceof ArrayBuffer) events.message(name, new Uint8Array(event.data));
      else events.message(name, new Uint8Array(0));
    };
    // A quarter of the window over four channels: whenever the window is full, one channel is above its threshold.
    channel.bufferedAmountLowThreshold = limits.sendWindowBytes / (2 * CHANNELS.length);
    channel.onbufferedamountlow = () => events.writable();
  }

  const bufferedAmount = (): number => CHANNELS.reduce((sum, name) => sum + channels[name].bufferedAmount, 0);
  const poll = (): void => {
    cancelPoll = undefined;
    if (isClosed) return;
    if (bufferedAmount() < limits.sendWindowBytes / 2) events.writable();
    else cancelPoll = clock.after(POLL_MS, poll);
  };
  /** Whoever finds the window full is told when there is room again. */
  const askBufferedAmount = (): number => {
    const amount = bufferedAmount();
    if (!hasLowEvents && !isClosed && amount >= limits.sendWindowBytes) cancelPoll ??= clock.after(POLL_MS, poll);
    return amount;
  };

  const acceptsDescription = (type: 'offer' | 'answer', sdp: string): boolean => {
    const expected = options.isInitiator ? 'answer' : 'offer';
    const neededState = options.isInitiator ? 'have-local-offer' : 'stable';
    if (type !== expected || native.signalingState !== neededState) return false;
    const fingerprint = fingerprintOf(sdp);
    if (!fingerprint || (remoteFingerprint && !equalBytes(fingerprint, remoteFingerprint))) return false;
    remoteFingerprint = fingerprint;
    return true;
  };

  return {
    localFingerprint: () => fingerprintOf(native.localDescription?.sdp ?? ''),
    remoteFingerprint: () => remoteFingerprint,
    remoteCertificateMatches: () => remoteFingerprint && connection.remoteCertificateMatches(remoteFingerprint),
    signal: (data: SignalData) => {
      if (isClosed || peer.destroyed) return false;
      try {
        if (data.kind === 'description') {
          if (!acceptsDescription(data.description.type, data.description.sdp)) return false;
          candidates = 0;
          peer.signal(data.description);
          return true;
        }
        if (data.kind !== 'candidate' || candidates >= limits.maxPendingCandidates) return false;
        candidates += 1;
        if (data.candidate.candidate === '') return true;
        peer.signal({ type: 'candidate', candidate: data.candidate as RTCIceCandidateInit }); // an undefined member counts as an absent one
        return true;
      } catch {
        return false; // simple-peer throws on input it does not like
      }
    },
    send: (name: ChannelName, bytes: Bytes) => {
      const channel = channels[name];
      if (isClosed || channel.readyState !== 'open') return false;
      try {
        channel.send(bytes);
      } catch {
        return false; // the channel closed between the check and the call
      }
      return true;
    },
    hasAddress,
    bufferedAmount: askBufferedAmount,
    ready: () => connection.openGate(),
    restart: () => {
      if (isClosed || !options.isInitiator || native.signalingState !== 'stable') return;
      connection.restartIce();
      peer.negotiate();
    },
    setIceServers: (servers) => {
      try {
        native.setConfiguration({ ...native.getConfiguration(), iceServers: [...servers] });
      } catch {
        // closed meanwhile: a new link asks for the servers itself
      }
    },
    path: () => selectedPath(native),
    connection: () => native,
    close,
  };
}

async function selectedPath(native: RTCPeerConnection): Promise<LinkPath> {
  try {
    const report = await native.getStats();
    const stats = new Map<string, Record<string, unknown>>();
    report.forEach((value: Record<string, unknown>, key: string) => stats.set(key, value));
    const selected = selectedPair([...stats.values()]);
    if (selected === undefined) return 'unknown';
    const ends = [selected['localCandidateId'], selected['remoteCandidateId']].map((id) => stats.get(String(id)));
    return ends.some((end) => end?.['candidateType'] === 'relay') ? 'relayed' : 'direct';
  } catch {
    return 'unknown'; // closed meanwhile
  }
}

/** Firefox has no report of the transport; after a restart the pairs of before may stand there as nominated too. */
function selectedPair(stats: readonly Record<string, unknown>[]): Record<string, unknown> | undefined {
  const transport = stats.find((value) => value['type'] === 'transport');
  if (transport !== undefined) return stats.find(({ id }) => id === transport['selectedCandidatePairId']);
  return stats.find(
    ({ type, nominated, state }) => type === 'candidate-pair' && nominated === true && state === 'succeeded',
  );
}
