/**
 * Brings the documents that are to be kept on this device here in the background: one after the other, through whoever is
 * linked, the archiver included. Nothing is taken away when fewer are to be kept.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { metaTitle } from '@vicinal/shared/room/documents.ts';
import type { Exclusive } from '../auth/session.ts';
import type { AccountCaches } from '../storage/account-caches.ts';
import type { CorePool } from './core-pool.ts';
import type { MeshSession } from './mesh-session.ts';
import { isOnDevice, isReleased, type RecordBook } from './record-book.ts';
import type { RoomCore } from './room-core.ts';
import type { DocumentSummary, OfflineKeeping } from './types.ts';

export const DEFAULT_OFFLINE_LIMIT = 200;
/** After the start and after each change of the lists, ms. */
const REST_MS = 3000;
/** A document that nobody sent within this time is tried again later. */
const PULL_TIMEOUT_MS = 20_000;
const RETRY_MS = 60_000;

export interface OfflineKeeper extends OfflineKeeping {
  /** The lists changed: what is to be kept is worked out again. */
  wake(): void;
  close(): Promise<void>;
}

export interface OfflineKeeperOptions {
  readonly caches: AccountCaches;
  readonly records: RecordBook;
  readonly pool: CorePool;
  readonly mesh: MeshSession;
  /** Documents of every workspace that is open. */
  readonly documents: () => readonly DocumentSummary[];
  /** One tab of the browser pulls at a time. */
  readonly exclusive: Exclusive;
  /** Lock name of this account. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createOfflineKeeper(options: OfflineKeeperOptions): OfflineKeeper {
  const { caches, records, pool, mesh, clock, logger } = options;
  const events = new Emitter<{ change: [] }>();
  const failedAt = new Map<RoomId, number>();
  let limit = DEFAULT_OFFLINE_LIMIT;
  let isClosed = false;
  let running: Promise<void> | undefined;
  let cancelRest: (() => void) | undefined;
  const ended = new AbortController();

  const wanted = (): readonly DocumentSummary[] =>
    // what a person removed to make room comes back when it is opened or pinned
    wantedOf(options.documents(), limit).filter(({ room, isPinned }) => isPinned || !isReleased(records.get(room)));
  const isCurrent = ({ room, updatedAt }: DocumentSummary): boolean => {
    const record = records.get(room);
    return isOnDevice(record) && (record?.isPending === true || (record?.keptAt ?? 0) >= updatedAt);
  };
  const next = (): DocumentSummary | undefined => {
    const now = clock.now();
    return wanted().find(
      (document) => !isCurrent(document) && now - (failedAt.get(document.room) ?? Number.NEGATIVE_INFINITY) > RETRY_MS,
    );
  };

  const pull = async ({ room, updatedAt }: DocumentSummary): Promise<void> => {
    const { core, release } = pool.acquire(room, 'document');
    let isCovered = false;
    try {
      await core.loaded;
      isCovered = await covered(core, clock, ended.signal);
      const title = metaTitle(core.replica('meta').ydoc).toJSON();
      await release();
      if (isCovered)
        await caches.updateRoom(
          room,
          (record) => record && { ...record, keptAt: updatedAt, ...(title === '' ? {} : { title }) },
        );
    } finally {
      await release();
    }
    if (isCovered) failedAt.delete(room);
    else failedAt.set(room, clock.now());
    events.emit('change');
  };
  // while it is 'connecting' too: the first room that is joined is what makes it connect
  const canPull = (): boolean => !isClosed && mesh.isOnline && mesh.signaling !== 'down';
  const run = async (): Promise<void> => {
    for (let document = next(); document !== undefined && canPull(); document = next()) await pull(document);
  };
  const start = (): void => {
    cancelRest = undefined;
    if (running !== undefined || !canPull() || next() === undefined) return;
    running = options
      .exclusive(`vicinal/keep/${options.name}`, run)
      .catch((error: unknown) => {
        if (!isClosed)
          logger.warn('offline-keeping-failed', { code: error instanceof AppError ? error.code : 'internal' });
      })
      .finally(() => {
        running = undefined;
        if (!isClosed && failedAt.size > 0) rest(RETRY_MS);
      });
  };
  const rest = (ms: number): void => {
    cancelRest?.();
    if (!isClosed) cancelRest = clock.after(ms, start);
  };
  const wake = (): void => {
    if (cancelRest === undefined && running === undefined) rest(REST_MS);
    events.emit('change');
  };
  const stop = mesh.on('change', () => rest(REST_MS));
  const stopRecords = records.on('change', () => events.emit('change'));
  caches.offlineLimit().then(
    (chosen) => {
      limit = chosen ?? limit;
      wake();
    },
    () => undefined, // storage that fails shows in every document's own status; the default holds
  );

  return {
    get limit() {
      return limit;
    },
    get kept() {
      return wanted().filter(isCurrent).length;
    },
    get wanted() {
      return wanted().length;
    },
    setLimit: async (chosen) => {
      const whole = Math.max(0, Math.trunc(chosen));
      await caches.saveOfflineLimit(whole);
      limit = whole;
      wake();
    },
    on: (event, listener) => events.on(event, listener),
    wake,
    close: async () => {
      isClosed = true;
      ended.abort();
      stop();
      stopRecords();
      cancelRest?.();
      events.clear();
      await running;
    },
  };
}

/** Pinned ones, then the most recently opened or edited ones up to `limit`. */
export function wantedOf(documents: readonly DocumentSummary[], limit: number): readonly DocumentSummary[] {
  const usedAt = ({ openedAt, updatedAt }: DocumentSummary): number => Math.max(openedAt ?? 0, updatedAt);
  const recent = documents.toSorted((a, b) => usedAt(b) - usedAt(a));
  const pinned = recent.filter(({ isPinned }) => isPinned);
  return [...pinned, ...recent.filter(({ isPinned }) => !isPinned).slice(0, limit)];
}

/** Whether everything a linked peer holds came here in time. */
function covered(core: RoomCore, clock: Clock, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const isCovered = (): boolean =>
      core.state.kind === 'ready' &&
      core.peers.length > 0 &&
      !core.status.isCatchingUp &&
      core.status.state !== 'error';
    const finish = (answer: boolean): void => {
      cancel();
      for (const stop of stops) stop();
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
    };
    const onAbort = (): void => finish(false);
    const check = (): void => {
      if (isCovered()) finish(true);
      else if (core.state.kind === 'denied' || core.state.kind === 'failed') finish(false);
    };
    const cancel = clock.after(PULL_TIMEOUT_MS, () => finish(isCovered()));
    const stops = [core.on('state', check), core.on('status', check), core.on('peers', check)];
    signal.addEventListener('abort', onAbort);
    check();
  });
}
