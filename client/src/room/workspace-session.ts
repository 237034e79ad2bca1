/** The index document of a workspace, live: which documents there are, with a copy of each title. */
import * as Y from 'yjs';
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import { isRoomId, type RoomId, type WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Result } from '@vicinal/shared/result.ts';
import { indexRooms } from '@vicinal/shared/room/documents.ts';
import type { RoomCore } from './room-core.ts';
import type { DocumentSummary, WorkspaceSession } from './types.ts';

export interface WorkspaceSessionOptions {
  readonly workspace: WorkspaceId;
  readonly core: RoomCore;
  readonly clock: Clock;
  readonly createDocument: () => Promise<Result<RoomId, AppError>>;
  readonly release: () => Promise<void>;
}

/** An index nobody has sent after this time is shown as it is. */
const LOADING_MS = 2000;

export function createWorkspaceSession(options: WorkspaceSessionOptions): WorkspaceSession {
  const { core, clock } = options;
  const events = new Emitter<{ change: [] }>();
  const rooms = indexRooms(core.replica('index').ydoc);
  let documents = readIndex(rooms);
  let hasWaited = false;
  const onRooms = (): void => {
    documents = readIndex(rooms);
    events.emit('change');
  };
  const onState = (): void => events.emit('change');
  rooms.observeDeep(onRooms);
  const unsubscribes = [
    core.on('state', onState),
    clock.after(LOADING_MS, () => {
      hasWaited = true;
      events.emit('change');
    }),
  ];
  void core.loaded.then(onRooms);

  let closing: Promise<void> | undefined;
  return {
    workspace: options.workspace,
    get documents() {
      return documents;
    },
    get isLoading() {
      if (documents.length > 0) return false;
      return core.state.kind === 'loading' || (core.state.kind === 'waiting' && !hasWaited);
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
    createDocument: options.createDocument,
    close: () => {
      closing ??= (async () => {
        rooms.unobserveDeep(onRooms);
        for (const unsubscribe of unsubscribes) unsubscribe();
        events.clear();
        await options.release();
      })();
      return closing;
    },
  };
}

/** Documents of an index, most recently changed first. What is malformed is left out: an index is written by many. */
function readIndex(rooms: Y.Map<Y.Map<unknown>>): readonly DocumentSummary[] {
  const out: DocumentSummary[] = [];
  for (const [room, entry] of rooms.entries()) {
    if (!isRoomId(room) || !(entry instanceof Y.Map)) continue;
    const title = entry.get('title');
    const createdAt = entry.get('createdAt');
    const updatedAt = entry.get('updatedAt');
    if (typeof title !== 'string' || typeof createdAt !== 'number') continue;
    out.push({ room, title, createdAt, updatedAt: typeof updatedAt === 'number' ? updatedAt : createdAt });
  }
  return out.sort((a, b) => b.updatedAt - a.updatedAt || (a.room < b.room ? -1 : 1));
}

/** Adds a document, or changes what is given of one that is listed. One transaction; none when nothing changes. */
export function writeIndex(
  index: Y.Doc,
  room: RoomId,
  change: { readonly title?: string; readonly createdAt?: number; readonly updatedAt: number },
): void {
  const rooms = indexRooms(index);
  const known = rooms.get(room);
  const values = Object.entries(change).filter(([key, value]) => value !== undefined && known?.get(key) !== value);
  if (values.length === 0) return;
  index.transact(() => {
    const entry =
      known ??
      rooms.set(
        room,
        new Y.Map<unknown>([
          ['title', ''],
          ['createdAt', change.createdAt ?? change.updatedAt],
        ]),
      );
    for (const [key, value] of values) entry.set(key, value);
  });
}

/** When the index says the document changed last. */
export const indexedAt = (index: Y.Doc, room: RoomId): number | undefined => {
  const at = indexRooms(index).get(room)?.get('updatedAt');
  return typeof at === 'number' ? at : undefined;
};
