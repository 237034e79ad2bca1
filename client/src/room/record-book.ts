/** What this device knows of each room, read once and held in memory for lists that are drawn again and again. */
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { AccountCaches, RoomRecord } from '../storage/account-caches.ts';

export interface RecordBook {
  get(room: RoomId): RoomRecord | undefined;
  all(): readonly RoomRecord[];
  isPinned(room: RoomId): boolean;
  setPinned(room: RoomId, isPinned: boolean): Promise<void>;
  /** Resolves once what was stored has been read; rejects with 'storage-failed'. */
  readonly loaded: Promise<void>;
  on(event: 'change', listener: () => void): () => void;
  close(): void;
}

/** Follows what this tab writes; records of other tabs are seen at the next start. */
export function createRecordBook(caches: AccountCaches): RecordBook {
  const events = new Emitter<{ change: [] }>();
  const records = new Map<RoomId, RoomRecord>();
  let pins: ReadonlySet<RoomId> = new Set();
  const stop = caches.on('room', (record) => {
    records.set(record.room, record);
    events.emit('change');
  });
  const load = async (): Promise<void> => {
    const [rooms, pinned] = await Promise.all([caches.rooms(), caches.pins()]);
    pins = new Set(pinned);
    for (const record of rooms) if (!records.has(record.room)) records.set(record.room, record);
    events.emit('change');
  };
  const loaded = load();
  loaded.catch(() => undefined); // whoever needs it awaits it
  return {
    get: (room) => records.get(room),
    all: () => [...records.values()],
    isPinned: (room) => pins.has(room),
    setPinned: async (room, isPinned) => {
      const next = new Set(pins);
      if (isPinned) next.add(room);
      else next.delete(room);
      await caches.savePins([...next]);
      pins = next;
      events.emit('change');
    },
    loaded,
    on: (event, listener) => events.on(event, listener),
    close: () => {
      stop();
      events.clear();
    },
  };
}

/** Its content was brought here: opened once, made here, or pulled in the background; and not removed to make room since. */
export const isOnDevice = (record: RoomRecord | undefined): boolean =>
  record !== undefined &&
  (record.isPending || (!isReleased(record) && (record.openedAt !== undefined || record.keptAt !== undefined)));

/** Its copy was removed to make room, and neither opened nor pulled again since. */
export const isReleased = (record: RoomRecord | undefined): boolean =>
  record?.releasedAt !== undefined && record.keptAt === undefined && (record.openedAt ?? 0) <= record.releasedAt;
