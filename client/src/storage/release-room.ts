/** Takes the local copy of one room away, when all of it is in the archive: it is fetched again when it is opened. */
import { isArchived } from '@vicinal/shared/log/archived.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { DOC_KINDS } from '@vicinal/shared/roles.ts';
import { parseRoom, type RoomRecord } from './account-caches.ts';
import type { AccountDatabase } from './database.ts';
import { readLog } from './update-store.ts';

const LOGS = ['headers', 'entries', 'checkpoints', 'receipted', 'documents'] as const;

/**
 * What is decided and what is removed happen in one transaction, so nothing is removed that came in between. Resolves to the
 * record as it is then, or to undefined where the copy stays: something of it is not in the archive, or `mayGo` says no.
 *
 * A full store may refuse the changed record though it lets rows go: then the rows go alone and the caller has yet to keep
 * what it gets (`isKept` false).
 */
export async function releaseRoom(
  database: AccountDatabase,
  room: RoomId,
  now: number,
  mayGo: (record: RoomRecord, isPinned: boolean) => boolean,
): Promise<Released | undefined> {
  try {
    return await release(database, room, now, mayGo, true);
  } catch {
    return release(database, room, now, mayGo, false);
  }
}

export interface Released {
  readonly record: RoomRecord;
  /** False: the record as stored still says that the copy is here. */
  readonly isKept: boolean;
  /** Whether there was anything to remove. */
  readonly hadRows: boolean;
}

const release = (
  database: AccountDatabase,
  room: RoomId,
  now: number,
  mayGo: (record: RoomRecord, isPinned: boolean) => boolean,
  isKept: boolean,
): Promise<Released | undefined> =>
  database.write([...LOGS, 'rooms', 'caches'], async (tx) => {
    const record = parseRoom(await tx.objectStore('rooms').get(room));
    const pins: unknown = await tx.objectStore('caches').get('pins');
    if (record === undefined || !mayGo(record, Array.isArray(pins) && pins.includes(room))) return undefined;
    // every key that begins with the room: arrays sort after numbers and strings
    const logs = IDBKeyRange.bound([room], [room, []]);
    const keys = (await Promise.all(LOGS.map((store) => tx.objectStore(store).getAllKeys(logs)))).flat();
    const addresses = new Map(keys.map(([, doc, gen]) => [`${doc}/${gen}`, { doc, gen }]));
    for (const { doc: name, gen } of addresses.values()) {
      const doc = DOC_KINDS.find((kind) => kind === name);
      if (doc === undefined) return undefined;
      const address = { room, doc, gen };
      if (!isArchived(address, await readLog(tx, address))) return undefined;
    }
    await Promise.all(LOGS.map((store) => tx.objectStore(store).delete(logs)));
    const { keptAt: _, ...rest } = record;
    const released: RoomRecord = { ...rest, releasedAt: now };
    if (isKept) await tx.objectStore('rooms').put(released, room);
    return { record: released, isKept, hadRows: keys.length > 0 };
  });
