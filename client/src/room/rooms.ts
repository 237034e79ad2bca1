/** The rooms of one signed-in account: documents, indexes, what is made here and what is kept here. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { metaTitle } from '@vicinal/shared/room/documents.ts';
import type { AccountCore } from '../auth/account.ts';
import type { OpenAccount } from '../auth/open-account.ts';
import type { Exclusive } from '../auth/session.ts';
import type { RoomRecord } from '../storage/account-caches.ts';
import type { CorePool } from './core-pool.ts';
import { changeRoom, readRooms, writeOpened } from './index-document.ts';
import type { MeshSession } from './mesh-session.ts';
import { createNotifications } from './notifications.ts';
import { createOfflineKeeper } from './offline-keeper.ts';
import { createPendingRooms, type PendingRooms } from './pending-rooms.ts';
import { createGuestWorkspace } from './guest-workspace.ts';
import { createRecordBook, isOnDevice } from './record-book.ts';
import type { RoomCore } from './room-core.ts';
import { createRoomSession } from './room-session.ts';
import { replaceText } from './text-diff.ts';
import type { Directory, DocumentSummary, Rooms, WorkspaceSession } from './types.ts';
import { createWorkspaceSession } from './workspace-session.ts';

export interface RoomsOptions {
  readonly account: AccountCore;
  readonly opened: OpenAccount;
  readonly pool: CorePool;
  readonly mesh: MeshSession;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** `navigator.storage`, where it exists. */
  readonly storage: StorageManager | undefined;
  /** One tab of this browser at a time. */
  readonly exclusive: Exclusive;
  readonly freeSpace: Rooms['freeSpace'];
  /** Closes what rooms stand on: the mesh. */
  readonly onClosed: () => Promise<void>;
}

/** What the rest of the client core needs beyond what screens see. */
export interface RoomsCore extends Rooms {
  /** Makes a document under a given id and fills it; works offline; repeating it is harmless. */
  readonly addDocument: PendingRooms['add'];
}

/** A document's time in the index moves at most this often while a person writes. */
const TOUCH_INTERVAL_MS = 5 * 60_000;
/** Rooms shared with this person alone are looked for this often, and whenever the server comes back. */
const RECONCILE_MS = 2 * 60_000;
/** After a request that failed while the server was there. */
const ASK_AGAIN_MS = 3000;

