import { useNavigate } from '@solidjs/router';
import { createEffect, type JSX } from 'solid-js';
import { useWorkspace } from '../context/workspace.tsx';
import { useWorkspaceActions } from '../home/actions.ts';
import { paths } from '../paths.ts';
import { PageSkeleton } from '../ui/Skeleton.tsx';

/** `/search`, behind the installed app's shortcut: the home with search open. */
export function SearchScreen(): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const navigate = useNavigate();
  createEffect(() => {
    const workspace = view.workspace()?.id;
    if (workspace === undefined) return;
    navigate(paths.workspace(workspace), { replace: true });
    actions.search();
  });
  return <PageSkeleton />;
}
