import { createEffect, createSignal, Show, type JSX } from 'solid-js';
import { isFirstScreenShown } from '../context/first-screen.ts';
import { fromEvents } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';

/** Offers a new version; nothing reloads by itself. What is open is saved first. */
export function UpdateNotice(): JSX.Element {
  const services = useServices();
  const { updates } = services;
  const isReady = fromEvents(
    (listener) => updates.on('ready', listener),
    () => updates.isReady,
  );
  createEffect(() => {
    if (isFirstScreenShown()) updates.fill();
  });
  const [isBusy, setBusy] = createSignal(false);
  const reload = async (): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    // what could not be saved is told where the document is; reloading keeps what is stored either way
    await services
      .rooms()
      ?.close()
      .catch(() => undefined);
    updates.apply();
  };
  return (
    <div role="status" class="toast-place">
      <Show when={isReady()}>
        <div class="toast">
          <span>{t('app.update')}</span>
          <Button tone="quiet" aria-disabled={isBusy()} onClick={() => void reload()}>
            {t('app.reload')}
          </Button>
        </div>
      </Show>
    </div>
  );
}
