import { useLocation, useNavigate, useParams } from '@solidjs/router';
import { isWorkspaceId } from '@vicinal/shared/ids.ts';
import { createEffect, createMemo, createResource, createSignal, onCleanup, Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { WorkspaceProvider, type WorkspaceView } from '../context/workspace.tsx';
import { errorText } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { DocumentSummary, WorkspaceSession } from '../room/types.ts';
import { BottomBar } from './BottomBar.tsx';
import { RequireAccount } from './RequireAccount.tsx';
import { cycleRegions } from './regions.ts';
import { Sidebar } from './Sidebar.tsx';
import { UpdateNotice } from './UpdateNotice.tsx';

/** Frame of every screen behind sign-in: navigation at the side (on phones below) and the workspace's index held open. */
export function Shell(props: { children?: JSX.Element }): JSX.Element {
  return (
    <RequireAccount>
      <Frame>{props.children}</Frame>
    </RequireAccount>
  );
}

function Frame(props: { children: JSX.Element }): JSX.Element {
  const location = useLocation();
  const view = createWorkspaceView();
  const isDocument = (): boolean => location.pathname.startsWith('/d/');
  const hasCallInPage = createMemo(
    () => !isDocument() && view.createDocument() !== undefined && !view.isLoading() && view.documents().length === 0,
  );
  const onKeyDown = (event: KeyboardEvent): void => cycleRegions(event);
  document.addEventListener('keydown', onKeyDown);
  onCleanup(() => document.removeEventListener('keydown', onKeyDown));
  return (
    <WorkspaceProvider view={view}>
      <div class="shell" classList={{ 'shell-document': isDocument(), 'shell-rail': view.session() === undefined }}>
        <Sidebar hasNew={!hasCallInPage()} />
        <div class="shell-main" data-region>
          {props.children}
        </div>
        <Show when={!isDocument()}>
          <BottomBar hasNew={!hasCallInPage()} />
        </Show>
        <UpdateNotice />
      </div>
    </WorkspaceProvider>
  );
}

function createWorkspaceView(): WorkspaceView {
  const services = useServices();
  const navigate = useNavigate();
  const params = useParams<{ workspace?: string; room?: string }>();
  createEffect(() => {
    const id = params.workspace;
    if (id !== undefined && isWorkspaceId(id)) services.setWorkspace(id);
  });
  const workspace = createMemo(() => {
    const state = services.accountState();
    return state.kind === 'signed-in' ? state.workspaces.find((known) => known.id === services.workspace()) : undefined;
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

  // Guests have no index: what they opened before is what they see. Asked again whenever they come from a document.
  const [recent] = createResource(
    () => ({ rooms: indexed() === undefined ? services.rooms() : undefined, at: params.room }),
    async ({ rooms }) => (rooms === undefined ? [] : rooms.recentRooms()),
  );
  const documents = createMemo<readonly DocumentSummary[]>(() => {
    heard();
    const listed = session()?.documents ?? recent.latest ?? [];
    return listed.toSorted((a, b) => b.updatedAt - a.updatedAt);
  });
  const isLoading = createMemo(() => {
    heard();
    if (services.rooms() === undefined) return true;
    return session()?.isLoading ?? recent.loading;
  });

  const create = async (from: WorkspaceSession): Promise<void> => {
    const created = await from.createDocument();
    if (created.ok) navigate(paths.document(created.value), { state: { isNew: true } });
    else services.announce(errorText(created.error));
  };
  const createDocument = createMemo(() => {
    const from = session();
    return from === undefined ? undefined : () => create(from);
  });
  return { workspace, session, documents, isLoading, createDocument };
}
