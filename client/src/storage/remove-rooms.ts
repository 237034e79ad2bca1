/** Takes single rooms out of an account's database, when their documents are kept elsewhere. */
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { AccountDatabase } from './database.ts';

/** All of them or none. */
export const removeRooms = (database: AccountDatabase, rooms: readonly RoomId[]): Promise<void> =>
  database.write(['headers', 'entries', 'documents', 'checkpoints', 'receipted', 'rooms'], async (tx) => {
    for (const room of rooms) {
      // every key that begins with the room: arrays sort after numbers and strings
      const logs = IDBKeyRange.bound([room], [room, []]);
      await Promise.all([
        ...(['headers', 'entries', 'documents', 'checkpoints', 'receipted'] as const).map((store) =>
          tx.objectStore(store).delete(logs),
        ),
        tx.objectStore('rooms').delete(room),
      ]);
    }
  });
