import type { JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';
import { install } from '../context/install.ts';
import { t } from '../i18n/messages.ts';
import { BrandMark } from '../ui/Brand.tsx';
import { Button } from '../ui/Button.tsx';
import './install.css';

/** Offers to install; stays away for good once dismissed. */
export function InstallCard(props: { onDismiss: () => void }): JSX.Element {
  return (
    <section class="install-card" aria-labelledby="install-heading">
      <BrandMark />
      <div class="install-words">
        <h2 class="install-heading" id="install-heading">
          {t('install.heading')}
        </h2>
        <p class="install-text">{t('install.text')}</p>
        <Button tone="primary" onClick={() => install()}>
          {t('install.action')}
        </Button>
      </div>
      <Button tone="quiet" isIcon aria-label={t('install.dismiss')} onClick={() => props.onDismiss()}>
        <X class="icon" aria-hidden="true" />
      </Button>
    </section>
  );
}
