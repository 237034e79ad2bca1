import { createMemo, Show, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';

/** While documents of this device move into an account that was signed in to. */
export function AdoptionNotice(): JSX.Element {
  const services = useServices();
  const progress = createMemo(() => {
    const state = services.accountState();
    return state.kind === 'signed-in' ? state.adopting : undefined;
  });
  return (
    <div role="status" class="toast-place">
      <Show when={progress()}>
        {(moving) => (
          <div class="toast">
            <span class="numeric">{t('people.adopting', { done: moving().done, total: moving().total })}</span>
          </div>
        )}
      </Show>
    </div>
  );
}
