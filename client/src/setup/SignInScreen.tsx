import { useLocation, useNavigate } from '@solidjs/router';
import { createEffect, Show, type JSX } from 'solid-js';
import type { SignedOutNotice } from '../storage/profile-store.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { paths, returnToOfFragment } from '../paths.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Stage } from '../ui/Stage.tsx';
import { TextField } from '../ui/TextField.tsx';
import { createForm } from './create-form.ts';
import { requiredProblem } from './credentials.ts';
import { TryLocally } from './TryLocally.tsx';

/** `/sign-in#<return address>`: an account comes back. Leaves by itself once somebody is signed in. */
export function SignInScreen(): JSX.Element {
  const services = useServices();
  const navigate = useNavigate();
  const location = useLocation();
  const returnTo = (): string | undefined => returnToOfFragment(location.hash);
  const isSetUp = (): boolean | undefined => {
    const state = services.accountState();
    return state.kind === 'signed-out' ? state.isSetUp : true;
  };
  const isUnreachable = (): boolean => services.accountState().kind === 'signed-out' && isSetUp() === undefined;
  setPageTitle(() => t('signin.page'));
  createEffect(() => {
    const state = services.accountState();
    if (state.kind === 'signed-in' && !state.isLocal) navigate(returnTo() ?? paths.home(), { replace: true });
  });
  const isLocal = (): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.isLocal;
  };
  const notice = (): SignedOutNotice | undefined => {
    const state = services.accountState();
    return state.kind === 'signed-out' ? state.notice : undefined;
  };

  const lead = (): string => {
    if (isLocal()) return t('signin.local.lead');
    return returnTo() === undefined ? t('signin.lead') : t('signin.lead.return');
  };

  const form = createForm({
    initial: { email: '', password: '' },
    check: { email: requiredProblem, password: requiredProblem },
    send: (values) => services.account.signIn(values.email.trim(), values.password),
  });

  return (
    <Show when={isSetUp() !== false} fallback={<NotSetUp />}>
      <Stage
        heading={isLocal() ? t('signin.local.heading') : t('signin.heading')}
        lead={lead()}
        headingRef={focusHeading}
      >
        <Show when={isUnreachable()}>
          <Notice tone="warn">{t('signin.unreachable')}</Notice>
        </Show>
        <Show when={notice()}>{(why) => <Notice tone="warn">{t(`signin.notice.${why()}`)}</Notice>}</Show>
        <form class="form" onSubmit={(event) => form.submit(event)} noValidate>
          <TextField
            label={t('signin.email')}
            type="email"
            value={form.values.email}
            error={form.problem('email')}
            onValue={(value) => form.set('email', value)}
            autocomplete="username"
            required
          />
          <TextField
            label={t('signin.password')}
            type="password"
            value={form.values.password}
            error={form.problem('password')}
            onValue={(value) => form.set('password', value)}
            autocomplete="current-password"
            required
            reveal={{ show: t('field.show'), hide: t('field.hide') }}
          />
          <Show when={form.failure()}>{(failure) => <Notice tone="error">{failure()}</Notice>}</Show>
          <Button tone="primary" type="submit" class="button-wide" aria-disabled={form.isBusy()}>
            {form.isBusy() ? t('signin.submitting') : t('signin.submit')}
          </Button>
        </form>
        <Show when={!isLocal()} fallback={<BackToLocal />}>
          <TryLocally />
        </Show>
        <div class="stage-foot">
          <p>{t('signin.guest')}</p>
          <p>
            {t('signin.forgot')} <code>npm run admin -- reset-password</code>
          </p>
        </div>
      </Stage>
    </Show>
  );
}

function BackToLocal(): JSX.Element {
  return (
    <div class="stage-foot">
      <p>
        <a href={paths.home()}>{t('signin.local.back')}</a>
      </p>
    </div>
  );
}

function NotSetUp(): JSX.Element {
  return (
    <Stage heading={t('signin.notSetUp.heading')} lead={t('signin.notSetUp.text')} headingRef={focusHeading}>
      <p class="command">
        <code>npm run admin -- new-setup-link</code>
      </p>
      <TryLocally />
    </Stage>
  );
}
