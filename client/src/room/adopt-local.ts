/**
 * Moves the documents of "Try it on this device first" into the account that took its place. In two steps, each of which
 * may be interrupted and repeated: copies first, so that they open at once, then their places in the index; only then
 * is the local account removed. Whoever makes no documents here (guests) leaves them where they are.
 */
import type * as Y from 'yjs';
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { Workspace } from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { LogStore } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { AccountCore } from '../auth/account.ts';
import { localAccountLock, type OpenAccount } from '../auth/open-account.ts';
import type { Exclusive } from '../auth/session.ts';
import { createAccountCaches } from '../storage/account-caches.ts';
import { openAccountDatabase, type AccountDatabase } from '../storage/database.ts';
import type { KnownAccount } from '../storage/profile-store.ts';
import { removeRooms } from '../storage/remove-rooms.ts';
import type { CopyTarget } from './adopt-local-copy.ts';
import type { CorePool } from './core-pool.ts';
import type { RoomCore } from './room-core.ts';

export interface AdoptionOptions {
  readonly account: AccountCore;
  readonly opened: OpenAccount;
  readonly pool: CorePool;
  /** What copies are written with, the workspace apart. */
  readonly target: Omit<CopyTarget, 'workspace' | 'user'>;
  /** Logs of the local account, with what its last page could not store in time. */
  readonly openSource: (database: AccountDatabase) => Promise<LogStore>;
  readonly exclusive: Exclusive;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Adoption {
  /** Resolves when everything that can be copied now is, or a moment later when another tab is in the way. */
  readonly copied: Promise<void>;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

/** Longest wait before the rooms are shown; what comes later appears then. */
const COPY_WAIT_MS = 3000;
/** Fetched by whoever has something to move. */
const loadCopying = () => import('./adopt-local-copy.ts');
const loadArranging = () => import('./adopt-local-index.ts');
/** An index that cannot be written by then is tried again when the account next comes online. */
const INDEX_WAIT_MS = 30_000;

export function createAdoption(options: AdoptionOptions): Adoption {
  const { account, opened, pool, clock, logger } = options;
  const stops = new Set<() => void>();
  let isClosed = false;
  /** The circumstances of the last attempt: only others are worth a new one. */
  let triedAs: string | undefined;
  let running: Promise<void> = Promise.resolve();
  let active: Promise<void> | undefined;

  const attemptNow = (onCopied: () => void): void => {
    if (isClosed || account.state.kind !== 'signed-in' || account.opened !== opened) return onCopied();
    const workspace = account.state.workspaces.find(({ role, indexRoom }) => role !== 'guest' && indexRoom);
    const circumstances = `${workspace?.id ?? ''}/${account.state.online}`;
    if (workspace === undefined || circumstances === triedAs) return onCopied();
    triedAs = circumstances;
    running = running
      .then(async () => {
        for (const local of await account.adoptions()) {
          await options.exclusive(localAccountLock(local.user.id), () => {
            active = adopt(local, workspace, onCopied);
            return active;
          });
        }
      })
      .catch((error: unknown) =>
        logger.warn('adoption-incomplete', { code: error instanceof AppError ? error.code : 'internal' }),
      )
      .finally(onCopied);
  };

  const adopt = async (local: KnownAccount, workspace: Workspace, onCopied: () => void): Promise<void> => {
    // another tab may have done it while this one waited for its turn
    if (isClosed || !(await account.adoptions()).some(({ user }) => user.id === local.user.id)) return;
    const [{ copyRoom }, { trashedRooms }] = await Promise.all([loadCopying(), loadArranging()]);
    const database = await openAccountDatabase(local.issuer, local.user.id);
    let isEmpty = false;
    try {
      const source = await options.openSource(database);
      const caches = createAccountCaches(database);
      const target = { ...options.target, workspace: workspace.id, user: opened.user };
      const records = (await caches.rooms()).filter(({ kind }) => kind === 'document');
      const [home] = local.workspaces;
      const index = await readIndex(source, home?.indexRoom);
      const trashed = trashedRooms(index);
      const copied = new Map<RoomId, RoomId>();
      for (const [done, record] of records.entries()) {
        if (isClosed) return;
        account.setAdopting({ done, total: records.length });
        try {
          // before the copy: from then on the room may be registered as this account's
          await caches.updateRoom(record.room, (known) => known && { takenBy: opened.user, ...known });
          copied.set(record.room, await copyRoom(record, source, target, trashed.has(record.room)));
        } catch (error) {
          logger.warn('document-not-adopted', { code: error instanceof AppError ? error.code : 'internal' });
        }
      }
      onCopied();
      const personal = await readIndex(source, home?.personalIndexRoom);
      const isArranged = await arrange(workspace, copied, index, personal);
      if (!isArranged) return;
      isEmpty = copied.size === records.length;
      if (!isEmpty) await removeRooms(database, [...copied.keys()]);
    } finally {
      account.setAdopting(undefined);
      database.close();
    }
    if (isEmpty) await account.removeAdopted({ issuer: local.issuer, user: local.user.id });
  };

  const readIndex = async (source: LogStore, room: RoomId | undefined): Promise<Y.Doc | undefined> =>
    room && (await loadCopying()).readDocument(source, { room, doc: 'index', gen: 0 });

  /** False when an index could not be written in time. */
  const arrange = async (
    workspace: Workspace,
    rooms: ReadonlyMap<RoomId, RoomId>,
    index: Y.Doc | undefined,
    personal: Y.Doc | undefined,
  ): Promise<boolean> => {
    if (rooms.size === 0) return true;
    const { arrangeAdopted, starAdopted } = await loadArranging();
    return await inIndex(workspace.personalIndexRoom, 'personal-index', (core) => {
      const own = core.replica('index').ydoc;
      if (index !== undefined) arrangeAdopted(index, own, rooms, clock.now());
      if (personal !== undefined) starAdopted(personal, own, rooms, clock.now());
    });
  };
  const inIndex = async (
    room: RoomId | undefined,
    kind: 'workspace-index' | 'personal-index',
    write: (core: RoomCore) => void,
  ): Promise<boolean> => {
    if (room === undefined || isClosed) return false;
    const { core, release } = pool.acquire(room, kind);
    try {
      await core.loaded;
      if (!(await isWritable(core))) return false;
      write(core);
      await core.replica('index').flush();
      return true;
    } finally {
      await release();
    }
  };
  const isWritable = (core: RoomCore): Promise<boolean> =>
    new Promise((resolve) => {
      const finish = (): void => {
        for (const stop of watching) stop();
        stops.delete(finish);
        resolve(core.canWrite('index') && !isClosed);
      };
      const check = (): void => {
        if (core.canWrite('index')) finish();
      };
      const watching = [
        core.on('state', check),
        core.on('status', check),
        core.replica('index').on('status', check),
        clock.after(INDEX_WAIT_MS, finish),
      ];
      stops.add(finish);
      check();
    });

  const copied = new Promise<void>((resolve) => {
    const cancel = clock.after(COPY_WAIT_MS, resolve);
    stops.add(cancel);
    attemptNow(() => {
      cancel();
      resolve();
    });
  });
  const unsubscribe = account.on('change', () => attemptNow(() => undefined));
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      isClosed = true;
      unsubscribe();
      for (const stop of stops) stop();
      await active?.catch(() => undefined); // reported where it failed
    })();
    return closing;
  };
  const withdraw = opened.beforeClose(close);
  return {
    copied,
    close: async () => {
      withdraw();
      await close();
    },
  };
}
