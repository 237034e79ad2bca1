import { Navigate } from '@solidjs/router';
import { createEffect, Show, type JSX } from 'solid-js';
import { useWorkspace } from '../context/workspace.tsx';
import { paths } from '../paths.ts';
import { PageSkeleton } from '../ui/Skeleton.tsx';

/** `/new`, behind the installed app's shortcut: makes a document and opens it. Guests, who make none, get their home. */
export function NewDocumentScreen(): JSX.Element {
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
  return (
    <Show when={view.isLoading() || view.createDocument() !== undefined} fallback={<Navigate href={paths.home()} />}>
      <PageSkeleton />
    </Show>
  );
}
