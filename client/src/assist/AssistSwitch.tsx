import type { JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';

/** Keeps the assistant away from one document, for everybody. */
export function AssistSwitch(props: { isOff: boolean; onOff: (isOff: boolean) => void }): JSX.Element {
  return (
    <section class="info-part">
      <h3 class="info-heading">{t('assist.switch')}</h3>
      <label class="assist-switch">
        <input
          type="checkbox"
          checked={!props.isOff}
          aria-describedby="assist-switch-hint"
          onChange={(event) => props.onOff(!event.currentTarget.checked)}
        />
        {t('assist.switch.on')}
      </label>
      <p class="assist-hint" id="assist-switch-hint">
        {t('assist.switch.hint')}
      </p>
    </section>
  );
}
