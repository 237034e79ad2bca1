import { Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { AccountFields, accountForm } from './AccountFields.tsx';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';

/** A guest gets an account and stays the same person: what they wrote keeps their name. */
export function UpgradeForm(): JSX.Element {
  const services = useServices();
  const state = services.accountState();
  const form = accountForm(state.kind === 'signed-in' ? state.user.name : '', async (account) => {
    const result = await services.account.upgrade(account);
    if (result.ok) services.announce(t('people.upgrade.done'));
    return result;
  });
  return (
    <form class="form" onSubmit={(event) => form.submit(event)} noValidate>
      <p class="settings-text">{t('people.upgrade.text')}</p>
      <AccountFields form={form} />
      <Show when={form.failure()}>{(failure) => <Notice tone="error">{failure()}</Notice>}</Show>
      <div class="settings-actions">
        <Button tone="primary" type="submit" aria-disabled={form.isBusy()}>
          {t('people.upgrade.submit')}
        </Button>
      </div>
    </form>
  );
}
