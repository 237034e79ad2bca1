import { useLocation } from '@solidjs/router';
import { createEffect, createMemo, createSignal, lazy, onCleanup, Show, Suspense, type JSX } from 'solid-js';
import { isFirstScreenShown, markFirstScreenShown } from '../context/first-screen.ts';
import { createMedia } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { createShortcutsSheet, ShortcutsSheetContext } from '../context/shortcuts-sheet.ts';
import { WorkspaceProvider } from '../context/workspace.tsx';
import { WorkspaceActionsProvider } from '../home/WorkspaceActions.tsx';
import { BottomBar } from './BottomBar.tsx';
import { RequireAccount } from './RequireAccount.tsx';
import { cycleRegions } from './regions.ts';
import { ShortcutsSheet } from './ShortcutsSheet.tsx';
import { Sidebar } from './Sidebar.tsx';
import { createSidebarWidth, SidebarSplitter } from './SidebarSplitter.tsx';
import { UpdateNotice } from './UpdateNotice.tsx';
import { InstallPlace } from '../install/InstallPlace.tsx';
import { AdoptionNotice } from '../people/AdoptionNotice.tsx';
import { createWorkspaceView } from './workspace-view.ts';

const InboxWatch = lazy(() => import('../inbox/InboxWatch.tsx').then((module) => ({ default: module.InboxWatch })));

/** Frame of every screen behind sign-in: navigation at the side (on phones below) and the workspace's index held open. */
export function Shell(props: { children?: JSX.Element }): JSX.Element {
  return (
    <RequireAccount>
      <ShortcutsSheetContext.Provider value={createShortcutsSheet()}>
        <Frame>{props.children}</Frame>
        <ShortcutsSheet />
      </ShortcutsSheetContext.Provider>
    </RequireAccount>
  );
}

function Frame(props: { children: JSX.Element }): JSX.Element {
  const location = useLocation();
  const view = createWorkspaceView();
  const services = useServices();
  const hasInbox = createMemo(() => {
    const state = services.accountState();
    return state.kind === 'signed-in' && !state.isLocal;
  });
  const isDocument = (): boolean => location.pathname.startsWith('/d/');
  createEffect(() => {
    if (!isDocument()) markFirstScreenShown();
  });
  const hasCallInPage = createMemo(
    () => !isDocument() && view.createDocument() !== undefined && !view.isLoading() && view.documents().length === 0,
  );
  const isWide = createMedia('(min-width: 1200px)');
  const width = createSidebarWidth();
  const [sidebar, setSidebar] = createSignal<HTMLElement>();
  const onKeyDown = (event: KeyboardEvent): void => cycleRegions(event);
  document.addEventListener('keydown', onKeyDown);
  onCleanup(() => document.removeEventListener('keydown', onKeyDown));
  const isResizable = (): boolean => isWide() && view.session() !== undefined;
  return (
    <WorkspaceProvider view={view}>
      <WorkspaceActionsProvider>
        <div
          class="shell"
          classList={{ 'shell-document': isDocument(), 'shell-rail': view.session() === undefined }}
          style={isResizable() ? { '--sidebar': `${width.value()}px` } : {}}
        >
          <Sidebar hasNew={!hasCallInPage()} ref={setSidebar} />
          <Show when={isResizable()}>
            <SidebarSplitter width={width} controls={sidebar()?.id ?? ''} />
          </Show>
          <div class="shell-main" data-region>
            {props.children}
          </div>
          <Show when={!isDocument()}>
            <BottomBar hasNew={!hasCallInPage()} />
          </Show>
          <UpdateNotice />
          <AdoptionNotice />
          <Show when={hasInbox() && isFirstScreenShown()}>
            <Suspense>
              <InboxWatch />
            </Suspense>
          </Show>
          <InstallPlace isDocument={isDocument()} />
        </div>
      </WorkspaceActionsProvider>
    </WorkspaceProvider>
  );
}
