/** Who else is in the joined rooms, as signaling says. Bounded. */
import type { PeerId, RoomId } from '../ids.ts';
import type { PeerInfo } from '../signal/down.ts';
import type { KnownPeer } from './topology.ts';

export interface Rosters {
  set(room: RoomId, peers: readonly PeerInfo[]): void;
  add(room: RoomId, peer: PeerInfo): void;
  remove(room: RoomId, peer: PeerId): void;
  /** The room was left. */
  drop(room: RoomId): void;
  /** Signaling went down: nothing is known until it is back. */
  clear(): void;
  has(peer: PeerId): boolean;
  isIn(room: RoomId, peer: PeerId): boolean;
  of(room: RoomId): readonly PeerId[];
  /** Every peer of any room, once. */
  peers(): readonly KnownPeer[];
  isArchiver(peer: PeerId): boolean;
  /** Whether a room of the peer's has somebody else who is neither an archiver nor `self`. */
  isAmongPeople(peer: PeerId, self: PeerId): boolean;
}

export function createRosters(maxPeers: number): Rosters {
  const rooms = new Map<RoomId, Map<PeerId, PeerInfo>>();
  const size = (): number => [...rooms.values()].reduce((sum, peers) => sum + peers.size, 0);
  return {
    set: (room, peers) => {
      rooms.delete(room);
      const kept = peers.slice(0, Math.max(0, maxPeers - size()));
      rooms.set(room, new Map(kept.map((peer) => [peer.peerId, peer])));
    },
    add: (room, peer) => {
      if (size() >= maxPeers) return;
      const peers = rooms.get(room) ?? new Map<PeerId, PeerInfo>();
      peers.set(peer.peerId, peer);
      rooms.set(room, peers);
    },
    remove: (room, peer) => void rooms.get(room)?.delete(peer),
    drop: (room) => void rooms.delete(room),
    clear: () => rooms.clear(),
    has: (peer) => [...rooms.values()].some((peers) => peers.has(peer)),
    isIn: (room, peer) => rooms.get(room)?.has(peer) ?? false,
    of: (room) => [...(rooms.get(room)?.keys() ?? [])],
    peers: () => {
      const all = new Map<PeerId, KnownPeer>();
      for (const peers of rooms.values()) {
        for (const { peerId, archiver } of peers.values()) {
          all.set(peerId, { peerId, isArchiver: archiver || (all.get(peerId)?.isArchiver ?? false) });
        }
      }
      return [...all.values()];
    },
    isArchiver: (peer) => [...rooms.values()].some((peers) => peers.get(peer)?.archiver === true),
    isAmongPeople: (peer, self) =>
      [...rooms.values()].some(
        (peers) =>
          peers.has(peer) &&
          [...peers.values()].some((other) => !other.archiver && other.peerId !== peer && other.peerId !== self),
      ),
  };
}
