/**
 * The index document of a workspace and this person's own one, live, as one list. A room open to the whole workspace stands
 * in the workspace's index, any other in the personal one; where both name it, the workspace's counts.
 */
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { AppError } from '@vicinal/shared/app-error.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { Room } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Result } from '@vicinal/shared/result.ts';
import { indexFolders, indexProps, indexRooms } from '@vicinal/shared/room/documents.ts';
import * as index from './index-document.ts';
import { isOnDevice, type RecordBook } from './record-book.ts';
import type { RoomCore } from './room-core.ts';
import type { DocumentSummary, FolderId, FolderSummary, WorkspaceSession } from './types.ts';

export interface WorkspaceSessionOptions {
  readonly workspace: WorkspaceId;
  readonly core: RoomCore;
  /** Absent while the server has not told of one: stars and restricted rooms wait for it. */
  readonly personal: RoomCore | undefined;
  readonly user: () => UserId | undefined;
  /** What this device knows of rooms; read at every 'change' of it. */
  readonly records: RecordBook;
  readonly clock: Clock;
  readonly random: Random;
  /** Rooms of the workspace that this person may open; undefined while the server cannot be asked. */
  readonly askRooms: () => Promise<readonly Room[] | undefined>;
  readonly createDocument: (folder: FolderId | undefined) => Promise<Result<RoomId, AppError>>;
  readonly onRenamed: (room: RoomId, title: string) => void;
  readonly release: () => Promise<void>;
}

export interface IndexedWorkspace extends WorkspaceSession {
  /** Lists rooms of the server that no index names yet: those shared with this person alone. */
  reconcile(): Promise<void>;
}

/** An index nobody has sent after this time is shown as it is. */
const LOADING_MS = 2000;
/** How far clocks of people may be ahead of this one. */
const MAX_AHEAD_MS = 5 * 60_000;

export function createWorkspaceSession(options: WorkspaceSessionOptions): IndexedWorkspace {
  const { core, personal, clock, records } = options;
  const events = new Emitter<{ change: [] }>();
  const shared = core.replica('index').ydoc;
  const own = personal?.replica('index').ydoc;
  let hasWaited = false;
  let isClosed = false;
  let view = readView(shared, own, records, clock.now());
  let isReadPlanned = false;

  const readNow = (): void => {
    isReadPlanned = false;
    if (isClosed) return;
    view = readView(shared, own, records, clock.now());
    events.emit('change');
  };
  /** Many changes of one task make one reading. */
  const read = (): void => {
    if (isReadPlanned) return;
    isReadPlanned = true;
    queueMicrotask(readNow);
  };
  const watched = [shared, ...(own === undefined ? [] : [own])].flatMap((doc) => [
    indexRooms(doc),
    indexFolders(doc),
    indexProps(doc),
  ]);
  for (const root of watched) root.observeDeep(read);
  const unsubscribes = [
    core.on('state', read),
    ...(personal === undefined ? [] : [personal.on('state', read)]),
    records.on('change', read),
    clock.after(LOADING_MS, () => {
      hasWaited = true;
      events.emit('change');
    }),
  ];
  void core.loaded.then(read);
  void personal?.loaded.then(read);

  const now = (): number => clock.now();
  const mayWriteShared = (): boolean => core.canWrite('index');
  const mayWriteOwn = (): boolean => personal?.canWrite('index') === true;
  /** The index that lists the room, if it can be written. */
  const listOf = (room: RoomId): typeof shared | undefined => {
    if (indexRooms(shared).has(room)) return mayWriteShared() ? shared : undefined;
    return own !== undefined && indexRooms(own).has(room) && mayWriteOwn() ? own : undefined;
  };
  /** Folders that came with documents of one's own stand in the personal index. */
  const inFolderList = (folder: FolderId, write: (doc: typeof shared) => void): void => {
    if (indexFolders(shared).has(folder)) {
      if (mayWriteShared()) write(shared);
    } else if (own !== undefined && mayWriteOwn() && indexFolders(own).has(folder)) write(own);
  };
  const inList = (room: RoomId, write: (doc: typeof shared) => void): void => {
    const doc = listOf(room);
    if (doc !== undefined) write(doc);
  };

  const reconcile = async (): Promise<void> => {
    const rooms = await options.askRooms();
    if (rooms === undefined || isClosed || own === undefined || !mayWriteOwn()) return;
    const missing = rooms.filter(
      ({ id, audience }) => audience === 'restricted' && !indexRooms(own).has(id) && !indexRooms(shared).has(id),
    );
    own.transact(() => {
      for (const { id, createdAt } of missing) {
        const title = records.get(id)?.title ?? '';
        index.writeRoom(own, id, { title, createdAt, updatedAt: createdAt }, now());
      }
    });
  };

  let closing: Promise<void> | undefined;
  return {
    workspace: options.workspace,
    get documents() {
      return view.documents;
    },
    get trash() {
      return view.trash;
    },
    get folders() {
      return view.folders;
    },
    get isLoading() {
      if (view.documents.length > 0) return false;
      return core.state.kind === 'loading' || (core.state.kind === 'waiting' && !hasWaited);
    },
    get canWrite() {
      return mayWriteShared();
    },
    get status() {
      return core.status;
    },
    on: (event, listener) => {
      if (event === 'change') return events.on(event, listener);
      const unsubscribe = core.on('status', listener);
      unsubscribes.push(unsubscribe);
      return unsubscribe;
    },
    reconcile,
    createDocument: (folder) => options.createDocument(folder),
    renameDocument: (room, title) => options.onRenamed(room, title.slice(0, index.MAX_NAME_LENGTH)),
    moveDocument: (room, place) => inList(room, (doc) => index.moveRoom(doc, room, place, now())),
    setStarred: (room, isStarred) => {
      if (own !== undefined && mayWriteOwn()) index.writeStar(own, room, isStarred, now());
    },
    trashDocument: (room) =>
      inList(room, (doc) => index.writeRoom(doc, room, { trashedAt: now(), trashedBy: options.user() }, now())),
    restoreDocument: (room) =>
      inList(room, (doc) => index.writeRoom(doc, room, { trashedAt: undefined, trashedBy: undefined }, now())),
    createFolder: (name, parent) => {
      if (!mayWriteShared()) return undefined;
      const folder = toBase64Url(options.random.bytes(16)) as FolderId; // 22 characters, as readFolders wants
      index.writeFolder(shared, folder, { name: folderName(name), ...(parent === undefined ? {} : { parent }) }, now());
      return folder;
    },
    renameFolder: (folder, name) =>
      inFolderList(folder, (doc) => index.writeFolder(doc, folder, { name: folderName(name) }, now())),
    moveFolder: (folder, place) => inFolderList(folder, (doc) => index.moveFolder(doc, folder, place, now())),
    removeFolder: (folder) => inFolderList(folder, (doc) => index.removeFolder(doc, folder, now())),
    setRestricted: (room, isRestricted) => {
      if (own === undefined || !mayWriteOwn() || !mayWriteShared()) return;
      const [from, to] = isRestricted ? [shared, own] : [own, shared];
      const entry = index.readRooms(from).find((known) => known.room === room);
      if (entry === undefined) return;
      const { room: _, ...values } = entry;
      index.writeRoom(to, room, values, now());
      index.removeRoom(from, room);
    },
    setPinned: (room, isPinned) => records.setPinned(room, isPinned),
    close: () => {
      closing ??= (async () => {
        isClosed = true;
        for (const root of watched) root.unobserveDeep(read);
        for (const unsubscribe of unsubscribes) unsubscribe();
        events.clear();
        await options.release();
      })();
      return closing;
    },
  };
}

