import { Router, useLocation } from '@solidjs/router';
import { createComputed, ErrorBoundary, on, Suspense, type JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';
import { routes } from '../routes.tsx';
import { ErrorScreen } from './ErrorScreen.tsx';
import { markNavigated, trackFocus } from '../context/navigation.ts';
import { ServicesProvider, useServices, type ClientCore } from '../context/services.tsx';

export function App(props: { core: ClientCore }): JSX.Element {
  trackFocus();
  return (
    <ErrorBoundary fallback={(error: unknown) => <ErrorScreen error={error} />}>
      <ServicesProvider core={props.core}>
        <Router root={Root} scrollRestoration>
          {routes}
        </Router>
      </ServicesProvider>
    </ErrorBoundary>
  );
}

function Root(props: { children?: JSX.Element }): JSX.Element {
  const location = useLocation();
  const services = useServices();
  // Before the next page is built, which asks for it.
  createComputed(
    on(
      () => location.pathname + location.search,
      () => markNavigated(),
      { defer: true },
    ),
  );
  return (
    <>
      <a class="skip-link" href="#main" onClick={(event) => skipTo(event)}>
        {t('app.skip')}
      </a>
      <ErrorBoundary fallback={(error: unknown) => <ErrorScreen error={error} />}>
        <Suspense>{props.children}</Suspense>
      </ErrorBoundary>
      <div class="visually-hidden" aria-live="polite" data-testid="announcements">
        {services.announcement()}
      </div>
    </>
  );
}

function skipTo(event: MouseEvent): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main')?.focus();
}
