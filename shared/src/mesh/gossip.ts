/**
 * Spreads entries as they are applied here (protocol.md 6): own ones to every peer at once; those of others only where a
 * peer has no link to whoever they came from: at once by archivers, after a pause by others when no archiver will.
 * Never back to the source, and nothing a peer is known to have.
 */
import type { Clock, Random } from '../clock.ts';
import type { PeerId } from '../ids.ts';
import { encodeBatch } from '../log/envelope.ts';
import type { BatchSource, LogBatch, LogHeader, Replica } from '../log/types.ts';
import type { DocKind } from '../roles.ts';
import { MESSAGE, encodeDocMessage } from './messages.ts';
import { knownSeq, noteBatch, type RoomPeerState } from './room-peer.ts';
import type { MeshLimits } from './types.ts';

export interface GossipOptions {
  readonly replicas: ReadonlyMap<DocKind, Replica>;
  readonly peers: () => Iterable<RoomPeerState>;
  readonly isArchiver: boolean;
  readonly limits: MeshLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly count: (name: string) => void;
}

export interface Gossip {
  /** Whether this peer passes on what `author` sent to `peer`, and how soon: 'now', 'later' or not at all. */
  duty(author: PeerId, peer: RoomPeerState): 'now' | 'later' | undefined;
  close(): void;
}

export function createGossip(options: GossipOptions): Gossip {
  const { replicas, limits, clock, random, count } = options;
  const timers = new Set<() => void>();
  const unsubscribe: (() => void)[] = [];

  const duty = (author: PeerId, peer: RoomPeerState): 'now' | 'later' | undefined => {
    if (peer.peerId === author || peer.neighbours.has(author)) return undefined;
    if (options.isArchiver) return 'now';
    // An archiver that has both as neighbours does it at once.
    for (const other of options.peers()) {
      if (other.isArchiver && other.neighbours.has(author) && other.neighbours.has(peer.peerId)) return undefined;
    }
    return 'later';
  };

  const send = (
    doc: DocKind,
    replica: Replica,
    peer: RoomPeerState,
    batch: LogBatch,
    encoded: () => Uint8Array<ArrayBuffer>,
  ): void => {
    if (peer.roomLink.link.queue.queuedBytes > limits.maxQueuedBytes) {
      peer.behind.add(doc);
      return count('gossip-deferred');
    }
    const entries = batch.entries.filter((entry) => entry.seq > knownSeq(peer, doc, entry.clientId));
    // Headers alone: a grant that completes earlier ones.
    if (entries.length === 0 && (batch.entries.length > 0 || batch.headers.length === 0)) return;
    const headers = new Map<number, LogHeader>();
    for (const { clientId } of entries) {
      if (knownSeq(peer, doc, clientId) > 0 || headers.has(clientId)) continue;
      const header = replica.header(clientId);
      if (header) headers.set(clientId, header);
    }
    const isWhole = entries.length === batch.entries.length && headers.size === 0;
    const body = isWhole
      ? encoded()
      : encodeBatch({ headers: headers.size > 0 ? [...headers.values()] : batch.headers, entries });
    peer.roomLink.send('envelopes', MESSAGE.batch, encodeDocMessage({ doc, gen: replica.address.gen }, body));
    noteBatch(peer, doc, { headers: [], entries });
    count('batch-sent');
  };

  const sendLater = (doc: DocKind, replica: Replica, peer: RoomPeerState, batch: LogBatch): void => {
    const cancel = clock.after(limits.forwardDelayMs * (0.5 + random.fraction()), () => {
      timers.delete(cancel);
      for (const current of options.peers())
        if (current === peer) send(doc, replica, peer, batch, () => encodeBatch(batch));
    });
    timers.add(cancel);
  };

  const spread = (doc: DocKind, replica: Replica, batch: LogBatch, source: BatchSource): void => {
    if (source.kind === 'store') return;
    let bytes: Uint8Array<ArrayBuffer> | undefined;
    const encoded = (): Uint8Array<ArrayBuffer> => (bytes ??= encodeBatch(batch));
    // whoever reads along waits for it; an archive does not
    const peers = [...options.peers()].toSorted((a, b) => Number(a.isArchiver) - Number(b.isArchiver));
    for (const peer of peers) {
      const when = source.kind === 'local' ? 'now' : duty(source.peer, peer);
      if (when === 'now') send(doc, replica, peer, batch, encoded);
      else if (when === 'later') sendLater(doc, replica, peer, batch);
    }
  };

  for (const [doc, replica] of replicas) {
    unsubscribe.push(replica.on('applied', (batch, source) => spread(doc, replica, batch, source)));
  }
  return {
    duty,
    close: () => {
      for (const off of unsubscribe) off();
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