const folderName = (name: string): string => name.trim().slice(0, index.MAX_NAME_LENGTH);

interface View {
  readonly documents: readonly DocumentSummary[];
  readonly trash: readonly DocumentSummary[];
  readonly folders: readonly FolderSummary[];
}

type IndexDoc = Parameters<typeof index.readRooms>[0];

function readView(shared: IndexDoc, own: IndexDoc | undefined, records: RecordBook, now: number): View {
  // a time to come would stay on top of every list and of what is kept offline
  const latest = now + MAX_AHEAD_MS;
  const listed = index.readRooms(shared);
  const names = new Set(listed.map(({ room }) => room));
  const restricted = own === undefined ? [] : index.readRooms(own).filter(({ room }) => !names.has(room));
  const marks = own === undefined ? undefined : index.readMarks(own);
  const common = index.readFolders(shared);
  const commonIds = new Set(common.map(({ id }) => id));
  const ownFolders = own === undefined ? [] : index.readFolders(own).filter(({ id }) => !commonIds.has(id));
  const folders = [...common, ...ownFolders];
  const known = new Set(folders.map(({ id }) => id));
  const isRestricted = new Set(restricted.map(({ room }) => room));
  const describe = (entry: index.RoomEntry): DocumentSummary => {
    const record = records.get(entry.room);
    const openedAt = Math.max(marks?.openedAt.get(entry.room) ?? 0, record?.openedAt ?? 0);
    return {
      room: entry.room,
      title: entry.title,
      createdAt: entry.createdAt,
      updatedAt: Math.min(entry.updatedAt, latest),
      isStarred: marks?.starred.has(entry.room) === true,
      isRestricted: isRestricted.has(entry.room),
      isOnDevice: isOnDevice(record),
      isPinned: records.isPinned(entry.room),
      ...(isKnownFolder(entry.folder, known) ? { folder: entry.folder } : {}),
      ...(openedAt > 0 ? { openedAt } : {}),
      ...(entry.trashedAt === undefined ? {} : { trashedAt: entry.trashedAt }),
      // shown as a name where it is one of a member's, else not at all
      ...(entry.trashedBy === undefined ? {} : { trashedBy: entry.trashedBy as UserId }),
    };
  };
  const all = index.inOrder([...listed, ...restricted], ({ room }) => room).map(describe);
  return {
    documents: all.filter(({ trashedAt }) => trashedAt === undefined),
    trash: all
      .filter(({ trashedAt }) => trashedAt !== undefined)
      .toSorted((a, b) => (b.trashedAt ?? 0) - (a.trashedAt ?? 0)),
    folders: index
      .inOrder(folders, ({ id }) => id)
      .map(({ id, name, parent }) => ({ id, name, ...(parent === undefined ? {} : { parent }) })),
  };
}

const isKnownFolder = (folder: string | undefined, known: ReadonlySet<FolderId>): folder is FolderId =>
  folder !== undefined && known.has(folder as FolderId); // asked exactly for that
