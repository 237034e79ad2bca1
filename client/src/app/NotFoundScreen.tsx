import type { JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { Stage } from '../ui/Stage.tsx';
import { focusHeading, setPageTitle } from '../context/navigation.ts';

export function NotFoundScreen(): JSX.Element {
  setPageTitle(() => t('notfound.page'));
  return (
    <Stage heading={t('notfound.heading')} lead={t('notfound.text')} headingRef={focusHeading}>
      <div class="stage-actions">
        <a class="button button-secondary" href={paths.home()}>
          {t('app.backHome')}
        </a>
      </div>
    </Stage>
  );
}
