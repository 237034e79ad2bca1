/** Open rooms shared by whoever needs them; one lingers a moment after its last user, so that going back is instant. */
import type { Clock } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { RoomKind } from '@vicinal/shared/roles.ts';
import type { RoomCore } from './room-core.ts';

export interface CoreLease {
  readonly core: RoomCore;
  /** Gives the room back; may be called twice. Resolves when everything written so far is on this device. */
  release(): Promise<void>;
}

export interface CorePool {
  acquire(room: RoomId, kind: RoomKind): CoreLease;
  close(): Promise<void>;
}

interface Pooled {
  readonly core: RoomCore;
  users: number;
  cancelClose?: () => void;
}

const LINGER_MS = 2000;

/** `open` gets a promise to wait for before it reads the store: the same room may still be closing. */
export function createCorePool(
  clock: Clock,
  open: (room: RoomId, kind: RoomKind, after: Promise<void>) => RoomCore,
): CorePool {
  const pooled = new Map<RoomId, Pooled>();
  const closing = new Map<RoomId, Promise<void>>();

  const closeNow = (room: RoomId, entry: Pooled): Promise<void> => {
    entry.cancelClose?.();
    pooled.delete(room);
    const done = entry.core.close().finally(() => {
      if (closing.get(room) === done) closing.delete(room);
    });
    closing.set(room, done);
    return done;
  };
  /** What storage refused is in memory alone: the room stays until it is stored. */
  const linger = (room: RoomId, entry: Pooled): void => {
    entry.cancelClose = clock.after(LINGER_MS, () => {
      const hasUnsaved = [...entry.core.replicas.values()].some((replica) => replica.unstored > 0);
      if (hasUnsaved) linger(room, entry);
      else void closeNow(room, entry);
    });
  };
  const flush = async (core: RoomCore): Promise<void> => {
    // a failure shows in the room's status
    await Promise.allSettled([...core.replicas.values()].map((replica) => replica.flush()));
  };

  return {
    acquire: (room, kind) => {
      let entry = pooled.get(room);
      if (!entry) {
        entry = { core: open(room, kind, closing.get(room) ?? Promise.resolve()), users: 0 };
        pooled.set(room, entry);
      }
      const held = entry;
      held.cancelClose?.();
      delete held.cancelClose;
      held.users++;
      let isReleased = false;
      return {
        core: held.core,
        release: async () => {
          if (isReleased) return;
          isReleased = true;
          held.users--;
          if (held.users === 0 && pooled.get(room) === held) linger(room, held);
          await flush(held.core);
        },
      };
    },
    close: async () => {
      for (const [room, entry] of [...pooled]) void closeNow(room, entry);
      await Promise.allSettled([...closing.values()]);
    },
  };
}
