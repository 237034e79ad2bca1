/** What the archiver wants of its store beyond keeping logs (protocol.md 7 and 8). */
import type { Bytes } from '@vicinal/shared/bytes.ts';
import type { Checkpoint, DocAddress, Durability, Head, LogStore, Receipt } from '@vicinal/shared/log/types.ts';

/** Durability of an archive's commit. */
export type ArchiveDurability = Extract<Durability, 'archive-os' | 'archive-disk'>;

/** What one commit made durable for one document. */
export interface Committed {
  readonly address: DocAddress;
  /** Heads of every session the batch had entries of; repeated when a commit had to be repeated. */
  readonly heads: readonly Head[];
  /** Number of commits of the room that added something, this one included. */
  readonly archiveSeq: number;
  /** Constant 0 until leases exist. */
  readonly lease: number;
  readonly durability: ArchiveDurability;
  /** Entries added; 0 when all were stored before. */
  readonly entries: number;
}

/** Heads that are durable, as a rebuild from disk would yield them. */
export interface StoredHeads {
  readonly address: DocAddress;
  readonly heads: readonly Head[];
  readonly archiveSeq: number;
  readonly lease: number;
  readonly durability: ArchiveDurability;
}

/**
 * - `ready`: connected, the workspace's lock held, the last commit succeeded
 * - `failing`: connecting, waiting for the lock, or retrying; what was handed over stays in memory
 * - `closed`
 */
export type ArchiveState = 'ready' | 'failing' | 'closed';

/**
 * A `LogStore` whose `append` waits out failures of the database: entries stay in memory and are tried again with
 * backoff, in order, until they are committed. It rejects with 'storage-failed', nothing of the batch stored, when the
 * batch can never be stored (a gap, a chain that disagrees with the stored one), when more than `maxPendingBytes` wait,
 * when the last `load` of the document failed, or on `close`.
 */
export interface ArchiveStore extends LogStore {
  /** 16 random bytes, one value per database; known after the first successful connection. */
  readonly archiveId: Bytes;
  readonly state: ArchiveState;
  /** Bytes handed over and not committed yet. */
  readonly pendingBytes: number;
  /** Durable heads of every document of a room, read from disk. Rejects with 'storage-failed'. */
  roomHeads(room: DocAddress['room']): Promise<readonly StoredHeads[]>;
  /** Newest checkpoint of a document, if any. Rejects with 'storage-failed'. */
  checkpoint(address: DocAddress): Promise<Checkpoint | undefined>;
  /** Keeps a receipt that was handed out. Resolves when committed. */
  recordReceipt(receipt: Receipt): Promise<void>;
  /** Resolves when everything handed over before is committed or refused. */
  flush(): Promise<void>;
  /** Makes next months' partitions; repeating it is harmless. Rejects with 'storage-failed'. */
  maintain(): Promise<void>;
  /** After a commit, in order of commits, before the `append` that caused it resolves. */
  on(event: 'committed', listener: (committed: Committed) => void): () => void;
  on(event: 'state', listener: (state: ArchiveState) => void): () => void;
}
