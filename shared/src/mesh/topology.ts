/** Which peers a peer wants links with. A seam: version 1 is a full mesh. */
import { compareBytes, sha256, utf8 } from '../bytes.ts';
import type { PeerId } from '../ids.ts';

export interface KnownPeer {
  readonly peerId: PeerId;
  readonly isArchiver: boolean;
}

export interface Topology {
  /** The peers to be linked with, most wanted first. */
  wanted(self: PeerId, peers: readonly KnownPeer[]): readonly PeerId[];
}

/**
 * Everybody up to `maxLinks`; above, archivers first and then those closest by a distance that both ends compute alike, so
 * that they want each other.
 */
export const fullMesh = (maxLinks: number): Topology => ({
  wanted: (self, peers) => {
    if (peers.length <= maxLinks)
      return [...peers].sort((a, b) => Number(b.isArchiver) - Number(a.isArchiver)).map((peer) => peer.peerId);
    const distance = (peer: KnownPeer): Uint8Array => sha256(utf8([self, peer.peerId].sort().join(' ')));
    return peers
      .map((peer) => ({ ...peer, distance: distance(peer) }))
      .sort((a, b) => Number(b.isArchiver) - Number(a.isArchiver) || compareBytes(a.distance, b.distance))
      .slice(0, maxLinks)
      .map((peer) => peer.peerId);
  },
});
