/**
 * Brings two replicas of a document level (protocol.md 6): HEADS when a room opens, entries the other lacks in answer,
 * SYNCED behind them; a DIGEST now and then, HEADS on mismatch; WANT for what an entry refers to and did not come.
 */
import type { Bytes } from '../bytes.ts';
import { equalBytes } from '../bytes.ts';
import type { Clock, Random } from '../clock.ts';
import { batchParts, decodeBatch, decodeHeads, encodeHeads } from '../log/envelope.ts';
import { coversHeads } from '../log/heads.ts';
import type { Head, LogBatch, MissingRange, Replica } from '../log/types.ts';
import type { DocKind } from '../roles.ts';
import type { Message, ReassemblyBudget } from './frame.ts';
import { MESSAGE, decodeDocMessage, decodeWant, encodeDocMessage, encodeWant, type DocRef } from './messages.ts';
import { noteBatch, noteHeads, type RoomPeerState } from './room-peer.ts';
import type { MeshLimits } from './types.ts';
import { createTurns } from './turns.ts';
import { createWants } from './wants.ts';

export interface CatchUpOptions {
  readonly replicas: ReadonlyMap<DocKind, Replica>;
  readonly peers: () => Iterable<RoomPeerState>;
  /** Whether the peer may be told heads: it is admitted here. */
  readonly isReached: (peer: RoomPeerState) => boolean;
  readonly limits: MeshLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: ReassemblyBudget;
  /** A catch-up began or ended. */
  readonly changed: () => void;
  readonly count: (name: string, by?: number) => void;
}

export interface CatchUp {
  /** To be called once the peer is admitted here, and again when the room opens. */
  opened(peer: RoomPeerState): void;
  /** True when the message was one of catch-up's. */
  receive(peer: RoomPeerState, message: Message): boolean;
  /** The link has room again after entries were left out. */
  drained(peer: RoomPeerState): void;
  /** Exchanges heads with everybody again. */
  wake(): void;
  close(): void;
}

/** Answers that one peer may have asked for and not yet received. */
const MAX_ANSWERS_UNDER_WAY = 64;
/** HEADS is not sent again to a peer within this time. */
const MIN_HEADS_INTERVAL_MS = 1_000;

