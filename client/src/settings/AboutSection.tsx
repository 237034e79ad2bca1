import { PROTOCOL_VERSION } from '@vicinal/shared/protocol-version.ts';
import { createResource, createSignal, For, Show, type JSX } from 'solid-js';
import { APP_VERSION } from '../config.ts';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { Brand } from '../ui/Brand.tsx';
import { readLicences } from './licences.ts';

/** What this is, which version of it, and what it is made of. */
export function AboutSection(): JSX.Element {
  const services = useServices();
  const [isOpen, setOpen] = createSignal(false);
  const [licences] = createResource(isOpen, () => readLicences());
  return (
    <div class="form">
      <Brand name="Vicinal" />
      <p class="settings-text">{t('settings.about.text')}</p>
      <dl class="settings-facts numeric">
        <dt>{t('settings.about.version')}</dt>
        <dd>{APP_VERSION}</dd>
        <dt>{t('settings.about.protocol')}</dt>
        <dd>{PROTOCOL_VERSION}</dd>
        <Show when={services.account.deviceId}>
          {(device) => (
            <>
              <dt>{t('settings.about.device')}</dt>
              <dd>
                <code class="settings-key">{device()}</code>
              </dd>
            </>
          )}
        </Show>
      </dl>
      <p class="settings-text">{t('settings.about.licence')}</p>
      <details class="licences" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('settings.about.licences')}</summary>
        <Show
          when={licences()}
          fallback={
            <p class="field-hint">{licences.error === undefined ? '…' : t('settings.about.licences.failed')}</p>
          }
        >
          {(list) => (
            <ul class="licence-list">
              <For each={list()}>
                {(part) => (
                  <li>
                    <details>
                      <summary>
                        {part.name} {part.version} <span class="settings-tag">{part.identifier}</span>
                      </summary>
                      <pre class="licence-text">{part.text}</pre>
                    </details>
                  </li>
                )}
              </For>
            </ul>
          )}
        </Show>
      </details>
    </div>
  );
}
