import { createUniqueId, onMount, type JSX } from 'solid-js';
import type { JobModel } from '@vicinal/shared/room/jobs.ts';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';

/** Says where text would go, and asks. The way back has the focus, which returns to where it came from. */
export function Consent(props: { provider: JobModel; onAgree: () => void; onCancel: () => void }): JSX.Element {
  const id = createUniqueId();
  const cameFrom = document.activeElement;
  let back: HTMLButtonElement | undefined;
  onMount(() => back?.focus());
  const end = (then: () => void): void => {
    then();
    if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus();
  };
  const sentence = (): string =>
    t(props.provider.place === 'internet' ? 'assist.consent.internet' : 'assist.consent.network', {
      host: props.provider.host ?? props.provider.name ?? t('assist.model.unnamed'),
    });
  return (
    <div
      class="assist-consent"
      role="group"
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        end(() => props.onCancel());
      }}
    >
      <p id={id}>
        <strong>{sentence()}</strong> {t('assist.consent.once')}
      </p>
      <p class="assist-actions">
        <Button tone="primary" onClick={() => end(() => props.onAgree())}>
          {t('assist.consent.yes')}
        </Button>
        <Button ref={(element) => (back = element)} aria-describedby={id} onClick={() => end(() => props.onCancel())}>
          {t('assist.consent.no')}
        </Button>
      </p>
    </div>
  );
}
