import { useParams, useSearchParams } from '@solidjs/router';
import { createMemo, Match, Show, Switch, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import { DocumentsView } from './DocumentsView.tsx';
import { parseHomeView, type HomeView } from './home-view.ts';
import { HomeDenied } from './HomeStates.tsx';
import { TrashView } from './TrashView.tsx';
import './home.css';

const isSame = (a: HomeView, b: HomeView): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `/w/:workspace`: the documents of a workspace, of one folder, the starred, the recent, and the trash. */
export function HomeScreen(): JSX.Element {
  const services = useServices();
  const view = useWorkspace();
  const params = useParams<{ workspace: string }>();
  const [query] = useSearchParams<{ folder?: string; view?: string }>();
  // A new view is a new page: its heading takes the focus.
  const shown = createMemo(() => parseHomeView(query), undefined, { equals: isSame });
  const isMember = createMemo(() => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.workspaces.some((workspace) => workspace.id === params.workspace);
  });
  return (
    <Show when={isMember()} fallback={<HomeDenied />}>
      <Show when={shown()} keyed>
        {(current) => (
          <main class="home" id="main" tabindex="-1">
            <Switch fallback={<DocumentsView shown={current} />}>
              <Match when={current.kind === 'trash' && view.session()} keyed>
                {(session) => <TrashView session={session} />}
              </Match>
            </Switch>
          </main>
        )}
      </Show>
    </Show>
  );
}