export function createRooms(options: RoomsOptions): RoomsCore {
  const { account, opened, pool, clock, logger } = options;
  const { caches } = opened;
  const records = createRecordBook(caches);
  const pending = createPendingRooms({ account, opened, pool, clock, logger });
  const workspaces = new Set<WorkspaceSession>();
  let isClosed = false;
  let hasAskedToPersist = false;

  const keeper = createOfflineKeeper({
    caches,
    records,
    pool,
    mesh: options.mesh,
    documents: () => [...workspaces].flatMap(({ documents }) => documents),
    exclusive: options.exclusive,
    name: opened.database.name,
    clock,
    logger,
  });
  const logFailure =
    (event: string) =>
    (error: unknown): void =>
      logger.warn(event, { code: error instanceof AppError ? error.code : 'internal' });
  const user = (): UserId | undefined => (account.state.kind === 'signed-in' ? account.state.user.id : undefined);
  const workspaceOf = (id: WorkspaceId | undefined) =>
    account.state.kind === 'signed-in' ? account.state.workspaces.find((known) => known.id === id) : undefined;

  const persistOnce = (): void => {
    if (hasAskedToPersist) return;
    hasAskedToPersist = true;
    // the answer is read back from the browser whenever it is shown
    options.storage?.persist().catch(() => false);
  };
  /** Changes a room's entry in the index that lists it. Guests have no index: nothing happens. */
  const inIndexOf = async (room: RoomId, change: Parameters<typeof changeRoom>[2]): Promise<void> => {
    const workspace = workspaceOf((records.get(room) ?? (await caches.room(room)))?.workspace);
    for (const [id, kind] of [
      [workspace?.indexRoom, 'workspace-index'],
      [workspace?.personalIndexRoom, 'personal-index'],
    ] as const) {
      if (id === undefined || isClosed) continue;
      const { core, release } = pool.acquire(id, kind);
      try {
        await core.loaded;
        if (core.canWrite('index')) changeRoom(core.replica('index').ydoc, room, change, clock.now());
      } finally {
        await release();
      }
    }
  };
  const copyTitle = async (room: RoomId, title: string): Promise<void> => {
    await inIndexOf(room, { title, updatedAt: clock.now() });
    await caches.updateRoom(room, (record) => record && { ...record, title, isRenamed: false });
  };
  const onRenamed = (room: RoomId, title: string): void => {
    void copyTitle(room, title).catch(logFailure('title-not-copied'));
  };
  /** Titles changed right before the page was closed last time. */
  const copyLeftTitles = async (): Promise<void> => {
    await records.loaded;
    for (const { room } of records.all().filter(({ isRenamed }) => isRenamed === true)) {
      if (isClosed) return;
      const { core, release } = pool.acquire(room, 'document');
      try {
        await core.loaded;
        if (core.state.kind !== 'failed') await copyTitle(room, metaTitle(core.replica('meta').ydoc).toJSON());
      } finally {
        await release();
      }
    }
  };
  const touched = new Map<RoomId, number>();
  const onEdited = (room: RoomId): void => {
    persistOnce();
    const now = clock.now();
    if (now - (touched.get(room) ?? Number.NEGATIVE_INFINITY) < TOUCH_INTERVAL_MS) return;
    touched.set(room, now);
    void (async () => {
      await inIndexOf(room, { updatedAt: now });
      await caches.updateRoom(room, (record) => record && { ...record, keptAt: now });
    })().catch(logFailure('time-not-copied'));
  };
  /** From a list: the title is changed where it lives, in the document itself, and copied from there. */
  const rename = async (room: RoomId, title: string): Promise<void> => {
    const { core, release } = pool.acquire(room, 'document');
    try {
      await core.loaded;
      if (core.canWrite('meta')) replaceText(metaTitle(core.replica('meta').ydoc), title);
    } finally {
      await release();
    }
    await copyTitle(room, title);
  };
  const onOpened = async ({ room, workspace, openedAt }: RoomRecord): Promise<void> => {
    const index = workspaceOf(workspace)?.personalIndexRoom;
    if (index === undefined || openedAt === undefined || isClosed) return;
    const { core, release } = pool.acquire(index, 'personal-index');
    try {
      await core.loaded;
      if (!core.canWrite('index')) return;
      const doc = core.replica('index').ydoc;
      writeOpened(doc, room, openedAt);
      // rooms shared with this person alone: nobody else writes the title here
      const title = records.get(room)?.title ?? '';
      const listed = readRooms(doc).find((entry) => entry.room === room);
      if (listed !== undefined && title !== '' && listed.title !== title) changeRoom(doc, room, { title }, clock.now());
    } finally {
      await release();
    }
  };
  const noted = new Map<RoomId, string>();
  const unsubscribes = [
    caches.on('room', (record) => {
      const mark = `${record.openedAt ?? 0}/${record.title}`;
      if (record.kind !== 'document' || record.openedAt === undefined || noted.get(record.room) === mark) return;
      noted.set(record.room, mark);
      void onOpened(record).catch(logFailure('opening-not-noted'));
    }),
    account.on('change', () => {
      if (account.state.kind !== 'signed-in' || !account.state.online) return;
      pending.settle();
      reconcileAll();
    }),
  ];

  const summaryOf = (record: RoomRecord): DocumentSummary => ({
    room: record.room,
    title: record.title,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    isStarred: false,
    isRestricted: false,
    isOnDevice: isOnDevice(record),
    isPinned: records.isPinned(record.room),
    ...(record.openedAt === undefined ? {} : { openedAt: record.openedAt }),
  });
  const recentRooms = async (): Promise<readonly DocumentSummary[]> => {
    await records.loaded;
    return records
      .all()
      .filter((record) => record.kind === 'document' && record.openedAt !== undefined)
      .toSorted((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0))
      .map(summaryOf);
  };

  const askRooms = async (workspace: WorkspaceId) => {
    if (isClosed || account.state.kind !== 'signed-in' || !account.state.online) return undefined;
    const answer = await account.people.rooms(workspace);
    if (answer.ok) return answer.value;
    // the state says that the server is there: what failed was this request
    reconcileIn(ASK_AGAIN_MS);
    return undefined;
  };
  const indexed = new Set<{ reconcile(): Promise<void> }>();
  const reconcileAll = (): void => {
    for (const workspace of indexed) workspace.reconcile().catch(logFailure('rooms-not-listed'));
  };
  let cancelReconcile: (() => void) | undefined;
  const reconcileIn = (ms: number): void => {
    cancelReconcile?.();
    cancelReconcile = clock.after(ms, () => {
      reconcileIn(RECONCILE_MS);
      reconcileAll();
    });
  };
  reconcileIn(RECONCILE_MS);

  const openWorkspace = (workspace: WorkspaceId): WorkspaceSession => {
    const { indexRoom, personalIndexRoom } = workspaceOf(workspace) ?? {};
    if (indexRoom === undefined) {
      const guest = createGuestWorkspace({ workspace, records, summaryOf, askRooms: () => askRooms(workspace) });
      indexed.add(guest);
      guest.reconcile().catch(logFailure('rooms-not-listed'));
      return watched(guest);
    }
    const shared = pool.acquire(indexRoom, 'workspace-index');
    const personal = personalIndexRoom === undefined ? undefined : pool.acquire(personalIndexRoom, 'personal-index');
    const session = createWorkspaceSession({
      workspace,
      core: shared.core,
      personal: personal?.core,
      user,
      records,
      clock,
      random: options.random,
      askRooms: () => askRooms(workspace),
      createDocument: (folder) => {
        const room = toBase64Url(options.random.bytes(16)) as RoomId; // 16 bytes encode to the 22 characters of a room id
        const now = clock.now();
        const made = { workspace, room, title: '', createdAt: now, updatedAt: now };
        return pending.add(folder === undefined ? made : { ...made, folder });
      },
      onRenamed: (room, title) => void rename(room, title).catch(logFailure('not-renamed')),
      release: async () => {
        await Promise.all([shared.release(), personal?.release()]);
      },
    });
    indexed.add(session);
    const stop = personal?.core.on('state', () => {
      if (personal.core.canWrite('index')) {
        stop?.();
        reconcileAll();
      }
    });
    return watched(session);
  };
  /** The keeper works from the lists that are open. */
  const watched = <T extends WorkspaceSession & { reconcile(): Promise<void> }>(session: T): T => {
    workspaces.add(session);
    const stop = session.on('change', () => keeper.wake());
    const close = session.close;
    return Object.assign(session, {
      close: async () => {
        workspaces.delete(session);
        indexed.delete(session);
        stop();
        await close();
      },
    });
  };

  const openDirectory = async (core: RoomCore): Promise<Directory> => {
    const { createDirectory } = await import('./directory.ts');
    const workspace = (): WorkspaceId | undefined => core.record?.workspace;
    return createDirectory({
      room: core.room,
      workspace,
      mayListWorkspace: () => (workspaceOf(workspace())?.role ?? 'guest') !== 'guest',
      isOnline: () => account.state.kind === 'signed-in' && account.state.online,
      people: account.people,
      caches,
      clock,
    });
  };

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      isClosed = true;
      for (const unsubscribe of unsubscribes) unsubscribe();
      withdraw();
      cancelReconcile?.();
      pending.close();
      records.close();
      await Promise.allSettled([keeper.close(), pool.close()]);
      await options.onClosed();
    })();
    return closing;
  };
  const withdraw = opened.beforeClose(close);
  pending.settle();
  copyLeftTitles().catch(logFailure('title-not-copied'));

  return {
    openRoom: (room) => {
      const { core, release } = pool.acquire(room, 'document');
      return createRoomSession({
        core,
        caches,
        clock,
        onRenamed,
        onEdited,
        self: user,
        directory: () => openDirectory(core),
        release,
      });
    },
    openWorkspace,
    recentRooms,
    notifications: createNotifications(options.mesh.mesh, caches),
    offline: keeper,
    addDocument: pending.add,
    freeSpace: options.freeSpace,
    storageEstimate: async () => {
      const [estimate, isPersisted] = await Promise.all([options.storage?.estimate(), options.storage?.persisted()]);
      return { usedBytes: estimate?.usage ?? 0, quotaBytes: estimate?.quota ?? 0, isPersisted: isPersisted ?? false };
    },
    close,
  };
}
