/** Shapes of the log layer (protocol.md 5) and the interfaces between it, storage and the mesh. */
import type { Bytes } from '../bytes.ts';
import type { GrantClaims } from '../crypto/claims.ts';
import type { PeerId, RoomId } from '../ids.ts';
import type { Result } from '../result.ts';
import type { AppError } from '../app-error.ts';
import type { DocKind } from '../roles.ts';

/** One lineage of one document of one room. */
export interface DocAddress {
  readonly room: RoomId;
  readonly doc: DocKind;
  /** Lineage; 0 until a document is restarted from a checkpoint. */
  readonly gen: number;
}

/** First record of a session's log. */
export interface LogHeader extends DocAddress {
  readonly v: number;
  readonly alg: number;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly devicePub: Bytes;
  /** 16 random bytes, fresh per page load and document. */
  readonly nonce: Bytes;
  /** Compact JWS, or '' while the room is not registered yet (entries of such a session are held by others). */
  readonly grant: string;
  /** Signature over "vicinal/header/v1" ‖ headerHash. The grant is not covered: it may arrive later. */
  readonly sig: Bytes;
}

/** One update of one session, as on the wire and at rest. */
export interface Entry {
  /** Derived Yjs client id of the session, < 2^53. */
  readonly clientId: number;
  /** From 1, without gaps. */
  readonly seq: number;
  /** Heads of other sessions that moved at the author since its last entry. */
  readonly deps: readonly Dep[];
  /** V1 Yjs update, kept verbatim. */
  readonly bytes: Bytes;
  readonly sig: Bytes;
}
export interface Dep {
  readonly clientId: number;
  readonly seq: number;
}

/** Where a session's log ends at some replica. */
export interface Head {
  readonly clientId: number;
  readonly seq: number;
  /** SHA-256 of the signed body of the entry `seq`. */
  readonly hash: Bytes;
}

/** Headers and entries that travel or are stored together. Headers precede the entries that need them. */
export interface LogBatch {
  readonly headers: readonly LogHeader[];
  readonly entries: readonly Entry[];
}

/** A state of a document signed by an archiver of its room. */
export interface Checkpoint extends DocAddress {
  readonly archiveId: Bytes;
  readonly archiveSeq: number;
  /** Sessions included, with the head up to which they are. */
  readonly sessions: readonly CheckpointSession[];
  /** V1 Yjs state as one update. */
  readonly state: Bytes;
  readonly devicePub: Bytes;
  readonly grant: string;
  readonly sig: Bytes;
}
export interface CheckpointSession {
  readonly header: LogHeader;
  readonly seq: number;
  readonly hash: Bytes;
}

/** How safe something is (protocol.md 7). */
export type Durability = 'memory' | 'device' | 'archive-os' | 'archive-disk';

/** Signed statement of what a replica has stored. From an archiver it means L3, from any other device L2. */
export interface Receipt extends DocAddress {
  readonly archiveId: Bytes;
  /** Constant 0 until leases exist. */
  readonly lease: number;
  readonly archiveSeq: number;
  /** Heads changed since the last receipt to the same peer. */
  readonly heads: readonly Head[];
  readonly durability: Durability;
  /** ms since the epoch at the signer. */
  readonly at: number;
  readonly devicePub: Bytes;
  readonly sig: Bytes;
}

/** What a store gives back when a document is opened. */
export interface StoredLog extends LogBatch {
  readonly checkpoint?: Checkpoint;
  /** Highest receipted heads per archive id (hex), as saved by `saveReceipted`. */
  readonly receipted: readonly StoredReceiptHeads[];
  /** What follows and could not be stored yet: shown like the rest, and handed to the store again. */
  readonly unsaved?: LogBatch;
}
export interface StoredReceiptHeads {
  /** Archive id in hex, or the device id for L2. */
  readonly by: string;
  readonly archiveSeq: number;
  readonly durability: Durability;
  readonly at: number;
  readonly heads: readonly Head[];
}

/**
 * Keeps logs. Implementations: memory (tests), IndexedDB (client), Postgres (archiver); one contract suite runs against all.
 * Storage is idempotent by (session, seq).
 */
export interface LogStore {
  /** Rejects with AppError('storage-failed') when reading fails; the caller must then never append to this document. */
  load(address: DocAddress): Promise<StoredLog>;
  /**
   * Stores headers (a header that comes again with a grant completes the stored one) and entries in order.
   * Resolves once they are durable, with the level reached; rejects with AppError('storage-failed'), nothing stored.
   */
  append(address: DocAddress, batch: LogBatch): Promise<Durability>;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  saveReceipted(address: DocAddress, heads: StoredReceiptHeads): Promise<void>;
  close(): Promise<void>;
}

/** Checks a grant's signature and claims against the cached JWKS. `undefined` keys mean "cannot tell yet": held, not refused. */
export interface GrantVerifier {
  verify(grant: string): Promise<Result<GrantClaims, AppError>>;
}

/** Where an applied batch came from. */
export type BatchSource =
  | { readonly kind: 'local' }
  | { readonly kind: 'store' }
  | { readonly kind: 'peer'; readonly peer: PeerId };

