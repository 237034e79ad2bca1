import { createMemo, Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { UpgradeForm } from '../people/UpgradeForm.tsx';
import { Notice } from '../ui/Notice.tsx';
import { PasswordForm } from './PasswordForm.tsx';

/** The password of an account; the way to one for guests and for accounts of this device alone. */
export function AccountSection(): JSX.Element {
  const services = useServices();
  const state = createMemo(() => {
    const current = services.accountState();
    return current.kind === 'signed-in' ? current : undefined;
  });
  return (
    <Show when={state()}>
      {(current) => (
        <Show
          when={current().user.email}
          fallback={
            <Show when={!current().isLocal} fallback={<Notice tone="info">{t('settings.local')}</Notice>}>
              <UpgradeForm />
            </Show>
          }
        >
          {(email) => (
            <>
              <p class="settings-pair">
                <span class="field-label">{t('settings.account.email')}</span>
                <span>{email()}</span>
              </p>
              <PasswordForm email={email()} />
            </>
          )}
        </Show>
      )}
    </Show>
  );
}
