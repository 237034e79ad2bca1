import { Navigate } from '@solidjs/router';
import { createMemo, lazy, Match, Switch, type JSX } from 'solid-js';
import { paths } from '../paths.ts';
import { useServices } from '../context/services.tsx';

const SignInScreen = lazy(() =>
  import('../setup/SignInScreen.tsx').then((module) => ({ default: module.SignInScreen })),
);

const NoWorkspaceScreen = lazy(() =>
  import('./NoWorkspaceScreen.tsx').then((module) => ({ default: module.NoWorkspaceScreen })),
);

/** `/`: the home of whoever is signed in, else sign-in. */
export function StartScreen(): JSX.Element {
  const services = useServices();
  const kind = createMemo(() => services.accountState().kind);
  return (
    <Switch>
      <Match when={kind() === 'signed-in' && services.workspace()}>
        {(workspace) => <Navigate href={paths.workspace(workspace())} />}
      </Match>
      <Match when={kind() === 'signed-in'}>
        <NoWorkspaceScreen />
      </Match>
      <Match when={kind() === 'signed-out'}>
        <SignInScreen />
      </Match>
    </Switch>
  );
}
