/** What the client and the archiver see of the mesh, and what the mesh wants injected. */
import type { AppError, ErrorCode } from '../app-error.ts';
import type { Bytes } from '../bytes.ts';
import type { Clock, Random } from '../clock.ts';
import type { TicketClaims, PeerTokenClaims } from '../crypto/claims.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import type { DeviceId, PeerId, RoomId, UserId } from '../ids.ts';
import type { GrantVerifier, Receipt, Replica } from '../log/types.ts';
import type { Logger } from '../logger.ts';
import type { Result } from '../result.ts';
import type { DocKind, RoomRole } from '../roles.ts';
import type { KnownIce } from './ice-servers.ts';
import type { TransportFactory } from './transport.ts';

/** A signaling connection as the mesh uses it. `url` and token are asked for again at every attempt. */
export interface SocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  readonly bufferedAmount: number;
}

/** WebRTC constructors; the browser's own or a Node implementation (simple-peer's `wrtc` option). */
export interface WebRtc {
  readonly RTCPeerConnection: unknown;
  readonly RTCSessionDescription: unknown;
  readonly RTCIceCandidate: unknown;
}

/** Verifies tokens offline with the cached JWKS and the server's clock offset. */
export interface TokenVerifier extends GrantVerifier {
  verifyPeerToken(token: string): Promise<Result<PeerTokenClaims, AppError>>;
  /** `graceFrom` true: a device already linked; expired tickets count until exp + grace. */
  verifyTicket(ticket: string, options: { readonly graceAllowed: boolean }): Promise<Result<TicketClaims, AppError>>;
}

/** Gives the own device's current credentials. Called at every attempt, so implementations cache and renew. */
export interface Credentials {
  peerToken(): Promise<Result<string, AppError>>;
  /**
   * Ticket and grant for one room. `leastEpoch`: access changed, and what is kept from below that access epoch is to be
   * asked for anew.
   */
  room(
    room: RoomId,
    leastEpoch?: number,
  ): Promise<Result<{ readonly ticket: string; readonly grant: string }, AppError>>;
}

export interface MeshOptions {
  readonly signalUrl: () => string;
  /** Origin that hello's signature binds to (the page's; for Node the configured one). */
  readonly origin: string;
  readonly createSocket: (url: string) => SocketLike;
  /** Null where the platform has none: the mesh then stays local. */
  readonly webrtc: WebRtc | null;
  /** What is known of STUN and TURN. Asked at every dial and restart, and whenever the own peer token was renewed. */
  readonly ice: () => KnownIce;
  readonly signer: DeviceSigner;
  /** 16 random bytes that with the device make the peer id; absent: drawn by the mesh. */
  readonly tabNonce?: Bytes;
  readonly verifySignature: VerifySignature;
  readonly tokens: TokenVerifier;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly limits?: Partial<MeshLimits>;
  /** Makes the first connection ahead, while signaling is being reached: pages, where that takes long. */
  readonly hasSpareConnection?: boolean;
  /** How links are carried; absent: WebRTC through simple-peer. The simulation passes a memory network. */
  readonly createTransport?: TransportFactory;
  /** Archivers forward between peers that are not linked to each other and answer `attend`. */
  readonly isArchiver?: boolean;
}

/** Every limit of the mesh, with its default in `mesh/limits.ts`. */
export interface MeshLimits {
  readonly handshakeTimeoutMs: number;
  readonly dialTimeoutMs: number;
  readonly addressTimeoutMs: number;
  readonly maxConcurrentDials: number;
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly iceRestartBudgetMs: number;
  readonly farewellMs: number;
  readonly wakeTimeoutMs: number;
  readonly maxFrameBytes: number;
  readonly sendWindowBytes: number;
  readonly reassemblyBeforeReadyBytes: number;
  readonly reassemblyTotalBytes: number;
  readonly digestIntervalMs: number;
  readonly presenceStaleMs: number;
  readonly maxPresenceBytes: number;
  readonly reconnectMaxMs: number;
  readonly maxRoomsPerLink: number;
  readonly maxLinks: number;
  readonly dialRequestDelayMs: number;
  readonly archiveYieldMs: number;
  readonly spareConnectionMs: number;
  readonly dialBackoffMinMs: number;
  readonly dialBackoffMaxMs: number;
  readonly maxPendingCandidates: number;
  readonly maxKnownPeers: number;
  readonly disconnectedGraceMs: number;
  readonly linkLingerMs: number;
  readonly maxMessageBytes: number;
  readonly maxQueuedBytes: number;
  readonly catchUpChunkBytes: number;
  readonly catchUpTurnMs: number;
  readonly bulkThresholdBytes: number;
  readonly wantDelayMs: number;
  readonly maxWantRanges: number;
  readonly forwardDelayMs: number;
  readonly presenceIntervalMs: number;
  readonly presenceRefreshMs: number;
  readonly maxForwardedPresences: number;
  readonly receiptDelayMs: number;
  readonly ticketRetryMs: number;
  readonly refusedRenewalMs: number;
}

