import { createResource, createSignal, For, Show, type JSX } from 'solid-js';
import type { KeptAccount } from '../auth/types.ts';
import { createNow } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { formatRelative } from '../i18n/format.ts';
import '../i18n/later.ts';
import { errorText, t } from '../i18n/messages.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';

/** Accounts that were signed out with their data kept. Nothing is shown where there are none. */
export function KeptAccounts(): JSX.Element {
  const services = useServices();
  const now = createNow();
  const [accounts, { refetch }] = createResource(async () =>
    (await services.account.keptAccounts()).filter(({ isActive }) => !isActive),
  );
  const [asked, setAsked] = createSignal<KeptAccount>();
  const [failure, setFailure] = createSignal<string>();
  const remove = async (kept: KeptAccount): Promise<void> => {
    const result = await services.account.removeKept(kept.issuer, kept.user.id);
    setFailure(result.ok ? undefined : errorText(result.error));
    if (!result.ok) return;
    setAsked(undefined);
    services.announce(t('settings.storage.kept.removed', { name: kept.user.name }));
    await refetch();
  };
  return (
    <Show when={(accounts.latest ?? []).length > 0}>
      <section>
        <h2 class="settings-heading">{t('settings.storage.kept')}</h2>
        <p class="settings-text">{t('settings.storage.kept.text')}</p>
        <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
        <ul class="settings-list">
          <For each={accounts.latest}>
            {(kept) => (
              <li class="settings-row">
                <Avatar name={kept.user.name} colour={kept.user.colour} />
                <span class="settings-row-main">
                  <span class="settings-row-title">{kept.user.name}</span>
                  <span class="settings-row-facts">
                    {kept.user.isGuest ? `${t('account.guest')} · ` : ''}
                    {t('settings.storage.kept.used', { time: formatRelative(kept.lastUsedAt, now()) })}
                  </span>
                </span>
                <Button
                  tone="danger"
                  aria-label={t('settings.storage.kept.remove.named', { name: kept.user.name })}
                  onClick={() => setAsked(kept)}
                >
                  {t('settings.storage.kept.remove')}
                </Button>
              </li>
            )}
          </For>
        </ul>
        <Show when={asked()}>
          {(kept) => (
            <Notice tone="warn">
              <p>{t('settings.storage.kept.warning', { name: kept().user.name })}</p>
              <p class="settings-actions">
                <Button tone="danger" onClick={() => void remove(kept())}>
                  {t('settings.storage.kept.confirm')}
                </Button>
                <Button onClick={() => setAsked(undefined)}>{t('settings.storage.kept.cancel')}</Button>
              </p>
            </Notice>
          )}
        </Show>
      </section>
    </Show>
  );
}
