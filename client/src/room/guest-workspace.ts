/** What a guest has in place of an index: the documents opened here, and those the server says this person may open. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { Room } from '@vicinal/shared/http/api.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { err } from '@vicinal/shared/result.ts';
import type { RoomRecord } from '../storage/account-caches.ts';
import type { RecordBook } from './record-book.ts';
import type { DocumentSummary, WorkspaceSession } from './types.ts';

export interface GuestWorkspaceOptions {
  readonly workspace: WorkspaceId;
  readonly records: RecordBook;
  readonly summaryOf: (record: RoomRecord) => DocumentSummary;
  /** Undefined while the server cannot be asked. */
  readonly askRooms: () => Promise<readonly Room[] | undefined>;
}

export interface GuestWorkspace extends WorkspaceSession {
  /** Asks the server again which documents there are. */
  reconcile(): Promise<void>;
}

export function createGuestWorkspace(options: GuestWorkspaceOptions): GuestWorkspace {
  const { records } = options;
  const events = new Emitter<{ change: []; status: [] }>();
  let shared: readonly Room[] = [];
  let isLoading = true;
  let documents: readonly DocumentSummary[] = [];
  const read = (): void => {
    const known = records
      .all()
      .filter((record) => record.kind === 'document' && (record.openedAt !== undefined || record.keptAt !== undefined))
      .toSorted((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0))
      .map(options.summaryOf);
    const names = new Set(known.map(({ room }) => room));
    const others = shared
      .filter(({ id }) => !names.has(id))
      .map(({ id, createdAt }) => ({
        room: id,
        title: records.get(id)?.title ?? '',
        createdAt,
        updatedAt: createdAt,
        isStarred: false,
        isRestricted: false,
        isOnDevice: false,
        isPinned: records.isPinned(id),
      }));
    documents = [...known, ...others];
    events.emit('change');
  };
  const stop = records.on('change', read);
  const finish = (): void => {
    isLoading = false;
    read();
  };
  records.loaded.then(finish, finish); // unreadable: shown as empty, each document says more when opened
  const reconcile = async (): Promise<void> => {
    const rooms = await options.askRooms();
    if (rooms === undefined) return;
    shared = rooms;
    read();
  };
  const nothing = (): void => undefined;
  return {
    workspace: options.workspace,
    get documents() {
      return documents;
    },
    trash: [],
    folders: [],
    get isLoading() {
      return isLoading;
    },
    canWrite: false,
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
    renameDocument: nothing,
    moveDocument: nothing,
    setStarred: nothing,
    trashDocument: nothing,
    restoreDocument: nothing,
    createFolder: () => undefined,
    renameFolder: nothing,
    moveFolder: nothing,
    removeFolder: nothing,
    setRestricted: nothing,
    setPinned: (room, isPinned) => records.setPinned(room, isPinned),
    reconcile,
    close: async () => {
      stop();
      events.clear();
    },
  };
}
