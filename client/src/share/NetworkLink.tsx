import { createSignal, createUniqueId, Show, type JSX } from 'solid-js';
import Check from 'lucide-solid/icons/check';
import Copy from 'lucide-solid/icons/copy';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { networkUrl, trustUrl } from './network-url.ts';
import './network-link.css';

/** Of an invite link made on localhost, the one that other devices on the network can open. Nothing elsewhere. */
export function NetworkLink(props: { url: string }): JSX.Element {
  const services = useServices();
  return (
    <Show when={networkUrl(props.url, services.account.networkOrigins)}>
      {(network) => <Field network={network()} trust={trustUrl(props.url, network())} />}
    </Show>
  );
}

function Field(props: { network: string; trust: string }): JSX.Element {
  const services = useServices();
  const id = createUniqueId();
  const [outcome, setOutcome] = createSignal<'copied' | 'failed'>();
  let field: HTMLInputElement | undefined;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.network);
      setOutcome('copied');
      services.announce(t('share.copied'));
    } catch {
      // Refused by permission or policy; the text is selected for copying by hand.
      field?.focus();
      field?.select();
      setOutcome('failed');
    }
  };
  return (
    <div class="network-link">
      <label class="field-label" for={id}>
        {t('share.network')}
      </label>
      <div class="new-link-row">
        <input
          ref={(element) => (field = element)}
          id={id}
          class="field-input"
          readOnly
          value={props.network}
          aria-describedby={`${id}-hint`}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button aria-label={t('share.network.copy')} onClick={() => void copy()}>
          <Show when={outcome() === 'copied'} fallback={<Copy class="icon" aria-hidden="true" />}>
            <Check class="icon" aria-hidden="true" />
          </Show>
          {outcome() === 'copied' ? t('share.copied') : t('share.copy')}
        </Button>
      </div>
      <p class="field-hint" id={`${id}-hint`}>
        {outcome() === 'failed' ? t('share.copyFailed') : t('share.network.hint')}{' '}
        <a href={props.trust} target="_blank" rel="noreferrer">
          {props.trust}
        </a>
      </p>
    </div>
  );
}
