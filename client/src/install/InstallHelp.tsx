import type { JSX } from 'solid-js';
import Share from 'lucide-solid/icons/share';
import SquarePlus from 'lucide-solid/icons/square-plus';
import { isHelpOpen, setHelpOpen } from '../context/install.ts';
import { t } from '../i18n/messages.ts';
import { BrandMark } from '../ui/Brand.tsx';
import { Modal } from '../ui/Modal.tsx';
import './install.css';

/** How to install on iOS, where only the person can: each step with the sign to look for. */
export function InstallHelp(): JSX.Element {
  return (
    <Modal
      isOpen={isHelpOpen()}
      onOpenChange={setHelpOpen}
      heading={t('install.ios.heading')}
      closeLabel={t('install.ios.close')}
    >
      <ol class="install-steps">
        <li class="install-step">
          <span class="install-sign" aria-hidden="true">
            <Share class="icon" />
          </span>
          {t('install.ios.share')}
        </li>
        <li class="install-step">
          <span class="install-sign" aria-hidden="true">
            <SquarePlus class="icon" />
          </span>
          {t('install.ios.add')}
        </li>
        <li class="install-step">
          <span class="install-sign" aria-hidden="true">
            <BrandMark />
          </span>
          {t('install.ios.open')}
        </li>
      </ol>
    </Modal>
  );
}
