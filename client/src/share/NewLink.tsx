import { createSignal, createUniqueId, onMount, Show, type JSX } from 'solid-js';
import Check from 'lucide-solid/icons/check';
import Copy from 'lucide-solid/icons/copy';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { QrCode } from '../ui/QrCode.tsx';
import { isLoopbackUrl } from './link-terms.ts';
import { NetworkLink } from './NetworkLink.tsx';
import { networkUrl } from './network-url.ts';

/** A link just made: its address, a way to copy it, and a code for cameras. */
export function NewLink(props: { url: string }): JSX.Element {
  const services = useServices();
  const id = createUniqueId();
  const forOthers = (): string => networkUrl(props.url, services.account.networkOrigins) ?? props.url;
  const [outcome, setOutcome] = createSignal<'copied' | 'failed'>();
  let field: HTMLInputElement | undefined;
  onMount(() => {
    field?.focus();
    field?.select();
  });
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.url);
      setOutcome('copied');
      services.announce(t('share.copied'));
    } catch {
      // Refused by permission or policy; the text is selected for copying by hand.
      field?.select();
      setOutcome('failed');
    }
  };
  return (
    <div class="new-link">
      <div class="new-link-main">
        <label class="field-label" for={id}>
          {t('share.link')}
        </label>
        <div class="new-link-row">
          <input
            ref={(element) => (field = element)}
            id={id}
            class="field-input"
            readOnly
            value={props.url}
            onFocus={(event) => event.currentTarget.select()}
          />
          <Button onClick={() => void copy()}>
            <Show when={outcome() === 'copied'} fallback={<Copy class="icon" aria-hidden="true" />}>
              <Check class="icon" aria-hidden="true" />
            </Show>
            {outcome() === 'copied' ? t('share.copied') : t('share.copy')}
          </Button>
        </div>
        <p class="field-hint">{outcome() === 'failed' ? t('share.copyFailed') : t('share.once')}</p>
        <NetworkLink url={props.url} />
        <Show when={isLoopbackUrl(forOthers())}>
          <Notice tone="warn">{t('share.localhost')}</Notice>
        </Show>
      </div>
      <figure class="new-link-qr">
        <QrCode text={forOthers()} label={t('share.qr')} />
        <figcaption class="field-hint">{t('share.qr.hint')}</figcaption>
      </figure>
    </div>
  );
}
