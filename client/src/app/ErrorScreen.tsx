import type { JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Stage } from '../ui/Stage.tsx';
import { setPageTitle } from '../context/navigation.ts';

/** The one end of every uncaught failure in a screen. */
export function ErrorScreen(props: { error: unknown }): JSX.Element {
  setPageTitle(() => t('crash.page'));
  return (
    <Stage heading={t('crash.heading')} lead={t('crash.text')}>
      <div class="stage-actions">
        <Button tone="primary" onClick={() => location.reload()}>
          {t('app.reload')}
        </Button>
      </div>
      <details class="details">
        <summary>{t('crash.details')}</summary>
        <pre class="details-text">{String(props.error)}</pre>
      </details>
    </Stage>
  );
}
