import { createResource, Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { OfflineSetting } from '../home/OfflineSetting.tsx';
import { formatBytes } from '../i18n/format.ts';
import '../i18n/later.ts';
import { t } from '../i18n/messages.ts';
import { FreeSpace } from './FreeSpace.tsx';
import { KeptAccounts } from './KeptAccounts.tsx';

/** What this browser holds and how safe it is there. */
export function StorageSection(): JSX.Element {
  const services = useServices();
  const [storage, { refetch }] = createResource(services.rooms, (rooms) => rooms.storageEstimate());
  return (
    <div class="form">
      <OfflineSetting />
      <Show when={storage()}>
        {(estimate) => (
          <dl class="settings-facts numeric">
            <dt>{t('settings.storage.used')}</dt>
            <dd>
              {t('sync.panel.storage.value', {
                used: formatBytes(estimate().usedBytes),
                quota: formatBytes(estimate().quotaBytes),
              })}
            </dd>
            <dt>{t('settings.storage.protected')}</dt>
            <dd>{t(estimate().isPersisted ? 'settings.storage.protected.yes' : 'settings.storage.protected.no')}</dd>
          </dl>
        )}
      </Show>
      <Show when={storage()?.isPersisted === false}>
        <p class="field-hint">{t('settings.storage.protected.hint')}</p>
      </Show>
      <FreeSpace
        onFreed={() => {
          void refetch();
        }}
      />
      <KeptAccounts />
    </div>
  );
}
