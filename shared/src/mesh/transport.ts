/**
 * What carries a link: four channels between two endpoints. `link.ts` implements it over WebRTC, `testing/memory-network.ts`
 * over memory. A transport knows nothing of handshakes or rooms.
 */
import type { Bytes } from '../bytes.ts';
import type { Clock } from '../clock.ts';
import type { SignalData } from '../signal/signal-data.ts';
import type { MeshLimits, WebRtc } from './types.ts';

/** Negotiated channels; the index is the fixed SCTP stream id. Presence is unordered and never retransmitted. */
export const CHANNELS = ['control', 'envelopes', 'presence', 'bulk'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** `lost`: the path is silent, a restart may bring it back. `closed` is final. */
export type PathState = 'connecting' | 'connected' | 'lost' | 'closed';
export type LinkPath = 'direct' | 'relayed' | 'unknown';

/** A STUN or TURN server as WebRTC takes it. */
export interface IceServerAddress {
  readonly urls: string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface TransportEvents {
  /** Something for the other end, to be carried by whoever connects the two. */
  signal(data: SignalData): void;
  /** All four channels are open and both fingerprints are known. */
  open(): void;
  message(channel: ChannelName, bytes: Bytes): void;
  /** Room in the send window again. */
  writable(): void;
  path(state: PathState): void;
  /** Another way carries what is sent now: `Transport.path` may answer differently. */
  rerouted(): void;
  /** The search for own addresses ended without one: nothing can come of this. */
  addressless(): void;
}

export interface Transport {
  /** SHA-256 fingerprint of the own certificate, 32 bytes, once a description exists. */
  localFingerprint(): Bytes | undefined;
  /** The one the other end's description named. */
  remoteFingerprint(): Bytes | undefined;
  /** Whether the certificate in use has the named fingerprint; `undefined` where the platform cannot tell. */
  remoteCertificateMatches(): boolean | undefined;
  /** Takes a signal of the other end. False when refused: wrong role or state, several or changed fingerprints, too many candidates. */
  signal(data: SignalData): boolean;
  /** Whether the channel took the bytes. */
  send(channel: ChannelName, bytes: Bytes): boolean;
  /** Whether an address of this end was found so far; until then nothing can reach it. */
  hasAddress(): boolean;
  /** Bytes in all channels not yet sent. */
  bufferedAmount(): number;
  /** Lets simple-peer's `connect` fire: called once, after READY. */
  ready(): void;
  /** Initiator only: negotiates a new path; signals follow through `events.signal`. */
  restart(): void;
  /** Servers for the next negotiation of a path; what carries the link now goes on. */
  setIceServers(servers: readonly IceServerAddress[]): void;
  path(): Promise<LinkPath>;
  /** Diagnostics seam: the RTCPeerConnection, or what stands for it. */
  connection(): unknown;
  /** Idempotent; `events.path('closed')` follows unless it came before. */
  close(): void;
}

export interface TransportOptions {
  readonly isInitiator: boolean;
  readonly webrtc: WebRtc | null;
  /** Makes the platform's connection; absent: a new one. */
  readonly newConnection?: (config: RTCConfiguration) => RTCPeerConnection;
  readonly iceServers: readonly IceServerAddress[];
  readonly isRelayOnly: boolean;
  readonly limits: MeshLimits;
  readonly clock: Clock;
  readonly events: TransportEvents;
}

export type TransportFactory = (options: TransportOptions) => Transport;
