/** Opens the index of the workspace on screen and reads it for every screen inside the shell. */
import { useNavigate, useParams, useSearchParams } from '@solidjs/router';
import { isWorkspaceId, type RoomId } from '@vicinal/shared/ids.ts';
import { createEffect, createMemo, createSignal, onCleanup, type Accessor } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { keepUnchanged, type WorkspaceView } from '../context/workspace.tsx';
import { parseHomeView } from '../home/home-view.ts';
import { errorText, t } from '../i18n/messages.ts';
import { handOver } from '../incoming/hand-over.ts';
import type { Incoming } from '../incoming/types.ts';
import { paths } from '../paths.ts';
import type { DocumentSummary, FolderId, FolderSummary, WorkspaceSession } from '../room/types.ts';

export function createWorkspaceView(): WorkspaceView {
  const services = useServices();
  const navigate = useNavigate();
  const params = useParams<{ workspace?: string; room?: string }>();
  const [query] = useSearchParams<{ folder?: string; view?: string }>();
  createEffect(() => {
    const id = params.workspace;
    if (id !== undefined && isWorkspaceId(id)) services.setWorkspace(id);
  });
  const workspace = createMemo(() => {
    const state = services.accountState();
    if (state.kind !== 'signed-in') return undefined;
    const found = state.workspaces.find((known) => known.id === services.workspace());
    return found && state.isLocal ? { ...found, name: t('account.local.workspace') } : found;
  });
  const indexed = createMemo(() => (workspace()?.indexRoom === undefined ? undefined : workspace()?.id));

  const session = createMemo<WorkspaceSession | undefined>(() => {
    const id = indexed();
    const opened = id === undefined ? undefined : services.rooms()?.openWorkspace(id);
    if (opened !== undefined) onCleanup(() => void opened.close());
    return opened;
  });
  const [heard, setHeard] = createSignal(0);
  createEffect(() => {
    const stop = session()?.on('change', () => setHeard((count) => count + 1));
    if (stop !== undefined) onCleanup(stop);
  });

  // Guests have no index: what they opened before and what the server lets them open is what they see.
  const guest = createMemo<WorkspaceSession | undefined>(() => {
    const id = indexed() === undefined ? workspace()?.id : undefined;
    const opened = id === undefined ? undefined : services.rooms()?.openWorkspace(id);
    if (opened !== undefined) onCleanup(() => void opened.close());
    return opened;
  });
  createEffect(() => {
    const stop = guest()?.on('change', () => setHeard((count) => count + 1));
    if (stop !== undefined) onCleanup(stop);
  });
  const live = <T>(read: () => T): Accessor<T> =>
    createMemo(() => {
      heard();
      return read();
    });
  const documentKey = (summary: DocumentSummary): string => summary.room;
  const ordered = createMemo<readonly DocumentSummary[]>((previous) => {
    heard();
    return keepUnchanged(previous, (session() ?? guest())?.documents ?? [], documentKey);
  }, []);
  const documents = createMemo(() => ordered().toSorted((a, b) => b.updatedAt - a.updatedAt));
  const byRoom = createMemo(() => new Map(ordered().map((summary) => [summary.room, summary])));
  const folders = createMemo<readonly FolderSummary[]>((previous) => {
    heard();
    return keepUnchanged(previous, session()?.folders ?? [], (folder) => folder.id);
  }, []);
  const trash = createMemo<readonly DocumentSummary[]>((previous) => {
    heard();
    return keepUnchanged(previous, session()?.trash ?? [], documentKey);
  }, []);
  const isLoading = live(() => {
    if (services.rooms() === undefined) return true;
    return (session() ?? guest())?.isLoading ?? true;
  });
  const canWrite = live(() => session()?.canWrite ?? false);
  const currentFolder = createMemo(() => {
    const home = params.workspace === undefined ? undefined : parseHomeView(query);
    const folder = home?.kind === 'folder' ? home.folder : undefined;
    return folders().some((known) => known.id === folder) ? folder : undefined;
  });

  const create = async (
    from: WorkspaceSession,
    folder: FolderId | undefined,
    incoming: Incoming | undefined,
  ): Promise<void> => {
    const created = await from.createDocument(folder);
    if (created.ok && incoming !== undefined) handOver(created.value, incoming);
    if (created.ok) navigate(paths.document(created.value), { state: { isNew: incoming === undefined } });
    else services.announce(errorText(created.error));
  };
  const createDocument = createMemo(() => {
    const from = session();
    if (from === undefined || !canWrite()) return undefined;
    return (folder?: FolderId, incoming?: Incoming) => create(from, folder ?? currentFolder(), incoming);
  });
  return {
    workspace,
    session,
    documents,
    document: (room: RoomId) => byRoom().get(room),
    ordered,
    folders,
    trash,
    isLoading,
    canWrite,
    currentFolder,
    createDocument,
  };
}
