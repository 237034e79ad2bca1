import { Navigate, useLocation } from '@solidjs/router';
import { createMemo, Match, Switch, type JSX } from 'solid-js';
import { paths } from '../paths.ts';
import { Delayed } from '../ui/Delayed.tsx';
import { PageSkeleton } from '../ui/Skeleton.tsx';
import { useServices } from '../context/services.tsx';

/** Shows `children` to a signed-in account; sends everybody else to sign-in and back afterwards. */
export function RequireAccount(props: { children: JSX.Element }): JSX.Element {
  const services = useServices();
  const location = useLocation();
  const kind = createMemo(() => services.accountState().kind);
  return (
    <Switch>
      <Match when={kind() === 'loading'}>
        <Delayed>
          <PageSkeleton />
        </Delayed>
      </Match>
      <Match when={kind() === 'signed-out'}>
        <Navigate href={paths.signInFor(location.pathname + location.search)} />
      </Match>
      <Match when={kind() === 'signed-in'}>{props.children}</Match>
    </Switch>
  );
}
