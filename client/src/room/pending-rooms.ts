/** Documents made on this device: minted, written, and later listed in the index and registered with the server. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import { CONTENT_SCHEMA, metaProps } from '@vicinal/shared/room/documents.ts';
import type { AccountCore } from '../auth/account.ts';
import type { OpenAccount } from '../auth/open-account.ts';
import type { RoomRecord } from '../storage/account-caches.ts';
import type { CorePool } from './core-pool.ts';
import { changeRoom, readRooms, writeRoom } from './index-document.ts';
import type { RoomCore } from './room-core.ts';

export interface NewDocument {
  readonly workspace: WorkspaceId;
  readonly room: RoomId;
  readonly title: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly folder?: string;
}

export interface PendingRooms {
  /** Makes a room here; `write` fills its documents before anything else is done with it. Repeating it is harmless. */
  add(document: NewDocument, write?: (core: RoomCore) => void): Promise<Result<RoomId, AppError>>;
  /** Lists and registers what is left, now and again until it is done. */
  settle(): void;
  close(): void;
}

export interface PendingRoomsOptions {
  readonly account: AccountCore;
  readonly opened: OpenAccount;
  readonly pool: CorePool;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Waiting before registration is tried again, and for an index to become writable. */
const RETRY_MS = 5000;

export function createPendingRooms(options: PendingRoomsOptions): PendingRooms {
  const { account, pool, clock, logger } = options;
  const { caches, credentials } = options.opened;
  let cancelRetry: (() => void) | undefined;
  let isClosed = false;
  let isSettling = false;
  let wantsSettling = false;

  const isLocal = (): boolean => account.state.kind === 'signed-in' && account.state.isLocal;
  const workspaceOf = (workspace: WorkspaceId) =>
    account.state.kind === 'signed-in' ? account.state.workspaces.find(({ id }) => id === workspace) : undefined;
  const indexRoomOf = (workspace: WorkspaceId): RoomId | undefined => workspaceOf(workspace)?.indexRoom;

  const settlePending = async (): Promise<void> => {
    cancelRetry?.();
    cancelRetry = undefined;
    let isLeft = false;
    for (const record of await caches.rooms()) {
      if (isClosed) return;
      if (record.isUnlisted && !(await list(record))) isLeft = true;
      if (record.isPending && !isLocal() && !(await credentials.access(record.room)).ok) isLeft = true;
    }
    if (isLeft && !isClosed) cancelRetry = clock.after(RETRY_MS, settle);
  };
  const settle = (): void => {
    wantsSettling = true;
    if (isSettling) return;
    isSettling = true;
    void (async () => {
      while (wantsSettling && !isClosed) {
        wantsSettling = false;
        await settlePending().catch((error: unknown) =>
          logger.warn('pending-rooms-unsettled', { code: error instanceof AppError ? error.code : 'internal' }),
        );
      }
      isSettling = false;
    })();
  };
  const list = async (record: RoomRecord): Promise<boolean> => {
    const { room, workspace, title, createdAt, updatedAt, folder, audience } = record;
    const isRestricted = audience === 'restricted';
    const indexRoom = isRestricted ? workspaceOf(workspace)?.personalIndexRoom : indexRoomOf(workspace);
    if (indexRoom === undefined || isClosed) return false;
    const { core, release } = pool.acquire(indexRoom, isRestricted ? 'personal-index' : 'workspace-index');
    try {
      await core.loaded;
      await writable(core);
      if (!core.canWrite('index')) return false;
      const index = core.replica('index').ydoc;
      const known = readRooms(index).find((entry) => entry.room === room);
      if (known === undefined)
        writeRoom(
          index,
          room,
          { title, createdAt, updatedAt, ...(folder === undefined ? {} : { folder }) },
          clock.now(),
        );
      else if (known.title === '' && title !== '') changeRoom(index, room, { title }, clock.now());
    } finally {
      await release();
    }
    await caches.updateRoom(room, (before) => before && { ...before, isUnlisted: false });
    return true;
  };
  /** Resolves when the index can be written, or no grant came within the time. */
  const writable = (core: RoomCore): Promise<void> =>
    new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        for (const stop of stops) stop();
        resolve();
      };
      const check = (): void => {
        if (core.canWrite('index') || isClosed) finish();
      };
      const cancel = clock.after(RETRY_MS, finish);
      const stops = [core.on('state', check), core.on('status', check), core.replica('index').on('status', check)];
      check();
    });

  /** The schema goes into a document as it is made: opening one never writes. */
  const writeFirst = async (room: RoomId, write: ((core: RoomCore) => void) | undefined): Promise<void> => {
    const { core, release } = pool.acquire(room, 'document');
    try {
      await core.loaded;
      if (core.state.kind === 'failed') throw core.state.error;
      const meta = core.replica('meta');
      if (metaProps(meta.ydoc).get('schema') === undefined && write === undefined)
        meta.ydoc.transact(() => metaProps(meta.ydoc).set('schema', CONTENT_SCHEMA));
      write?.(core);
      await Promise.all([...core.replicas.values()].map((replica) => replica.flush()));
    } finally {
      await release();
    }
  };

  return {
    add: async ({ workspace, room, title, createdAt, updatedAt, folder }, write) => {
      if (indexRoomOf(workspace) === undefined) return err(new AppError('forbidden', 'guests make no documents'));
      const record: RoomRecord = {
        room,
        workspace,
        kind: 'document',
        role: 'owner',
        accessEpoch: 0,
        grant: '',
        isPending: true,
        isRevoked: false,
        isUnlisted: true,
        title,
        createdAt,
        updatedAt,
        openedAt: clock.now(),
        ...(folder === undefined ? {} : { folder }),
      };
      try {
        await caches.updateRoom(room, (known) => known ?? record);
        await writeFirst(room, write);
      } catch (cause) {
        return err(cause instanceof AppError ? cause : new AppError('storage-failed', 'new document', { cause }));
      }
      settle();
      return ok(room);
    },
    settle,
    close: () => {
      isClosed = true;
      cancelRetry?.();
    },
  };
}
