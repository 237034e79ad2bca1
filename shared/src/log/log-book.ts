/** All sessions of one document with their applied entries, in memory: heads, digests and what somebody else lacks. */
import { equalBytes } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import { entrySize, headerSize } from './envelope.ts';
import { digestOfHeads } from './heads.ts';
import { SessionLog, byClientId } from './session.ts';
import type { Entry, Head, LogBatch, LogHeader } from './types.ts';

export class LogBook {
  readonly #logs = new Map<number, SessionLog>();
  /** Applied entries in an order in which they can be applied. */
  #order: Entry[] = [];
  #heads: readonly Head[] | undefined;
  #digest: Bytes | undefined;

  get(clientId: number): SessionLog | undefined {
    return this.#logs.get(clientId);
  }
  logs(): Iterable<SessionLog> {
    return this.#logs.values();
  }
  seqOf(clientId: number): number {
    return this.#logs.get(clientId)?.seq ?? 0;
  }

  /** The log of the header's session, made when new. */
  open(header: LogHeader): SessionLog {
    const log = new SessionLog(header);
    const known = this.#logs.get(log.clientId);
    if (known) return known;
    this.#logs.set(log.clientId, log);
    return log;
  }
  /** Forgets a session that has no applied entry. */
  drop(clientId: number): void {
    if (this.seqOf(clientId) === 0) this.#logs.delete(clientId);
  }

  record(log: SessionLog, entry: Entry, hash: Bytes): void {
    log.append(entry, hash);
    this.#order.push(entry);
    this.#changed();
  }
  /** The session is inside a checkpoint up to `seq`. */
  startAt(log: SessionLog, seq: number, hash: Bytes): void {
    log.startAt(seq, hash);
    this.#order = this.#order.filter((entry) => entry.clientId !== log.clientId || entry.seq > log.base);
    this.#changed();
  }
  #changed(): void {
    this.#heads = undefined;
    this.#digest = undefined;
  }

  heads(): readonly Head[] {
    return (this.#heads ??= [...this.#logs.values()]
      .filter((log) => log.seq > 0)
      .map((log) => ({ clientId: log.clientId, seq: log.seq, hash: log.headHash }))
      .sort(byClientId));
  }
  digest(): Bytes {
    return (this.#digest ??= digestOfHeads(this.heads()));
  }

  *missingFor(theirs: readonly Head[], maxBytes: number): Generator<LogBatch> {
    const from = new Map<number, number>();
    const has = new Map(theirs.map((head) => [head.clientId, head]));
    for (const log of this.#logs.values()) {
      const head = has.get(log.clientId);
      const hash = head && log.hashAt(head.seq);
      const isForked = head !== undefined && hash !== undefined && !equalBytes(hash, head.hash);
      const known = head && !isForked ? head.seq : 0;
      if (known < log.seq) from.set(log.clientId, known + 1);
    }
    if (from.size === 0) return;
    yield* this.#batches(
      this.#order.filter((entry) => entry.seq >= (from.get(entry.clientId) ?? Infinity)),
      maxBytes,
    );
  }

  *range(clientId: number, fromSeq: number, toSeq: number | undefined, maxBytes: number): Generator<LogBatch> {
    const log = this.#logs.get(clientId);
    if (!log) return;
    const entries: Entry[] = [];
    const last = Math.min(toSeq ?? log.seq, log.seq);
    for (let seq = Math.max(fromSeq, log.base + 1); seq <= last; seq++) {
      const entry = log.entry(seq);
      if (entry) entries.push(entry);
    }
    yield* this.#batches(entries, maxBytes);
  }

  /** Each session's header goes before its first entry of every batch. */
  *#batches(entries: readonly Entry[], maxBytes: number): Generator<LogBatch> {
    let headers = new Map<number, LogHeader>();
    let batch: Entry[] = [];
    let bytes = 0;
    for (const entry of entries) {
      const header = this.#logs.get(entry.clientId)?.header;
      const headerBytes = header && !headers.has(entry.clientId) ? headerSize(header) : 0;
      if (batch.length > 0 && bytes + headerBytes + entrySize(entry) > maxBytes) {
        yield { headers: [...headers.values()], entries: batch };
        headers = new Map();
        batch = [];
        bytes = 0;
      }
      if (header && !headers.has(entry.clientId)) {
        headers.set(entry.clientId, header);
        bytes += headerSize(header);
      }
      batch.push(entry);
      bytes += entrySize(entry);
    }
    if (batch.length > 0) yield { headers: [...headers.values()], entries: batch };
  }
}
