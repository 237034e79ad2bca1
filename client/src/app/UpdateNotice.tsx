import { Show, type JSX } from 'solid-js';
import { fromEvents } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';

/** Offers a new version; nothing reloads by itself. */
export function UpdateNotice(): JSX.Element {
  const { updates } = useServices();
  const isReady = fromEvents(
    (listener) => updates.on('ready', listener),
    () => updates.isReady,
  );
  return (
    <div role="status" class="toast-place">
      <Show when={isReady()}>
        <div class="toast">
          <span>{t('app.update')}</span>
          <Button tone="quiet" onClick={() => updates.apply()}>
            {t('app.reload')}
          </Button>
        </div>
      </Show>
    </div>
  );
}
