/** What a room remembers of one peer whose room link is open. */
import type { PeerId } from '../ids.ts';
import type { Head, LogBatch } from '../log/types.ts';
import type { DocKind } from '../roles.ts';
import type { RoomLink } from './rooms-on-link.ts';

export interface RoomPeerState {
  readonly peerId: PeerId;
  readonly roomLink: RoomLink;
  readonly isArchiver: boolean;
  /** Peers that this one shares the room with over links of its own. */
  neighbours: ReadonlySet<PeerId>;
  /** Highest seq per session that the peer is known to have. */
  readonly known: Map<DocKind, Map<number, number>>;
  /** Documents whose catch-up from this peer has not ended. */
  readonly catchingUp: Set<DocKind>;
  /** Of those, the ones from which nothing came since the last look. */
  readonly stalled: Set<DocKind>;
  /** Documents of which entries were not queued because the link was full. */
  readonly behind: Set<DocKind>;
  /** Catch-up and range answers not sent to their end yet. */
  answersUnderWay: number;
  /** Monotonic ms of the last HEADS sent, per document. */
  readonly headsSentAt: Map<DocKind, number>;
}

export const createRoomPeer = (roomLink: RoomLink): RoomPeerState => ({
  peerId: roomLink.link.peerId,
  roomLink,
  isArchiver: roomLink.claims.role === 'archiver',
  neighbours: new Set(),
  known: new Map(),
  catchingUp: new Set(),
  stalled: new Set(),
  behind: new Set(),
  answersUnderWay: 0,
  headsSentAt: new Map(),
});

function knownOf(peer: RoomPeerState, doc: DocKind): Map<number, number> {
  const known = peer.known.get(doc) ?? new Map<number, number>();
  peer.known.set(doc, known);
  return known;
}
const raise = (known: Map<number, number>, clientId: number, seq: number): void => {
  if (seq > (known.get(clientId) ?? 0)) known.set(clientId, seq);
};

export function noteHeads(peer: RoomPeerState, doc: DocKind, heads: readonly Head[]): void {
  const known = knownOf(peer, doc);
  for (const head of heads) raise(known, head.clientId, head.seq);
}
export function noteBatch(peer: RoomPeerState, doc: DocKind, batch: LogBatch): void {
  const known = knownOf(peer, doc);
  for (const entry of batch.entries) raise(known, entry.clientId, entry.seq);
}
/** Seq up to which the peer is known to hold a session; 0 for an unknown session. */
export const knownSeq = (peer: RoomPeerState, doc: DocKind, clientId: number): number =>
  peer.known.get(doc)?.get(clientId) ?? 0;
