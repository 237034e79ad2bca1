/** What happened to each room's sync on this device, kept across restarts: one row per room, trimmed as it is written. */
import { isRoomId, type RoomId } from '@vicinal/shared/ids.ts';
import { SYNC_STATES, type SyncLogEntry } from '../room/types.ts';
import type { AccountDatabase } from './database.ts';

export const MAX_SYNC_LOG_ENTRIES = 200;
export const MAX_SYNC_LOG_AGE_MS = 30 * 24 * 60 * 60 * 1000;

export interface SyncLogStore {
  /** Newest first; what cannot be read is left out: a log tells, nothing depends on it. */
  read(room: RoomId): Promise<readonly SyncLogEntry[]>;
  /** Adds to what other tabs wrote; `now` decides what is too old. */
  append(room: RoomId, entries: readonly SyncLogEntry[], now: number): Promise<void>;
}

export function createSyncLogStore(database: AccountDatabase): SyncLogStore {
  return {
    read: async (room) => parseLog(await database.read(['syncLog'], (tx) => tx.objectStore('syncLog').get(room))),
    append: (room, entries, now) =>
      database.write(['syncLog'], async (tx) => {
        if (!isRoomId(room)) return;
        const store = tx.objectStore('syncLog');
        await store.put(trimSyncLog([...entries, ...parseLog(await store.get(room))], now), room);
      }),
  };
}

/** The newest, none older than the limit; newest first. */
export const trimSyncLog = (entries: readonly SyncLogEntry[], now: number): readonly SyncLogEntry[] =>
  entries
    .filter(({ at }) => now - at <= MAX_SYNC_LOG_AGE_MS)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, MAX_SYNC_LOG_ENTRIES);

const KINDS: readonly SyncLogEntry['kind'][] = [
  'opened',
  'state',
  'linked',
  'unlinked',
  'receipt',
  'storage-failed',
  'access-changed',
  'archive-regressed',
];
const PATHS = ['direct', 'relayed', 'unknown'] as const;
const DURABILITIES = ['memory', 'device', 'archive-os', 'archive-disk'] as const;

function parseLog(value: unknown): SyncLogEntry[] {
  return Array.isArray(value) ? value.map(parseEntry).filter((entry) => entry !== undefined) : [];
}

function parseEntry(value: unknown): SyncLogEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const row = value as Readonly<Record<string, unknown>>; // any object can be read by key
  const kind = KINDS.find((known) => known === row['kind']);
  if (kind === undefined || typeof row['at'] !== 'number') return undefined;
  const state = SYNC_STATES.find((known) => known === row['state']);
  const path = PATHS.find((known) => known === row['path']);
  const durability = DURABILITIES.find((known) => known === row['durability']);
  return {
    at: row['at'],
    kind,
    ...(state === undefined ? {} : { state }),
    ...(typeof row['name'] === 'string' ? { name: row['name'] } : {}),
    ...(path === undefined ? {} : { path }),
    ...(durability === undefined ? {} : { durability }),
  };
}
