import { Navigate } from '@solidjs/router';
import { createMemo, Match, Switch, type JSX } from 'solid-js';
import { paths } from '../paths.ts';
import { SignInScreen } from '../setup/SignInScreen.tsx';
import { NotFoundScreen } from './NotFoundScreen.tsx';
import { useServices } from '../context/services.tsx';

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
        <NotFoundScreen />
      </Match>
      <Match when={kind() === 'signed-out'}>
        <SignInScreen />
      </Match>
    </Switch>
  );
}
