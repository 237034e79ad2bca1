/** The gallery's workspace: folders, documents and a trash, held in memory. */
import type { RoomId } from '@vicinal/shared/ids.ts';
import { ok } from '@vicinal/shared/result.ts';
import type { DocumentSummary, FolderId, FolderSummary, SyncStatus, WorkspaceSession } from '../room/types.ts';
import type { Scene } from './fixture-core.ts';
import { FIXTURE_ROOM, FIXTURE_WORKSPACE, id } from './fixture-ids.ts';

const TITLES = [
  'Field notes: harbour survey, week 46',
  'Budget 2027, second reading',
  'How we answer the phone',
  'Minutes of 12 November',
  'Translation glossary (German, Dutch, Danish)',
  '',
  'A title that goes on for much longer than anybody would reasonably want to read in a list of documents',
];

const FOLDERS: readonly FolderSummary[] = [
  { id: id<FolderId>('F'), name: 'Surveys' },
  { id: id<FolderId>('G'), name: '2026', parent: id<FolderId>('F') },
  { id: id<FolderId>('H'), name: 'Office' },
];

export const fixtureDocuments = (scene: Scene, clock: () => number): DocumentSummary[] =>
  Array.from({ length: scene.documents }, (_, index) => ({
    room: index === 0 ? FIXTURE_ROOM : (`${String(index).padStart(21, 'd')}A` as RoomId), // the alphabet of ids
    title: TITLES[index % TITLES.length] ?? '',
    createdAt: clock() - index * 90_000_000,
    updatedAt: clock() - index * index * 9_000_000 - 30_000,
    isStarred: index % 3 === 0,
    isRestricted: index === 4,
    openedAt: clock() - index * 7_000_000,
    isOnDevice: index !== 2,
    isPinned: index === 1,
    ...(index === 0 ? { folder: id<FolderId>('G') } : {}),
    ...(index === 2 || index === 3 ? { folder: id<FolderId>('H') } : {}),
  }));

export function createFixtureWorkspace(scene: Scene, clock: () => number, status: SyncStatus): WorkspaceSession {
  const listeners = new Set<() => void>();
  let documents: readonly DocumentSummary[] = fixtureDocuments(scene, clock);
  let trash: readonly DocumentSummary[] = Array.from({ length: scene.trash }, (_, index) => ({
    room: id<RoomId>(String(index)),
    title: ['Old price list', 'Draft: welcome letter'][index % 2] ?? '',
    createdAt: clock() - 900_000_000,
    updatedAt: clock() - 800_000_000,
    isStarred: false,
    isRestricted: false,
    isOnDevice: true,
    isPinned: false,
    trashedAt: clock() - (index + 1) * 86_400_000,
  }));
  let folders: readonly FolderSummary[] = scene.documents === 0 ? [] : FOLDERS;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const edit = (room: RoomId, change: Partial<DocumentSummary>): void => {
    documents = documents.map((document) => (document.room === room ? { ...document, ...change } : document));
    changed();
  };
  return {
    workspace: FIXTURE_WORKSPACE,
    get documents() {
      return documents;
    },
    get trash() {
      return trash;
    },
    get folders() {
      return folders;
    },
    isLoading: false,
    canWrite: true,
    status,
    on: (_event, listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    createDocument: () => Promise.resolve(ok(FIXTURE_ROOM)),
    renameDocument: (room, title) => edit(room, { title }),
    moveDocument: (room, { folder, before }) => {
      const { folder: _folder, ...rest } = documents.find((document) => document.room === room) ?? {};
      // found above
      const moved = { ...rest, ...(folder === undefined ? {} : { folder }) } as DocumentSummary;
      documents = placed(documents, moved, (document) => document.room, before);
      changed();
    },
    setStarred: (room, isStarred) => edit(room, { isStarred }),
    setPinned: (room, isPinned) => {
      edit(room, { isPinned });
      return Promise.resolve();
    },
    setRestricted: (room, isRestricted) => edit(room, { isRestricted }),
    trashDocument: (room) => {
      trash = [...documents.filter((document) => document.room === room), ...trash];
      documents = documents.filter((document) => document.room !== room);
      changed();
    },
    restoreDocument: (room) => {
      documents = [...trash.filter((document) => document.room === room), ...documents];
      trash = trash.filter((document) => document.room !== room);
      changed();
    },
    createFolder: (name, parent) => {
      const folder = id<FolderId>(String.fromCharCode(74 + folders.length));
      folders = [...folders, { id: folder, name, ...(parent === undefined ? {} : { parent }) }];
      changed();
      return folder;
    },
    renameFolder: (folder, name) => {
      folders = folders.map((known) => (known.id === folder ? { ...known, name } : known));
      changed();
    },
    moveFolder: (folder, { folder: parent, before }) => {
      const known = folders.find((candidate) => candidate.id === folder);
      if (known === undefined) return;
      const moved = { id: known.id, name: known.name, ...(parent === undefined ? {} : { parent }) };
      folders = placed(folders, moved, (candidate) => candidate.id, before);
      changed();
    },
    removeFolder: (folder) => {
      const above = folders.find((known) => known.id === folder)?.parent;
      const up = above === undefined ? {} : { folder: above };
      documents = documents.map(({ folder: holder, ...rest }) =>
        holder === folder ? { ...rest, ...up } : { ...rest, ...(holder === undefined ? {} : { folder: holder }) },
      );
      folders = folders
        .filter((known) => known.id !== folder)
        .map(({ parent, ...rest }) => {
          const next = parent === folder ? above : parent;
          return { ...rest, ...(next === undefined ? {} : { parent: next }) };
        });
      changed();
    },
    close: () => Promise.resolve(),
  };
}

/** `item` taken out and put in again before another, or last. */
function placed<T>(items: readonly T[], item: T, key: (item: T) => string, before: string | undefined): readonly T[] {
  const rest = items.filter((other) => key(other) !== key(item));
  const at = before === undefined ? -1 : rest.findIndex((other) => key(other) === before);
  return at < 0 ? [...rest, item] : rest.toSpliced(at, 0, item);
}
