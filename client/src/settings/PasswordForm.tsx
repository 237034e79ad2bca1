import { err } from '@vicinal/shared/result.ts';
import { AppError } from '@vicinal/shared/app-error.ts';
import { createSignal, Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { createForm } from '../setup/create-form.ts';
import { passwordProblem, requiredProblem } from '../setup/credentials.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { TextField } from '../ui/TextField.tsx';

/** Old password, new password. */
export function PasswordForm(props: { email: string }): JSX.Element {
  const services = useServices();
  const [isDone, setDone] = createSignal(false);
  const [isWrong, setWrong] = createSignal(false);
  const form = createForm({
    initial: { current: '', next: '' },
    check: {
      current: (value) => requiredProblem(value) ?? (isWrong() ? t('settings.password.wrong') : undefined),
      next: passwordProblem,
    },
    send: async ({ current, next }) => {
      setDone(false);
      const result = await services.account.changePassword(current, next);
      if (!result.ok) {
        const isRefused = result.error.code === 'bad-credentials';
        setWrong(isRefused);
        return isRefused ? err(new AppError('bad-credentials')) : result;
      }
      form.set('current', '');
      form.set('next', '');
      setDone(true);
      services.announce(t('settings.password.done'));
      return result;
    },
  });
  const reveal = { show: t('field.show'), hide: t('field.hide') };
  return (
    <form class="form" onSubmit={(event) => form.submit(event)} noValidate>
      <h2 class="settings-heading">{t('settings.password.heading')}</h2>
      <input
        class="visually-hidden"
        type="email"
        autocomplete="username"
        value={props.email}
        readOnly
        tabindex="-1"
        aria-hidden="true"
      />
      <TextField
        label={t('settings.password.current')}
        type="password"
        value={form.values.current}
        error={isDone() ? undefined : form.problem('current')}
        onValue={(value) => {
          setWrong(false);
          form.set('current', value);
        }}
        autocomplete="current-password"
        required
        reveal={reveal}
      />
      <TextField
        label={t('settings.password.next')}
        type="password"
        value={form.values.next}
        error={isDone() ? undefined : form.problem('next')}
        hint={t('settings.password.hint')}
        onValue={(value) => {
          setDone(false);
          form.set('next', value);
        }}
        autocomplete="new-password"
        required
        reveal={reveal}
      />
      <Show when={!isWrong() && form.failure()}>{(failure) => <Notice tone="error">{failure()}</Notice>}</Show>
      <Show when={isDone()}>
        <Notice tone="info">{t('settings.password.done')}</Notice>
      </Show>
      <div class="settings-actions">
        <Button tone="primary" type="submit" aria-disabled={form.isBusy()}>
          {t('settings.password.submit')}
        </Button>
      </div>
    </form>
  );
}
