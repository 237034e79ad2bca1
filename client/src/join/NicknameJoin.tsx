import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Result } from '@vicinal/shared/result.ts';
import { Show, type JSX } from 'solid-js';
import type { JoinAs } from '../auth/types.ts';
import { t } from '../i18n/messages.ts';
import { createForm } from '../setup/create-form.ts';
import { requiredProblem } from '../setup/credentials.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { TextField } from '../ui/TextField.tsx';

/** `name`: of whoever is signed in; undefined asks for a nickname. */
export function NicknameJoin(props: {
  name: string | undefined;
  onJoin: (as: JoinAs) => Promise<Result<unknown, AppError>>;
}): JSX.Element {
  const form = createForm({
    initial: { nickname: '' },
    check: { nickname: (value) => (props.name === undefined ? requiredProblem(value) : undefined) },
    send: ({ nickname }) =>
      props.onJoin(props.name === undefined ? { kind: 'guest', nickname: nickname.trim() } : { kind: 'self' }),
  });
  const label = (): string => {
    if (form.isBusy()) return t('join.submitting');
    return props.name === undefined ? t('join.submit') : t('join.submitAs', { name: props.name });
  };
  return (
    <form class="form" onSubmit={(event) => form.submit(event)} noValidate>
      <Show when={props.name === undefined}>
        <TextField
          label={t('join.nickname')}
          value={form.values.nickname}
          error={form.problem('nickname')}
          hint={t('join.nickname.hint')}
          onValue={(value) => form.set('nickname', value)}
          autocomplete="nickname"
          maxlength={80}
          required
        />
      </Show>
      <Show when={form.failure()}>{(failure) => <Notice tone="error">{failure()}</Notice>}</Show>
      <Button tone="primary" type="submit" class="button-wide" aria-disabled={form.isBusy()}>
        {label()}
      </Button>
    </form>
  );
}
