/** Every limit of the log layer. Limits marked "format" decide validity: all replicas must use the same figure. */
export interface LogLimits {
  /** Format: bytes of one entry's update. */
  readonly maxEntryBytes: number;
  /** Format: structs in one entry. */
  readonly maxStructs: number;
  /** Format: delete ranges in one entry. */
  readonly maxDeleteRanges: number;
  /** Format: nesting of types in a document, and of values inside one struct. */
  readonly maxDepth: number;
  /** Format: `deps` of one entry. */
  readonly maxDeps: number;
  /** With more sessions than this, a new session's first entry names only those that moved since it began. */
  readonly maxFirstDeps: number;
  /** Bytes of one author's entries kept until what they refer to arrives, and of one carrier's that cannot be verified yet. */
  readonly maxHeldBytesPerAuthor: number;
  /** The same for everybody together, per document (a room has four). */
  readonly maxHeldBytes: number;
  /** Sessions without any applied entry whose headers are kept, per document. */
  readonly maxIdleHeaders: number;
  /** Local transactions after a leading edge are gathered for this long, ms. */
  readonly batchMs: number;
  /** So many local transactions in `batchMs` are no typing: what follows is gathered for `busyBatchMs`. */
  readonly busyUpdates: number;
  readonly busyBatchMs: number;
  /** Local entries are cut near this many bytes. */
  readonly targetEntryBytes: number;
  /** Local transactions merged into one entry at most. */
  readonly maxMergedUpdates: number;
  /** Signatures checked at once. */
  readonly verifyAhead: number;
  /** What is handed to the store is gathered for this long, ms, and written as one; 0 writes at once. */
  readonly storeGatherMs: number;
  /** First delay before a failed write to the store is tried again, ms; doubles up to 30 s. */
  readonly storeRetryMs: number;
  /** Acknowledgements are saved at most this often, ms. */
  readonly receiptSaveMs: number;
}

export const DEFAULT_LOG_LIMITS: LogLimits = {
  maxEntryBytes: 8 * 1024 * 1024,
  maxStructs: 100_000,
  maxDeleteRanges: 100_000,
  maxDepth: 100,
  maxDeps: 1024,
  maxFirstDeps: 64,
  maxHeldBytesPerAuthor: 1024 * 1024,
  maxHeldBytes: 2 * 1024 * 1024,
  maxIdleHeaders: 10_000,
  batchMs: 10,
  busyUpdates: 8,
  busyBatchMs: 40,
  targetEntryBytes: 256 * 1024,
  maxMergedUpdates: 500,
  verifyAhead: 64,
  storeGatherMs: 0,
  storeRetryMs: 1000,
  receiptSaveMs: 1000,
};
