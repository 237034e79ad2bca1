import type { Device } from '@vicinal/shared/http/api.ts';
import type { DeviceId } from '@vicinal/shared/ids.ts';
import { createResource, createSignal, For, Show, type JSX } from 'solid-js';
import Laptop from 'lucide-solid/icons/laptop';
import Smartphone from 'lucide-solid/icons/smartphone';
import { createNow } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { formatRelative } from '../i18n/format.ts';
import '../i18n/later.ts';
import { errorText, t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Confirm } from '../ui/Confirm.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Answered } from './Answered.tsx';

/** Devices of this account, with a way to end each. */
export function DevicesSection(): JSX.Element {
  const services = useServices();
  const now = createNow();
  const [failure, setFailure] = createSignal<string>();
  const [asked, setAsked] = createSignal<DeviceId>();
  let intro: HTMLParagraphElement | undefined;
  const [devices, { refetch }] = createResource(() => services.account.people.devices());
  const isThis = (device: Device): boolean => device.id === services.account.deviceId;
  const sorted = (list: readonly Device[]): readonly Device[] =>
    list.toSorted((a, b) => Number(isThis(b)) - Number(isThis(a)) || seenAt(b) - seenAt(a));
  const remove = async (device: Device): Promise<void> => {
    const result = await services.account.people.revokeDevice(device.id);
    setAsked(undefined);
    setFailure(result.ok ? undefined : errorText(result.error));
    if (!result.ok) return;
    services.announce(t('settings.devices.removed', { device: device.label }));
    await refetch();
    intro?.focus();
  };
  return (
    <>
      <p class="settings-text" tabindex="-1" ref={(element) => (intro = element)}>
        {t('settings.devices.text')}
      </p>
      <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
      <Answered result={devices.latest} onRetry={() => void refetch()}>
        {(list) => (
          <ul class="settings-list">
            <For each={sorted(list())}>
              {(device) => (
                <li class="settings-row">
                  <Show
                    when={/Android|iPhone|iPad/.test(device.label)}
                    fallback={<Laptop class="icon" aria-hidden="true" />}
                  >
                    <Smartphone class="icon" aria-hidden="true" />
                  </Show>
                  <span class="settings-row-main">
                    <span class="settings-row-title">
                      {device.label}
                      <Show when={isThis(device)}>
                        <span class="settings-tag">{t('settings.devices.this')}</span>
                      </Show>
                    </span>
                    <span class="settings-row-facts">
                      {t('settings.devices.seen', { time: formatRelative(seenAt(device), now()) })} ·{' '}
                      {t('settings.devices.added', { time: formatRelative(device.createdAt, now()) })}
                    </span>
                  </span>
                  <Show when={!isThis(device)}>
                    <Button
                      tone="danger"
                      aria-label={t('settings.devices.remove.named', { device: device.label })}
                      onClick={() => setAsked(device.id)}
                    >
                      {t('settings.devices.remove')}
                    </Button>
                  </Show>
                  <Show when={asked() === device.id}>
                    <Confirm
                      text={t('remove.device', { device: device.label })}
                      confirmLabel={t('remove.confirm')}
                      cancelLabel={t('remove.keep')}
                      onConfirm={() => remove(device)}
                      onCancel={() => setAsked(undefined)}
                    />
                  </Show>
                </li>
              )}
            </For>
          </ul>
        )}
      </Answered>
    </>
  );
}

const seenAt = (device: Device): number => device.lastSeenAt ?? device.createdAt;
