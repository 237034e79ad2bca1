/** Every limit of the mesh with its default. Overridden one by one through `MeshOptions.limits`. */
import type { MeshLimits } from './types.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

export const DEFAULT_LIMITS: MeshLimits = {
  /** From the control channel's opening to READY. */
  handshakeTimeoutMs: 10_000,
  /** From the first signal of a dial to READY. */
  dialTimeoutMs: 15_000,
  /** How long a dial may look for an address of its own before the relay counts as refusing or away. */
  addressTimeoutMs: 5_000,
  maxConcurrentDials: 15,
  heartbeatIntervalMs: 3_000,
  /** Silence after which the path counts as lost and an ICE restart begins. */
  heartbeatTimeoutMs: 6_000,
  /** How long a lost path may take to come back before the link is torn down and dialled again. */
  iceRestartBudgetMs: 10_000,
  /** How long a link may stay silent once signaling says that its peer left. */
  farewellMs: 2_000,
  /** How long an answer may take after a wake-up before the path, or the signaling connection, counts as lost. */
  wakeTimeoutMs: 1_500,
  maxFrameBytes: 16 * KiB,
  /** Bytes handed to the data channels of one link and not yet sent. */
  sendWindowBytes: 256 * KiB,
  reassemblyBeforeReadyBytes: 8 * KiB,
  /** Over all links of the process. */
  reassemblyTotalBytes: 128 * MiB,
  /** A digest per document is sent after this time, lengthened by up to the same again. */
  digestIntervalMs: 15_000,
  presenceStaleMs: 30_000,
  /** JSON of one presence state, bytes of UTF-8. */
  maxPresenceBytes: 4 * KiB,
  reconnectMaxMs: 30_000,
  maxRoomsPerLink: 256,
  maxLinks: 64,
  /** How long the larger peer id waits for a dial before it asks for one. */
  dialRequestDelayMs: 1_500,
  /** How long a first dial between a person and an archiver waits for the one between people, where there are more. */
  archiveYieldMs: 300,
  /** A connection made ahead and not used is closed after this. */
  spareConnectionMs: 10_000,
  dialBackoffMinMs: 1_000,
  dialBackoffMaxMs: 30_000,
  /** ICE candidates accepted per session. */
  maxPendingCandidates: 128,
  /** Peers remembered from rosters, over all rooms. */
  maxKnownPeers: 10_000,
  /** How long `disconnected` may last before an ICE restart. */
  disconnectedGraceMs: 2_000,
  /** A link without a common room is kept this long. */
  linkLingerMs: 30_000,
  /** One reassembled message: an entry of 8 MiB with its header and deps. */
  maxMessageBytes: 9 * MiB,
  /** Waiting envelope and bulk bytes of one link beyond which entries are no longer queued but fetched anew from the log. */
  maxQueuedBytes: 8 * MiB,
  catchUpChunkBytes: 64 * KiB,
  /** How long one peer's catch-up goes before those of others, counted anew whenever something comes. */
  catchUpTurnMs: 2_000,
  /** Catch-up above this travels on the bulk channel. */
  bulkThresholdBytes: 64 * KiB,
  /** How long a missing dependency may take to arrive by itself. */
  wantDelayMs: 200,
  maxWantRanges: 256,
  /** How long a peer that is not an archiver waits before it forwards entries between peers that lack a link. */
  forwardDelayMs: 500,
  presenceIntervalMs: 100,
  presenceRefreshMs: 10_000,
  /** States of peers without a link that one room keeps. */
  maxForwardedPresences: 256,
  receiptDelayMs: 100,
  /** First pause after a failed attempt to renew a ticket or peer token; doubles up to 60 s. */
  ticketRetryMs: 5_000,
  /** A peer that refuses the own ticket makes this device ask for another one at most this often per room. */
  refusedRenewalMs: 30_000,
};

/** Limits with the defaults filled in. */
export const resolveLimits = (limits: Partial<MeshLimits> | undefined): MeshLimits => ({
  ...DEFAULT_LIMITS,
  ...limits,
});
