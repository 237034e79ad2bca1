/** How many requests are taken on in a minute, by user and by room. What is over waits; nothing is refused. */
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';

const WINDOW_MS = 60_000;

export interface QuotaLimits {
  readonly requestsPerUserPerMinute: number;
  readonly requestsPerRoomPerMinute: number;
}

export interface Quota {
  /** Counts one, or tells that the user or the room has had its share. */
  take(user: UserId, room: RoomId): boolean;
  /** ms until shares begin anew. */
  readonly renewsInMs: number;
}

/** `now` in ms, monotonic. */
export function createQuota(limits: QuotaLimits, now: () => number): Quota {
  let users = new Map<UserId, number>();
  let rooms = new Map<RoomId, number>();
  let endsAt = Number.NEGATIVE_INFINITY;
  const renew = (): void => {
    if (now() < endsAt) return;
    users = new Map();
    rooms = new Map();
    endsAt = now() + WINDOW_MS;
  };
  return {
    take(user, room) {
      renew();
      const ofUser = users.get(user) ?? 0;
      const ofRoom = rooms.get(room) ?? 0;
      if (ofUser >= limits.requestsPerUserPerMinute || ofRoom >= limits.requestsPerRoomPerMinute) return false;
      users.set(user, ofUser + 1);
      rooms.set(room, ofRoom + 1);
      return true;
    },
    get renewsInMs() {
      return Math.max(1, endsAt - now());
    },
  };
}
