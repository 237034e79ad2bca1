import { useLocation, useNavigate } from '@solidjs/router';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { createSignal, lazy, Show, Suspense, type JSX } from 'solid-js';
import Download from 'lucide-solid/icons/download';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { errorText, t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { RoomSession } from '../room/types.ts';
import { Button } from '../ui/Button.tsx';
import { exportCopy } from './export-copy.ts';

const SignOutDialog = lazy(() =>
  import('../home/SignOutDialog.tsx').then((module) => ({ default: module.SignOutDialog })),
);

/** No access, or no such document: the page never tells which. */
export function Denied(props: { room?: RoomId | undefined }): JSX.Element {
  const services = useServices();
  const navigate = useNavigate();
  const location = useLocation();
  const [isLeaving, setLeaving] = createSignal(false);
  const [wasLeaving, setWasLeaving] = createSignal(false);
  const leave = (): void => {
    setWasLeaving(true);
    setLeaving(true);
  };
  const [asked, setAsked] = createSignal<string>();
  const request = async (room: RoomId): Promise<void> => {
    const answer = await services.account.people.requestAccess(room);
    setAsked(answer.ok ? t('document.denied.requested') : errorText(answer.error));
  };
  const askable = (): RoomId | undefined => {
    const state = services.accountState();
    return state.kind === 'signed-in' && !state.isLocal ? props.room : undefined;
  };
  setPageTitle(() => t('document.denied.page'));
  const user = () => {
    const state = services.accountState();
    return state.kind === 'signed-in' ? state.user : undefined;
  };
  return (
    <main class="state" id="main" tabindex="-1">
      <h1 class="state-heading" tabindex="-1" ref={focusHeading}>
        {t('document.denied.heading')}
      </h1>
      <p class="state-text">{t('document.denied.text')}</p>
      <Show when={user()}>
        {(person) => (
          <>
            <p class="state-text">{t('document.denied.as', { name: person().name })}</p>
            <p class="state-text" role="status">
              {asked()}
            </p>
            <div class="state-actions">
              <Show when={asked() === undefined && askable()}>
                {(room) => <Button onClick={() => void request(room())}>{t('document.denied.request')}</Button>}
              </Show>
              <Button tone="primary" onClick={() => navigate(paths.home())}>
                {t('app.backHome')}
              </Button>
              <Button onClick={leave}>{t('document.denied.switch')}</Button>
            </div>
            <Suspense>
              <Show when={wasLeaving()}>
                <SignOutDialog
                  isOpen={isLeaving()}
                  onOpenChange={setLeaving}
                  isGuest={person().isGuest}
                  returnTo={location.pathname}
                />
              </Show>
            </Suspense>
          </>
        )}
      </Show>
    </main>
  );
}

/** Nothing local and nobody reachable who has it. */
export function Waiting(): JSX.Element {
  return (
    <section class="state">
      <span class="state-pulse" aria-hidden="true" />
      <h2 class="state-heading">{t('document.waiting.heading')}</h2>
      <p class="state-text">{t('document.waiting.text')}</p>
    </section>
  );
}

/** Local data cannot be read: nothing is written, and what could be read can be taken away. */
export function Failed(props: { session: RoomSession }): JSX.Element {
  const reason = (): string => {
    const { state } = props.session;
    return state.kind === 'failed' ? errorText(state.error) : '';
  };
  return (
    <section class="state">
      <h2 class="state-heading">{t('document.failed.heading')}</h2>
      <p class="state-text">{t('document.failed.text')}</p>
      <p class="state-text">{t('document.failed.reason', { reason: reason() })}</p>
      <div class="state-actions">
        <Button onClick={() => void exportCopy(props.session)}>
          <Download class="icon" aria-hidden="true" />
          {t('document.export')}
        </Button>
      </div>
    </section>
  );
}
