/** The rooms of one signed-in account: documents, indexes, and documents made while no server answers. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import { CONTENT_SCHEMA, metaProps } from '@vicinal/shared/room/documents.ts';
import type { AccountCore } from '../auth/account.ts';
import type { OpenAccount } from '../auth/open-account.ts';
import type { RoomRecord } from '../storage/account-caches.ts';
import type { CorePool } from './core-pool.ts';
import { createRoomSession } from './room-session.ts';
import type { DocumentSummary, Rooms, WorkspaceSession } from './types.ts';
import { createWorkspaceSession, indexedAt, writeIndex } from './workspace-session.ts';

export interface RoomsOptions {
  readonly account: AccountCore;
  readonly opened: OpenAccount;
  readonly pool: CorePool;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** `navigator.storage`, where it exists. */
  readonly storage: StorageManager | undefined;
  /** Closes what rooms stand on: the mesh. */
  readonly onClosed: () => Promise<void>;
}

/** A document's time in the index moves at most this often while a person writes. */
const TOUCH_INTERVAL_MS = 5 * 60_000;
/** Waiting before registration is tried again. */
const REGISTER_RETRY_MS = 5000;

export function createRooms(options: RoomsOptions): Rooms {
  const { account, opened, pool, clock, logger } = options;
  const { caches, credentials } = opened;
  let cancelRetry: (() => void) | undefined;
  let isClosed = false;
  let hasAskedToPersist = false;

  const logFailure =
    (event: string) =>
    (error: unknown): void =>
      logger.warn(event, { code: error instanceof AppError ? error.code : 'internal' });
  const indexRoomOf = (workspace: WorkspaceId): RoomId | undefined =>
    account.state.kind === 'signed-in'
      ? account.state.workspaces.find(({ id }) => id === workspace)?.indexRoom
      : undefined;

  /** Writes into the index of a workspace once that can be written here; gives up when the room closes first. */
  const inIndex = async (workspace: WorkspaceId, write: (index: import('yjs').Doc) => void): Promise<boolean> => {
    const indexRoom = indexRoomOf(workspace);
    if (indexRoom === undefined || isClosed) return false;
    const { core, release } = pool.acquire(indexRoom, 'workspace-index');
    try {
      await core.loaded;
      await writable(core);
      if (!core.canWrite('index')) return false;
      write(core.replica('index').ydoc);
      return true;
    } finally {
      await release();
    }
  };
  /** Resolves when the index can be written, or no grant came within the time. */
  const writable = (core: ReturnType<CorePool['acquire']>['core']): Promise<void> =>
    new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        for (const stop of stops) stop();
        resolve();
      };
      const check = (): void => {
        if (core.canWrite('index') || isClosed) finish();
      };
      const cancel = clock.after(REGISTER_RETRY_MS, finish);
      const stops = [core.on('state', check), core.on('status', check), core.replica('index').on('status', check)];
      check();
    });

  /** Registers and lists what was made while the server or the index were away. */
  const settlePending = async (): Promise<void> => {
    cancelRetry?.();
    cancelRetry = undefined;
    let isLeft = false;
    for (const record of await caches.rooms()) {
      if (isClosed) return;
      if (record.isUnlisted && !(await list(record))) isLeft = true;
      if (record.isPending && !(await credentials.access(record.room)).ok) isLeft = true;
    }
    if (isLeft && !isClosed) cancelRetry = clock.after(REGISTER_RETRY_MS, settle);
  };
  let isSettling = false;
  let wantsSettling = false;
  const settle = (): void => {
    wantsSettling = true;
    if (isSettling) return;
    isSettling = true;
    void (async () => {
      while (wantsSettling && !isClosed) {
        wantsSettling = false;
        await settlePending().catch(logFailure('pending-rooms-unsettled'));
      }
      isSettling = false;
    })();
  };
  const list = async ({ room, workspace, createdAt }: RoomRecord): Promise<boolean> => {
    const isListed = await inIndex(workspace, (index) => {
      if (indexedAt(index, room) === undefined) writeIndex(index, room, { createdAt, updatedAt: createdAt });
    });
    if (isListed) await caches.updateRoom(room, (record) => record && { ...record, isUnlisted: false });
    return isListed;
  };

  const createDocument = async (workspace: WorkspaceId): Promise<Result<RoomId, AppError>> => {
    if (indexRoomOf(workspace) === undefined) return err(new AppError('forbidden', 'guests make no documents'));
    const room = toBase64Url(options.random.bytes(16)) as RoomId; // 16 bytes encode to the 22 characters of a room id
    const now = clock.now();
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
      title: '',
      createdAt: now,
      updatedAt: now,
      openedAt: now,
    };
    try {
      await caches.updateRoom(room, () => record);
      await writeFirst(room);
    } catch (cause) {
      return err(cause instanceof AppError ? cause : new AppError('storage-failed', 'new document', { cause }));
    }
    settle();
    return ok(room);
  };
  /** The schema goes into a document as it is made: opening one never writes. */
  const writeFirst = async (room: RoomId): Promise<void> => {
    const { core, release } = pool.acquire(room, 'document');
    try {
      await core.loaded;
      if (core.state.kind === 'failed') throw core.state.error;
      const meta = core.replica('meta');
      meta.ydoc.transact(() => metaProps(meta.ydoc).set('schema', CONTENT_SCHEMA));
      await meta.flush();
    } finally {
      await release();
    }
  };

  const persistOnce = (): void => {
    if (hasAskedToPersist) return;
    hasAskedToPersist = true;
    // the answer is read back from the browser whenever it is shown
    options.storage?.persist().catch(() => false);
  };
  const onRenamed = (room: RoomId, title: string): void => {
    void copyToIndex(room, (index) => writeIndex(index, room, { title, updatedAt: clock.now() })).catch(
      logFailure('title-not-copied'),
    );
  };
  const touched = new Map<RoomId, number>();
  const onEdited = (room: RoomId): void => {
    persistOnce();
    if (clock.now() - (touched.get(room) ?? Number.NEGATIVE_INFINITY) < TOUCH_INTERVAL_MS) return;
    touched.set(room, clock.now());
    void copyToIndex(room, (index) => {
      const at = indexedAt(index, room);
      if (at !== undefined && clock.now() - at >= TOUCH_INTERVAL_MS)
        writeIndex(index, room, { updatedAt: clock.now() });
    }).catch(logFailure('time-not-copied'));
  };
  /** Guests have no index: nothing to copy to. */
  const copyToIndex = async (room: RoomId, write: (index: import('yjs').Doc) => void): Promise<void> => {
    const record = await caches.room(room);
    if (record) await inIndex(record.workspace, write);
  };

  const recentRooms = async (): Promise<readonly DocumentSummary[]> => {
    const records = await caches.rooms();
    return records
      .filter((record) => record.kind === 'document' && record.openedAt !== undefined)
      .sort((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0))
      .map(({ room, title, createdAt, updatedAt }) => ({ room, title, createdAt, updatedAt }));
  };

  const unsubscribe = account.on('change', () => {
    if (account.state.kind === 'signed-in' && account.state.online) settle();
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      isClosed = true;
      unsubscribe();
      withdraw();
      cancelRetry?.();
      await pool.close();
      await options.onClosed();
    })();
    return closing;
  };
  const withdraw = opened.beforeClose(close);
  settle();

  return {
    openRoom: (room) => {
      const { core, release } = pool.acquire(room, 'document');
      return createRoomSession({ core, caches, clock, onRenamed, onEdited, release });
    },
    openWorkspace: (workspace) => {
      const indexRoom = indexRoomOf(workspace);
      if (indexRoom === undefined) return createRecentSession(workspace, recentRooms);
      const { core, release } = pool.acquire(indexRoom, 'workspace-index');
      return createWorkspaceSession({
        workspace,
        core,
        clock,
        createDocument: () => createDocument(workspace),
        release,
      });
    },
    recentRooms,
    storageEstimate: async () => {
      const [estimate, isPersisted] = await Promise.all([options.storage?.estimate(), options.storage?.persisted()]);
      return { usedBytes: estimate?.usage ?? 0, quotaBytes: estimate?.quota ?? 0, isPersisted: isPersisted ?? false };
    },
    close,
  };
}

/** What a guest sees in place of an index: the documents opened on this device. */
function createRecentSession(
  workspace: WorkspaceId,
  recentRooms: () => Promise<readonly DocumentSummary[]>,
): WorkspaceSession {
  const events = new Emitter<{ change: []; status: [] }>();
  let documents: readonly DocumentSummary[] = [];
  let isLoading = true;
  const show = (rooms: readonly DocumentSummary[]): void => {
    documents = rooms;
    isLoading = false;
    events.emit('change');
  };
  recentRooms().then(show, () => show([])); // unreadable: shown as empty, each document says more when opened
  return {
    workspace,
    get documents() {
      return documents;
    },
    get isLoading() {
      return isLoading;
    },
    status: {
      state: 'local',
      pendingChanges: 0,
      isCatchingUp: false,
      devicesWithAll: 0,
      linkedPeers: 0,
      signaling: 'open',
    },
    on: (event, listener) => events.on(event, listener),
    createDocument: () => Promise.resolve(err(new AppError('forbidden', 'guests make no documents'))),
    close: async () => events.clear(),
  };
}