/** What became of a received batch. Counts are of entries. */
export interface ReceiveReport {
  readonly applied: number;
  readonly duplicates: number;
  /** Kept outside the document until what they refer to arrives. */
  readonly held: number;
  readonly invalid: number;
  /** Sessions whose header or earlier entries are lacking; ask the sender for them. */
  readonly missing: readonly MissingRange[];
}
export interface MissingRange {
  readonly clientId: number;
  readonly fromSeq: number;
  /** Inclusive; absent for "up to your head". */
  readonly toSeq?: number;
  /** The header itself is unknown here. */
  readonly needsHeader: boolean;
}

/** What the mesh, the client and the archiver need of one document's replica; `log/replica.ts` implements it. */
export interface Replica {
  readonly address: DocAddress;
  /** gc is off; local transactions become entries, valid remote entries are applied with a {@link RemoteOrigin}. */
  readonly ydoc: import('yjs').Doc;
  /** Client id of the session that writes here now. */
  readonly clientId: number;
  /** 'failed' after an unreadable store: nothing is ever appended then. 'read-only' without write permission. */
  readonly state: 'loading' | 'writable' | 'read-only' | 'failed' | 'closed';
  /** Every session known here with at least one applied entry, sorted by client id. */
  heads(): readonly Head[];
  /** SHA-256 over the sorted heads. */
  digest(): Bytes;
  /** Header of a session known here. */
  header(clientId: number): LogHeader | undefined;
  /**
   * Batches (each ≤ `maxBytes` encoded unless one entry alone is larger) holding what a holder of `theirs` lacks, in
   * an order in which they can be applied. Ranges whose hash disagrees with ours are included from the fork on.
   */
  missingFor(theirs: readonly Head[], maxBytes: number): Iterable<LogBatch>;
  /** Applied entries of one session, inclusive, with its header. */
  range(clientId: number, fromSeq: number, toSeq: number | undefined, maxBytes: number): Iterable<LogBatch>;
  /** Validates, holds, applies, stores. Never rejects for what a peer sent; rejects with 'storage-failed' when the store fails. */
  receive(batch: LogBatch, from: PeerId): Promise<ReceiveReport>;
  /** The grant (and role in it) under which new entries are written; a changed role starts a new session. */
  setGrant(grant: string, claims: GrantClaims): void;
  /** Sessions of this device and what of them awaits which acknowledgement; see `log/receipts.ts`. */
  readonly receipts: ReceiptTracker;
  on(event: 'applied', listener: (batch: LogBatch, source: BatchSource) => void): () => void;
  /** Local entries became durable here (L1). */
  on(event: 'stored', listener: (heads: readonly Head[], durability: Durability) => void): () => void;
  on(event: 'status', listener: () => void): () => void;
  /** A local change was refused or could not be stored; `error.code` says which. */
  on(event: 'error', listener: (error: AppError) => void): () => void;
  /** Entries handed to the store, whoever wrote them, and not durable yet. */
  readonly unstored: number;
  /**
   * What is not durable here, at once and in order, own changes of this moment included: for a copy made while the page is
   * torn down. Own headers and entries whose signature is still being made carry zeros; `completeBatch` signs them.
   */
  unsaved(): LogBatch;
  /** Resolves when every local change made so far is signed, stored and handed to 'applied' listeners. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What the package itself offers beyond the seam of {@link Replica}. */
export interface LogReplica extends Replica {
  /** Resolves when `state` is no longer 'loading'. Never rejects. */
  readonly ready: Promise<void>;
  /** The checkpoint this replica started from; hand it on with the entries after it. */
  readonly checkpoint: Checkpoint | undefined;
  /** Local changes that no entry could carry, as V1 updates, for "Export a copy". Writing has ended when there are any. */
  readonly quarantine: readonly Uint8Array[];
  /** Refused or odd input, by name. */
  readonly counters: Readonly<Record<string, number>>;
  /** Signs the state as applied now. Rejects without a signer. */
  buildCheckpoint(archive: {
    readonly archiveId: Bytes;
    readonly archiveSeq: number;
    readonly grant: string;
  }): Promise<Checkpoint>;
  /** Applies and keeps a checkpoint that an archiver of the room signed; errors as `verifyCheckpoint`, or 'conflict' with what is known here. */
  applyCheckpoint(checkpoint: Checkpoint): Promise<Result<undefined, AppError>>;
}

/** Follows acknowledgements for the sessions this device ever wrote. Fed by verified receipts only. */
export interface ReceiptTracker {
  /** `signer`: role archiver counts as L3, any other device as L2. Call after verifying signature and grant or ticket. */
  accept(receipt: Receipt, signer: 'archiver' | 'device', deviceId: string): void;
  snapshot(): AcknowledgementSnapshot;
}
export interface AcknowledgementSnapshot {
  /** Own entries not yet durable on this device. */
  readonly unsaved: number;
  /** Own entries no archive receipt covers. */
  readonly unarchived: number;
  /** Own entries neither an archive receipt nor any other device's receipt covers. */
  readonly unreplicated: number;
  /** Entries held here, whoever wrote them, that the current archive's receipts do not cover. */
  readonly uncovered: number;
  /** Number of other devices that have acknowledged every own entry. */
  readonly devicesWithAll: number;
  /** Of the archive receipt covering most; absent when there never was one. */
  readonly archive?: { readonly durability: Durability; readonly at: number; readonly archiveId: string };
  /** The archive named lower heads than it had receipted before: it lost data, and has not receipted all of it again. */
  readonly archiveRegressed: boolean;
  /** ms since the epoch of the oldest own entry that no other device or archive has acknowledged. */
  readonly oldestLocalOnlyAt?: number;
}
