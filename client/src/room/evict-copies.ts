/**
 * Makes room on this device: local copies of documents go that the archive holds whole. Never one with anything in it that
 * is nowhere else, nor one that is pinned, open in any tab, or was opened here lately.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { DOCS_OF_KIND } from '@vicinal/shared/roles.ts';
import type { AccountCaches, RoomRecord } from '../storage/account-caches.ts';
import type { AccountDatabase } from '../storage/database.ts';
import { releaseRoom } from '../storage/release-room.ts';
import type { UnsavedCopies } from '../storage/unsaved-copies.ts';
import { isOnDevice } from './record-book.ts';

/** A document opened within this time stays. */
export const RECENTLY_OPENED_MS = 7 * 24 * 60 * 60 * 1000;

export interface EvictOptions {
  readonly database: AccountDatabase;
  readonly caches: AccountCaches;
  readonly unsavedCopies: UnsavedCopies;
  /** Runs `work` while no tab has the room open, and keeps them from opening it meanwhile; undefined when one has. */
  readonly whileClosed: <T>(room: RoomId, work: () => Promise<T>) => Promise<T | undefined>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Rejects with 'storage-failed' when storage cannot be read. `freed`: how many documents' copies went. */
export async function evictCopies(options: EvictOptions): Promise<{ readonly freed: number }> {
  const { database, caches, clock, logger } = options;
  const pins = new Set(await caches.pins());
  const hasUnsaved = (room: RoomId): boolean =>
    DOCS_OF_KIND.document.some((doc) => options.unsavedCopies.read({ room, doc, gen: 0 }).length > 0);
  const mayGo = (record: RoomRecord, isPinned: boolean): boolean =>
    !isPinned && isExpendable(record, clock.now()) && !hasUnsaved(record.room);
  let freed = 0;
  for (const candidate of await caches.rooms()) {
    const { room } = candidate;
    if (!mayGo(candidate, pins.has(room))) continue;
    try {
      const released = await options.whileClosed(room, () => releaseRoom(database, room, clock.now(), mayGo));
      if (released === undefined) continue;
      if (released.hadRows) freed++;
      // now that there is room; a mark that is not kept is made again when the document is opened or the next one is freed
      if (!released.isKept) await caches.updateRoom(room, () => released.record).catch(() => undefined);
      caches.noteRoom(released.record);
    } catch (error) {
      logger.warn('copy-not-removed', { code: error instanceof AppError ? error.code : 'internal' });
    }
  }
  return { freed };
}

/** A document that can be fetched again, has nothing yet to be done for it, and was not opened here lately. */
export const isExpendable = (record: RoomRecord, now: number): boolean =>
  record.kind === 'document' &&
  isOnDevice(record) &&
  !record.isPending &&
  !record.isRevoked &&
  record.isUnlisted !== true &&
  record.isRenamed !== true &&
  now - (record.openedAt ?? 0) > RECENTLY_OPENED_MS;
