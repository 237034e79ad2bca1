import { createSignal, lazy, Show, Suspense, type JSX } from 'solid-js';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import '../i18n/later.ts';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Stage } from '../ui/Stage.tsx';

const SignOutDialog = lazy(() =>
  import('../home/SignOutDialog.tsx').then((module) => ({ default: module.SignOutDialog })),
);

/** Signed in, and a member of nothing: left, or removed. */
export function NoWorkspaceScreen(): JSX.Element {
  const services = useServices();
  const [isLeaving, setLeaving] = createSignal(false);
  const [wasLeaving, setWasLeaving] = createSignal(false);
  const leave = (): void => {
    setWasLeaving(true);
    setLeaving(true);
  };
  const user = () => {
    const state = services.accountState();
    return state.kind === 'signed-in' ? state.user : undefined;
  };
  setPageTitle(() => t('noWorkspace.page'));
  return (
    <Stage heading={t('noWorkspace.heading')} lead={t('noWorkspace.text')} headingRef={focusHeading}>
      <p class="stage-text">{t('document.denied.as', { name: user()?.name ?? '' })}</p>
      <div class="stage-actions">
        <Button tone="primary" onClick={leave}>
          {t('account.signOut')}
        </Button>
      </div>
      <Suspense>
        <Show when={wasLeaving()}>
          <SignOutDialog isOpen={isLeaving()} onOpenChange={setLeaving} isGuest={user()?.isGuest === true} />
        </Show>
      </Suspense>
    </Stage>
  );
}
