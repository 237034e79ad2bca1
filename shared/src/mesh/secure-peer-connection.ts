/**
 * The RTCPeerConnection that simple-peer is given. It opens the four negotiated channels itself and hands simple-peer a
 * gate as "its" channel, so that simple-peer's `connect` fires only after READY; and it reports `failed` as
 * `disconnected`, because simple-peer destroys on `failed` while an ICE restart may still bring the path back.
 */
import { sha256, equalBytes, type Bytes } from '../bytes.ts';
import { CHANNELS, type ChannelName } from './transport.ts';

/** The part of RTCDataChannel that simple-peer touches. */
export interface GateChannel {
  readonly label: string;
  readyState: RTCDataChannelState;
  binaryType: BinaryType;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: unknown) => void) | null;
  onerror: ((event: unknown) => void) | null;
  onbufferedamountlow: (() => void) | null;
  send(data: unknown): void;
  close(): void;
}

export class SecurePeerConnection {
  /** The platform's connection. */
  readonly native: RTCPeerConnection;
  readonly channels: Readonly<Record<ChannelName, RTCDataChannel>>;
  #gate: GateChannel | undefined;
  refusedCandidates = 0;
  /** Told every true change of `connectionState` or `iceConnectionState`. */
  onpath: () => void = () => undefined;

  constructor(native: RTCPeerConnection) {
    this.native = native;
    const open = (label: ChannelName, init: RTCDataChannelInit = {}): RTCDataChannel => {
      const channel = native.createDataChannel(label, { ...init, negotiated: true, id: CHANNELS.indexOf(label) });
      channel.binaryType = 'arraybuffer';
      return channel;
    };
    this.channels = {
      control: open('control'),
      envelopes: open('envelopes'),
      presence: open('presence', { ordered: false, maxRetransmits: 0 }),
      bulk: open('bulk'),
    };
    native.addEventListener('iceconnectionstatechange', () => this.onpath());
    native.addEventListener('connectionstatechange', () => this.onpath());
  }

  /** simple-peer asks for its channel once, in its constructor. */
  createDataChannel(): GateChannel {
    this.#gate ??= {
      label: 'gate',
      readyState: 'connecting',
      binaryType: 'arraybuffer',
      bufferedAmount: 0,
      bufferedAmountLowThreshold: 0,
      onopen: null,
      onclose: null,
      onmessage: null,
      onerror: null,
      onbufferedamountlow: null,
      send: () => undefined,
      close: () => undefined,
    };
    return this.#gate;
  }

  /** Lets simple-peer emit `connect`. */
  openGate(): void {
    const gate = this.#gate;
    if (!gate || gate.readyState !== 'connecting') return;
    gate.readyState = 'open';
    gate.onopen?.();
  }

  /**
   * Whether one of the certificates in use has this SHA-256 fingerprint; `undefined` where the platform does not tell
   * (https://w3c.github.io/webrtc-pc/#dom-rtcdtlstransport-getremotecertificates).
   */
  remoteCertificateMatches(fingerprint: Bytes): boolean | undefined {
    const transport = this.native.sctp?.transport;
    if (typeof transport?.getRemoteCertificates !== 'function') return undefined;
    const certificates = transport.getRemoteCertificates();
    if (certificates.length === 0) return undefined;
    return certificates.some((der) => equalBytes(sha256(new Uint8Array(der)), fingerprint));
  }

  get iceConnectionState(): RTCIceConnectionState {
    const state = this.native.iceConnectionState;
    return state === 'failed' ? 'disconnected' : state;
  }
  get connectionState(): RTCPeerConnectionState {
    const state = this.native.connectionState;
    return state === 'failed' ? 'disconnected' : state;
  }
  get iceGatheringState(): RTCIceGatheringState {
    return this.native.iceGatheringState;
  }
  get signalingState(): RTCSignalingState {
    return this.native.signalingState;
  }
  get localDescription(): RTCSessionDescription | null {
    return this.native.localDescription;
  }
  get remoteDescription(): RTCSessionDescription | null {
    return this.native.remoteDescription;
  }

  createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    return this.native.createOffer(options);
  }
  createAnswer(): Promise<RTCSessionDescriptionInit> {
    return this.native.createAnswer();
  }
  setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    return this.native.setLocalDescription(description);
  }
  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    return this.native.setRemoteDescription(description);
  }
  /** A candidate that is refused (of an earlier generation, of an unknown kind) is one path less, nothing more. */
  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await this.native.addIceCandidate(candidate);
    } catch {
      this.refusedCandidates += 1;
    }
  }
  restartIce(): void {
    this.native.restartIce();
  }
  getStats(): Promise<RTCStatsReport> {
    return this.native.getStats();
  }
  getTransceivers(): RTCRtpTransceiver[] {
    return [];
  }
  close(): void {
    for (const channel of Object.values(this.channels)) {
      channel.onopen = channel.onclose = channel.onerror = channel.onmessage = channel.onbufferedamountlow = null;
    }
    this.native.close();
    if (this.#gate) this.#gate.readyState = 'closed';
  }

  set oniceconnectionstatechange(handler: (() => void) | null) {
    this.native.oniceconnectionstatechange = handler;
  }
  set onicegatheringstatechange(handler: (() => void) | null) {
    this.native.onicegatheringstatechange = handler;
  }
  set onconnectionstatechange(handler: (() => void) | null) {
    this.native.onconnectionstatechange = handler;
  }
  set onsignalingstatechange(handler: (() => void) | null) {
    this.native.onsignalingstatechange = handler;
  }
  set onicecandidate(handler: RTCPeerConnection['onicecandidate']) {
    this.native.onicecandidate = handler;
  }
  // simple-peer sets these two; links carry no tracks, and channels of the other end's making are not used.
  set ontrack(_handler: unknown) {}
  set ondatachannel(_handler: unknown) {}
}
