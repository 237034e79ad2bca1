import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Result } from '@vicinal/shared/result.ts';
import { Show, type JSX } from 'solid-js';
import type { JoinAs } from '../auth/types.ts';
import { t } from '../i18n/messages.ts';
import { AccountFields, accountForm } from '../people/AccountFields.tsx';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';

/** Joins with a new account; a guest who does stays the same person. */
export function AccountJoin(props: {
  name: string;
  onJoin: (as: JoinAs) => Promise<Result<unknown, AppError>>;
}): JSX.Element {
  // The form keeps the name it begins with.
  // eslint-disable-next-line solid/reactivity
  const form = accountForm(props.name, (account) => props.onJoin({ kind: 'account', account }));
  return (
    <form class="form" onSubmit={(event) => form.submit(event)} noValidate>
      <AccountFields form={form} />
      <Show when={form.failure()}>{(failure) => <Notice tone="error">{failure()}</Notice>}</Show>
      <Button tone="primary" type="submit" class="button-wide" aria-disabled={form.isBusy()}>
        {form.isBusy() ? t('join.submitting') : t('join.account.submit')}
      </Button>
    </form>
  );
}
