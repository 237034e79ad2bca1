import type { JSX } from 'solid-js';
import PanelRight from 'lucide-solid/icons/panel-right';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { PANEL_ID, useRightPanel } from './right-panel.ts';
import './right-panel.css';

/** Opens and closes the Info panel. */
export function InfoPanelButton(): JSX.Element {
  const panel = useRightPanel();
  return (
    <Button
      tone="quiet"
      isIcon
      class="info-button"
      aria-label={t('info.open')}
      title={t('info.open')}
      aria-expanded={panel.isOpen()}
      aria-controls={panel.isOpen() ? PANEL_ID : undefined}
      onClick={() => panel.setOpen(!panel.isOpen())}
    >
      <PanelRight class="icon" aria-hidden="true" />
    </Button>
  );
}
