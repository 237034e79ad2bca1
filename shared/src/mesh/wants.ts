/** Asks for entries that others refer to and that did not come by themselves: first their sender, then the others (protocol.md 6). */
import type { Clock } from '../clock.ts';
import type { MissingRange, Replica } from '../log/types.ts';
import type { RoomPeerState } from './room-peer.ts';
import type { MeshLimits } from './types.ts';

export interface WantsOptions {
  readonly limits: Pick<MeshLimits, 'wantDelayMs' | 'maxWantRanges'>;
  readonly clock: Clock;
  readonly peers: () => Iterable<RoomPeerState>;
  readonly send: (peer: RoomPeerState, replica: Replica, ranges: readonly MissingRange[]) => void;
}

export interface Wants {
  add(from: RoomPeerState, replica: Replica, missing: readonly MissingRange[]): void;
  close(): void;
}

interface Wanted {
  readonly replica: Replica;
  readonly ranges: Map<number, MissingRange>;
  readonly asked: Set<RoomPeerState>;
  readonly first: RoomPeerState;
  waits: number;
  cancel: () => void;
}

/** Pause before the next peer is asked, in multiples of the first. */
const NEXT_PEER_FACTOR = 5;
/** How often a catch-up under way is waited for. */
const MAX_WAITS = 50;

export function createWants(options: WantsOptions): Wants {
  const { limits, clock } = options;
  const byReplica = new Map<Replica, Wanted>();

  const isMissing = (replica: Replica, range: MissingRange): boolean => {
    const head = replica.heads().find(({ clientId }) => clientId === range.clientId);
    return (head?.seq ?? 0) < (range.toSeq ?? range.fromSeq);
  };

  const ask = (wanted: Wanted): void => {
    const { replica, ranges } = wanted;
    for (const [clientId, range] of ranges) if (!isMissing(replica, range)) ranges.delete(clientId);
    const peers = [...options.peers()];
    if (ranges.size === 0 || replica.state === 'closed' || peers.length === 0) {
      byReplica.delete(replica);
      return;
    }
    // A catch-up under way brings most of it.
    if (wanted.waits < MAX_WAITS && peers.some((peer) => peer.catchingUp.has(replica.address.doc))) {
      wanted.waits += 1;
      wanted.cancel = clock.after(limits.wantDelayMs, () => ask(wanted));
      return;
    }
    const candidates = [wanted.first, ...peers].filter((peer) => peers.includes(peer) && !wanted.asked.has(peer));
    const [next] = candidates;
    if (!next) {
      byReplica.delete(replica); // everybody was asked; the digests go on comparing
      return;
    }
    wanted.asked.add(next);
    options.send(next, replica, [...ranges.values()].slice(0, limits.maxWantRanges));
    wanted.cancel = clock.after(limits.wantDelayMs * NEXT_PEER_FACTOR, () => ask(wanted));
  };

  return {
    add: (from, replica, missing) => {
      let wanted = byReplica.get(replica);
      if (!wanted) {
        const created: Wanted = {
          replica,
          ranges: new Map(),
          asked: new Set(),
          first: from,
          waits: 0,
          cancel: () => undefined,
        };
        created.cancel = clock.after(limits.wantDelayMs, () => ask(created));
        byReplica.set(replica, created);
        wanted = created;
      }
      for (const range of missing) {
        if (wanted.ranges.size >= limits.maxWantRanges && !wanted.ranges.has(range.clientId)) break;
        const known = wanted.ranges.get(range.clientId);
        wanted.ranges.set(range.clientId, known ? merge(known, range) : range);
        wanted.asked.delete(from);
      }
    },
    close: () => {
      for (const wanted of byReplica.values()) wanted.cancel();
      byReplica.clear();
    },
  };
}

/** One range that covers both. */
function merge(a: MissingRange, b: MissingRange): MissingRange {
  const base = {
    clientId: a.clientId,
    fromSeq: Math.min(a.fromSeq, b.fromSeq),
    needsHeader: a.needsHeader || b.needsHeader,
  };
  return a.toSeq === undefined || b.toSeq === undefined ? base : { ...base, toSeq: Math.max(a.toSeq, b.toSeq) };
}