export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { replicas, limits, clock, random, count } = options;
  const queues = new Map<DocKind, Promise<void>>();
  const turns = createTurns(clock, limits);
  const waitingForLoad = new Set<() => void>();
  let isClosed = false;

  const refOf = (replica: Replica): DocRef => ({ doc: replica.address.doc, gen: replica.address.gen });
  const isLinked = (peer: RoomPeerState): boolean => [...options.peers()].includes(peer);

  /** Runs now, or once the replica has read its store: heads before that would ask for everything again. */
  const whenLoaded = (replica: Replica, run: () => void): void => {
    if (replica.state !== 'loading') {
      if (replica.state !== 'closed') run();
      return;
    }
    const off = replica.on('status', () => {
      if (replica.state === 'loading') return;
      waitingForLoad.delete(off);
      off();
      if (replica.state !== 'closed' && !isClosed) run();
    });
    waitingForLoad.add(off);
  };

  const sendHeads = (peer: RoomPeerState, replica: Replica): void =>
    whenLoaded(replica, () => {
      if (!options.isReached(peer)) return;
      peer.headsSentAt.set(replica.address.doc, clock.monotonic());
      peer.roomLink.send('control', MESSAGE.heads, encodeDocMessage(refOf(replica), encodeHeads(replica.heads())));
    });

  /** Streams batches as the link takes them; the last one is followed by `end`. */
  const stream = (peer: RoomPeerState, replica: Replica, batches: Iterable<LogBatch>, end: Bytes | undefined): void => {
    const iterator = batches[Symbol.iterator]();
    const ref = refOf(replica);
    const encodeNext = (): Bytes | undefined => {
      const next = iterator.next();
      if (next.done) return undefined;
      noteBatch(peer, ref.doc, next.value);
      return encodeDocMessage(ref, ...batchParts(next.value));
    };
    const first = encodeNext();
    const second = first && encodeNext();
    const ready = [first, second].filter((payload) => payload !== undefined);
    const isBulk = ready.reduce((sum, payload) => sum + payload.length, 0) > limits.bulkThresholdBytes;
    let isEnded = false;
    peer.answersUnderWay += 1;
    peer.roomLink.sendFrom(isBulk ? 'bulk' : 'envelopes', () => {
      const payload = ready.shift() ?? (isEnded ? undefined : encodeNext());
      if (payload) return { type: MESSAGE.batch, payload };
      if (isEnded) return undefined;
      isEnded = true;
      peer.answersUnderWay -= 1;
      return end ? { type: MESSAGE.synced, payload: end } : undefined;
    });
  };

  const receiveHeads = (peer: RoomPeerState, replica: Replica, theirs: readonly Head[]): void => {
    const ref = refOf(replica);
    noteHeads(peer, ref.doc, theirs);
    if (peer.answersUnderWay >= MAX_ANSWERS_UNDER_WAY) return count('answers-over-limit');
    whenLoaded(replica, () => {
      if (!isLinked(peer)) return;
      stream(
        peer,
        replica,
        replica.missingFor(theirs, limits.catchUpChunkBytes),
        encodeDocMessage(ref, new Uint8Array(0)),
      );
      const sentAt = peer.headsSentAt.get(ref.doc);
      const isRecent = sentAt !== undefined && clock.monotonic() - sentAt < MIN_HEADS_INTERVAL_MS;
      // While a catch-up is due, own heads are on their way or wait for their turn.
      if (!isRecent && !peer.catchingUp.has(ref.doc) && !coversHeads(replica.heads(), theirs)) sendHeads(peer, replica);
    });
  };

  const receiveDigest = (peer: RoomPeerState, replica: Replica, digest: Bytes): void => {
    if (replica.state === 'loading' || equalBytes(digest, replica.digest())) return;
    count('digest-mismatch');
    sendHeads(peer, replica);
  };

  /** What was received of a document and is not stored yet; it counts against the process's reassembly budget. */
  const after = (doc: DocKind, task: Promise<void>): void => {
    const earlier = queues.get(doc) ?? Promise.resolve();
    queues.set(
      doc,
      earlier.then(() => task),
    );
  };
  const apply = async (peer: RoomPeerState, replica: Replica, batch: LogBatch): Promise<void> => {
    try {
      const report = await replica.receive(batch, peer.peerId);
      for (const name of ['applied', 'duplicates', 'held', 'invalid'] as const) count(`entries-${name}`, report[name]);
      if (!isClosed && report.missing.length > 0) wants.add(peer, replica, report.missing);
    } catch {
      count('receive-failed'); // the store failed: the replica says so itself and appends nothing more
    }
  };
  const receiveBatch = (peer: RoomPeerState, replica: Replica, body: Bytes): void => {
    if (isClosed || replica.state === 'closed') return;
    const batch = decodeBatch(body);
    if (!batch.ok) return count('batch-malformed');
    if (!options.budget.take(body.length)) return peer.roomLink.link.close('limit-exceeded', 'receiving too fast');
    noteBatch(peer, replica.address.doc, batch.value);
    turns.progressed(replica.address.doc, peer);
    peer.stalled.delete(replica.address.doc);
    after(
      replica.address.doc,
      apply(peer, replica, batch.value).finally(() => options.budget.give(body.length)),
    );
  };

  const receiveWant = (peer: RoomPeerState, message: Message): void => {
    const want = decodeWant(message.payload, limits.maxWantRanges);
    const replica = want.ok ? replicas.get(want.value.doc) : undefined;
    if (!want.ok || !replica || replica.address.gen !== want.value.gen) return count('want-malformed');
    for (const range of want.value.ranges) {
      if (peer.answersUnderWay >= MAX_ANSWERS_UNDER_WAY) return count('answers-over-limit');
      stream(
        peer,
        replica,
        replica.range(range.clientId, range.fromSeq, range.toSeq, limits.catchUpChunkBytes),
        undefined,
      );
    }
  };

  const wants = createWants({
    limits,
    clock,
    peers: options.peers,
    send: (peer, replica, ranges: readonly MissingRange[]) => {
      count('want-sent');
      peer.roomLink.send('control', MESSAGE.want, encodeWant(refOf(replica), ranges));
    },
  });

  const receiveDoc = (peer: RoomPeerState, message: Message): void => {
    const parsed = decodeDocMessage(message.payload);
    const replica = parsed.ok ? replicas.get(parsed.value.doc) : undefined;
    if (!parsed.ok || !replica || replica.address.gen !== parsed.value.gen) return count('document-unknown');
    const { body, doc } = parsed.value;
    switch (message.type) {
      case MESSAGE.heads: {
        const heads = decodeHeads(body);
        return heads.ok ? receiveHeads(peer, replica, heads.value) : count('heads-malformed');
      }
      case MESSAGE.digest:
        return body.length === 32 ? receiveDigest(peer, replica, body) : count('digest-malformed');
      case MESSAGE.synced:
        return void (queues.get(doc) ?? Promise.resolve()).then(() => {
          turns.ended(doc, peer);
          if (peer.catchingUp.delete(doc) && !isClosed) options.changed();
        });
      default:
        return receiveBatch(peer, replica, body);
    }
  };

  const sendDigests = (peer: RoomPeerState, docs: Iterable<DocKind>): void => {
    for (const doc of docs) {
      const replica = replicas.get(doc);
      if (!replica || replica.state === 'loading' || replica.state === 'closed') continue;
      peer.roomLink.send('control', MESSAGE.digest, encodeDocMessage(refOf(replica), replica.digest()));
    }
  };
  /** A peer that neither sends nor says SYNCED for a whole beat is not waited for. */
  const dropStalled = (peer: RoomPeerState): void => {
    for (const doc of peer.catchingUp) {
      if (!peer.stalled.has(doc)) {
        peer.stalled.add(doc);
        continue;
      }
      count('catch-up-stalled');
      peer.stalled.delete(doc);
      peer.catchingUp.delete(doc);
      turns.ended(doc, peer);
    }
    options.changed();
  };
  const beat = (): void => {
    cancelBeat = clock.after(limits.digestIntervalMs * (1 + random.fraction()), beat);
    for (const peer of options.peers()) {
      sendDigests(peer, replicas.keys());
      dropStalled(peer);
    }
  };
  let cancelBeat = clock.after(limits.digestIntervalMs * (1 + random.fraction()), beat);

  const begunAt = new WeakMap<RoomPeerState, number>();
  const begin = (peer: RoomPeerState): void => {
    for (const [doc, replica] of replicas) {
      if (replica.state === 'closed') continue;
      peer.catchingUp.add(doc);
      turns.take(doc, peer, () => sendHeads(peer, replica));
    }
    options.changed();
  };

  return {
    opened: (peer) => {
      // what was told before the other end knew who tells it is told again
      if (clock.monotonic() - (begunAt.get(peer) ?? Number.NEGATIVE_INFINITY) < MIN_HEADS_INTERVAL_MS) return;
      begunAt.set(peer, clock.monotonic());
      begin(peer);
    },
    receive: (peer, message) => {
      if (message.type === MESSAGE.want) receiveWant(peer, message);
      else if (DOC_MESSAGES.has(message.type)) receiveDoc(peer, message);
      else return false;
      return true;
    },
    drained: (peer) => {
      if (peer.behind.size === 0) return;
      const docs = [...peer.behind];
      peer.behind.clear();
      sendDigests(peer, docs);
    },
    wake: () => {
      for (const peer of options.peers()) begin(peer);
    },
    close: () => {
      isClosed = true;
      cancelBeat();
      wants.close();
      turns.close();
      for (const off of waitingForLoad) off();
      waitingForLoad.clear();
    },
  };
}

const DOC_MESSAGES: ReadonlySet<number> = new Set([MESSAGE.heads, MESSAGE.digest, MESSAGE.batch, MESSAGE.synced]);
