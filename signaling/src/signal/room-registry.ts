/** Who is in which room. Pure bookkeeping: no sockets, no time. */
import type { PeerId, RoomId } from '@vicinal/shared/ids.ts';

export interface RoomRegistry {
  /** False when the peer was in the room already. */
  join(room: RoomId, peer: PeerId): boolean;
  /** False when it was not. */
  leave(room: RoomId, peer: PeerId): boolean;
  /** The rooms that the peer was in. */
  leaveAll(peer: PeerId): readonly RoomId[];
  isIn(room: RoomId, peer: PeerId): boolean;
  /** In the order of joining. */
  peersOf(room: RoomId): readonly PeerId[];
  roomsOf(peer: PeerId): readonly RoomId[];
  countPeers(room: RoomId): number;
  countRooms(peer: PeerId): number;
  share(a: PeerId, b: PeerId): boolean;
  rooms(): readonly RoomId[];
}

export function createRoomRegistry(): RoomRegistry {
  const peersByRoom = new Map<RoomId, Set<PeerId>>();
  const roomsByPeer = new Map<PeerId, Set<RoomId>>();

  const leave = (room: RoomId, peer: PeerId): boolean => {
    const wasIn = remove(peersByRoom, room, peer);
    if (wasIn) remove(roomsByPeer, peer, room);
    return wasIn;
  };

  return {
    join: (room, peer) => {
      if (peersByRoom.get(room)?.has(peer)) return false;
      add(peersByRoom, room, peer);
      add(roomsByPeer, peer, room);
      return true;
    },
    leave,
    leaveAll: (peer) => {
      const rooms = [...(roomsByPeer.get(peer) ?? [])];
      for (const room of rooms) leave(room, peer);
      return rooms;
    },
    isIn: (room, peer) => peersByRoom.get(room)?.has(peer) ?? false,
    peersOf: (room) => [...(peersByRoom.get(room) ?? [])],
    roomsOf: (peer) => [...(roomsByPeer.get(peer) ?? [])],
    countPeers: (room) => peersByRoom.get(room)?.size ?? 0,
    countRooms: (peer) => roomsByPeer.get(peer)?.size ?? 0,
    share: (a, b) => {
      const [few, many] = [roomsByPeer.get(a), roomsByPeer.get(b)].sort((x, y) => (x?.size ?? 0) - (y?.size ?? 0));
      if (!few || !many) return false;
      for (const room of few) if (many.has(room)) return true;
      return false;
    },
    rooms: () => [...peersByRoom.keys()],
  };
}

function add<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

/** Empty sets do not stay behind: a room nobody is in costs nothing. */
function remove<K, V>(map: Map<K, Set<V>>, key: K, value: V): boolean {
  const set = map.get(key);
  if (!set?.delete(value)) return false;
  if (set.size === 0) map.delete(key);
  return true;
}
