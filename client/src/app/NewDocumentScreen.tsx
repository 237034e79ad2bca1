import { Navigate, useSearchParams } from '@solidjs/router';
import { createEffect, lazy, Match, Show, Switch, type JSX } from 'solid-js';
import { useWorkspace } from '../context/workspace.tsx';
import { paths } from '../paths.ts';
import { PageSkeleton } from '../ui/Skeleton.tsx';

const IncomingScreen = lazy(() =>
  import('../incoming/IncomingScreen.tsx').then((module) => ({ default: module.IncomingScreen })),
);
const OpenedFile = lazy(() => import('../incoming/OpenedFile.tsx').then((module) => ({ default: module.OpenedFile })));

/**
 * `/new`, behind the installed app's shortcut: makes a document and opens it; with `?incoming=ID` of what another app
 * shared, after asking; with `?from=file` of the files that were opened. Guests, who make none, get their home.
 */
export function NewDocumentScreen(): JSX.Element {
  const view = useWorkspace();
  const [query] = useSearchParams<{ incoming?: string; from?: string }>();
  return (
    <Show when={view.isLoading() || view.createDocument() !== undefined} fallback={<Navigate href={paths.home()} />}>
      <Switch fallback={<EmptyDocument />}>
        <Match when={query.incoming} keyed>
          {(id) => <IncomingScreen id={id} />}
        </Match>
        <Match when={query.from === 'file'}>
          <OpenedFile />
        </Match>
      </Switch>
    </Show>
  );
}

function EmptyDocument(): JSX.Element {
  const view = useWorkspace();
  let isMade = false;
  createEffect(() => {
    const create = view.createDocument();
    if (create === undefined || view.isLoading() || isMade) return;
    isMade = true;
    // Back leads to the home, not to one more document.
    const home = view.workspace()?.id;
    if (home !== undefined) history.replaceState(history.state, '', paths.workspace(home));
    void create();
  });
  return <PageSkeleton />;
}
