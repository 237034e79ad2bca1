import { createResource, createSignal, Show, type JSX } from 'solid-js';
import type { Result } from '@vicinal/shared/result.ts';
import type { AppError } from '@vicinal/shared/app-error.ts';
import { useServices } from '../context/services.tsx';
import { errorText, t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { TextField } from '../ui/TextField.tsx';
import { createForm } from './create-form.ts';
import { requiredProblem } from './credentials.ts';

/** Writing without an account: on this device, now. Whoever did so before goes on where they were. */
export function TryLocally(): JSX.Element {
  const services = useServices();
  const [isAsked, setAsked] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  const [kept] = createResource(async () => (await services.account.keptAccounts()).find(({ isLocal }) => isLocal));
  const resume = async (): Promise<void> => {
    const result: Result<undefined, AppError> = await services.account.resumeLocal();
    if (!result.ok) setFailure(errorText(result.error));
  };
  const form = createForm({
    initial: { name: '' },
    check: { name: requiredProblem },
    send: ({ name }) => services.account.tryLocally(name.trim()),
  });
  return (
    <section class="try-locally">
      <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
      <Show
        when={kept.latest === undefined}
        fallback={
          <Button class="button-wide" onClick={() => void resume()}>
            {t('signin.resume')}
          </Button>
        }
      >
        <Show
          when={isAsked()}
          fallback={
            <Button class="button-wide" onClick={() => setAsked(true)}>
              {t('signin.try')}
            </Button>
          }
        >
          <form class="form" onSubmit={(event) => form.submit(event)} noValidate>
            <TextField
              label={t('setup.name')}
              value={form.values.name}
              error={form.problem('name')}
              hint={t('signin.try.text')}
              onValue={(value) => form.set('name', value)}
              autocomplete="name"
              maxlength={80}
              required
            />
            <Show when={form.failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
            <Button type="submit" class="button-wide" aria-disabled={form.isBusy()}>
              {t('signin.try.start')}
            </Button>
          </form>
        </Show>
      </Show>
    </section>
  );
}