export type SignalingState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'down'; readonly code?: ErrorCode; readonly retryInMs: number }
  | { readonly kind: 'stopped' };

export interface RoomPeer {
  readonly peerId: PeerId;
  readonly deviceId: DeviceId;
  readonly userId: UserId;
  readonly name: string;
  readonly colour: number;
  readonly role: RoomRole;
  readonly isArchiver: boolean;
  readonly path: 'direct' | 'relayed' | 'unknown';
  readonly rttMs?: number;
}

/** One person's presence in a room, verified: name, colour, user and role come from the ticket, never from `state`. */
export interface PresenceEntry {
  readonly peerId: PeerId;
  readonly userId: UserId;
  readonly name: string;
  readonly colour: number;
  readonly role: RoomRole;
  /** Who passed it on, for want of a link to its author; absent: it came over a link of one's own. */
  readonly via?: 'archive' | 'peer';
  /** JSON of ≤ 4 KiB as its author published it; untrusted. */
  readonly state: Readonly<Record<string, unknown>>;
}

export interface RoomPresence {
  /** Publishes own state; at most every 100 ms on the wire. `undefined` withdraws. */
  set(state: Readonly<Record<string, unknown>> | undefined): void;
  entries(): readonly PresenceEntry[];
  on(event: 'change', listener: () => void): () => void;
}

export interface RoomBinding {
  readonly room: RoomId;
  readonly replicas: ReadonlyMap<DocKind, Replica>;
}

/** A room joined through the mesh. */
export interface RoomHandle {
  readonly room: RoomId;
  /** READY links joined to this room, archivers included. */
  peers(): readonly RoomPeer[];
  /** True from join until every linked peer's heads are covered at least once, and again after a resume. */
  readonly isCatchingUp: boolean;
  readonly presence: RoomPresence;
  /** Peers that signaling says are in the room and no link has reached yet, archivers included. */
  readonly unreached: number;
  /** Links go through TURN alone here, and the last dial found no server that lets this device in. */
  readonly isWithoutRelay: boolean;
  /**
   * Sends a signed receipt to `to`, or to every linked peer of the room. Archivers call it (≤ 100 ms batched, and in full
   * to a peer that newly joined); for other devices the mesh itself acknowledges what the replicas report as stored.
   */
  sendReceipt(receipt: Receipt, to?: PeerId): void;
  /** Access as last heard: role from the own ticket, or revoked. */
  readonly access:
    | { readonly kind: 'granted'; readonly role: RoomRole }
    | { readonly kind: 'revoked' }
    | { readonly kind: 'pending' };
  on(event: 'peers' | 'catching-up' | 'access', listener: () => void): () => void;
  /** Leaves on every link and in signaling. Flush the replicas before: what was not handed over is not sent. */
  leave(): Promise<void>;
}

export interface Mesh {
  readonly peerId: PeerId;
  readonly signaling: SignalingState;
  join(binding: RoomBinding): RoomHandle;
  /** Re-checks every link and the signaling connection now: call on resume, `online`, `pageshow`, clock jumps. */
  wake(): void;
  /** Archivers: a room of the workspace wants attending. */
  on(event: 'attend', listener: (room: RoomId) => void): () => void;
  /** `inbox`: the user's inbox changed. */
  on(event: 'signaling' | 'inbox', listener: () => void): () => void;
  /** Counters of refused or dropped input, by name; for tests and metrics. */
  counters(): Readonly<Record<string, number>>;
  /** Test and diagnostics seam: the RTCPeerConnection of a READY link. */
  connection(peer: PeerId): unknown;
  /** Provokes an ICE restart on a link while it works; resolves when the path is back or rejects with 'network'. */
  restartIce(peer: PeerId): Promise<void>;
  close(): Promise<void>;
}

/** Type of bytes handed to a data channel. */
export type FrameBytes = Bytes;
