/** Which rooms are open in any tab of this browser: each holds a shared lock from before it is read until it is closed. */
import type { RoomId } from '@vicinal/shared/ids.ts';

export interface RoomLocks {
  /** `held` resolves once nobody works on the closed room any more. */
  hold(room: RoomId): { readonly held: Promise<void>; readonly release: () => void };
  /** Runs `work` while no tab has the room open, and keeps them from reading it meanwhile; undefined when one has. */
  whileClosed<T>(room: RoomId, work: () => Promise<T>): Promise<T | undefined>;
}

/** `account` is the name of its database. */
export function createRoomLocks(locks: Pick<LockManager, 'request'>, account: string): RoomLocks {
  const nameOf = (room: RoomId): string => `vicinal/room/${account}/${room}`;
  return {
    hold: (room) => {
      const released = Promise.withResolvers<void>();
      const held = new Promise<void>((resolve) => {
        const keep = (): Promise<void> => {
          resolve();
          return released.promise;
        };
        // a browser that gives no locks removes no copies either
        locks.request(nameOf(room), { mode: 'shared' }, keep).catch(() => resolve());
      });
      return { held, release: released.resolve };
    },
    whileClosed: (room, work) =>
      locks.request(nameOf(room), { ifAvailable: true }, async (lock) => (lock === null ? undefined : work())),
  };
}
