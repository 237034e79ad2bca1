/** Changes of the tree with their words and the way back. */
import type { RoomId } from '@vicinal/shared/ids.ts';
import { useServices } from '../context/services.tsx';
import type { WorkspaceView } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import type { FolderId, Place } from '../room/types.ts';
import { childDocuments, childFolders, folderPath, type Item, type Move, type TreeData } from './tree-model.ts';

interface Done {
  readonly text: string;
  undo(): void;
}

export interface TreeChanges {
  /** As shown: an untitled document says so. */
  nameOf(item: Item): string;
  rawNameOf(item: Item): string;
  titleOf(room: RoomId): string;
  rename(item: Item, name: string): void;
  createFolder(name: string, parent: FolderId | undefined): FolderId | undefined;
  move(move: Move): (Done & { readonly isElsewhere: boolean }) | undefined;
  remove(item: Item): Done | undefined;
}

export function createTreeChanges(view: WorkspaceView): TreeChanges {
  const services = useServices();
  const data = (): TreeData => ({ folders: view.folders(), documents: view.ordered() });
  const folderName = (id: FolderId | undefined): string =>
    view.folders().find((folder) => folder.id === id)?.name ?? t('tree.top');
  const rawNameOf = (item: Item): string =>
    item.kind === 'folder' ? folderName(item.id) : (view.document(item.id)?.title ?? '');
  const nameOf = (item: Item): string => rawNameOf(item) || t('home.untitled');
  const parentOf = (item: Item): FolderId | undefined => {
    const parent =
      item.kind === 'folder'
        ? view.folders().find((folder) => folder.id === item.id)?.parent
        : view.document(item.id)?.folder;
    return folderPath(view.folders(), parent).at(-1)?.id;
  };

  const apply = (move: Move): void => {
    if (move.kind === 'folder') view.session()?.moveFolder(move.id, move.place);
    else {
      view.session()?.moveDocument(move.id, move.place);
      // Coming from another folder it stands where its age puts it; moved within this one, it is put last.
      if (move.isLast === true) view.session()?.moveDocument(move.id, move.place);
    }
  };
  const backTo = (item: Item): Move => {
    const folder = parentOf(item);
    return item.kind === 'folder'
      ? {
          ...item,
          place: placeOf(
            childFolders(data().folders, folder).map(({ id }) => id),
            item.id,
            folder,
          ),
        }
      : {
          ...item,
          place: placeOf(
            childDocuments(data(), folder).map(({ room }) => room),
            item.id,
            folder,
          ),
        };
  };

  const removeFolder = (id: FolderId): Done | undefined => {
    const session = view.session();
    const folder = view.folders().find((known) => known.id === id);
    if (session === undefined || folder === undefined) return undefined;
    const back = backTo({ kind: 'folder', id });
    const folders = childFolders(data().folders, id);
    const documents = childDocuments(data(), id);
    session.removeFolder(id);
    return {
      text: t('folder.removed', { name: folder.name }),
      undo: () => {
        const again = session.createFolder(folder.name, back.place.folder);
        if (again === undefined) return;
        if (back.kind === 'folder') session.moveFolder(again, back.place);
        for (const child of folders) session.moveFolder(child.id, { folder: again });
        for (const child of documents) session.moveDocument(child.room, { folder: again });
        services.announce(t('folder.restored', { name: folder.name }));
      },
    };
  };

  return {
    nameOf,
    rawNameOf,
    titleOf: (room) => nameOf({ kind: 'document', id: room }),
    rename: (item, name) => {
      if (item.kind === 'folder') view.session()?.renameFolder(item.id, name);
      else view.session()?.renameDocument(item.id, name);
      services.announce(t('rename.done', { name }));
    },
    createFolder: (name, parent) => {
      const created = view.session()?.createFolder(name, parent);
      if (created !== undefined) services.announce(t('folder.created', { name }));
      return created;
    },
    move: (move) => {
      if (view.session() === undefined) return undefined;
      const back = backTo(move);
      const isElsewhere = back.place.folder !== move.place.folder;
      const name = nameOf(move);
      apply(move);
      return {
        isElsewhere,
        text: isElsewhere
          ? t('tree.moved', { name, folder: folderName(move.place.folder) })
          : t('tree.reordered', { name }),
        undo: () => {
          apply(back);
          services.announce(t('tree.moved', { name, folder: folderName(back.place.folder) }));
        },
      };
    },
    remove: (item) => {
      if (item.kind === 'folder') return removeFolder(item.id);
      const session = view.session();
      if (session === undefined) return undefined;
      const title = nameOf(item);
      session.trashDocument(item.id);
      return {
        text: t('trash.moved', { title }),
        undo: () => {
          session.restoreDocument(item.id);
          services.announce(t('trash.restored', { title }));
        },
      };
    },
  };
}

/** Before whatever follows it now. */
function placeOf<Id extends string>(siblings: readonly Id[], id: Id, folder: FolderId | undefined): Place<Id> {
  const before = siblings[siblings.indexOf(id) + 1];
  return { ...(folder === undefined ? {} : { folder }), ...(before === undefined ? {} : { before }) };
}
