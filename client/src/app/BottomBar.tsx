import { useLocation } from '@solidjs/router';
import { Show, type JSX } from 'solid-js';
import House from 'lucide-solid/icons/house';
import Plus from 'lucide-solid/icons/plus';
import { useWorkspace } from '../context/workspace.tsx';
import { AccountMenu } from '../home/AccountMenu.tsx';
import { InboxLink } from './InboxLink.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';

/** Navigation of phones: Home · New · Inbox · You. */
export function BottomBar(props: { hasNew: boolean }): JSX.Element {
  const view = useWorkspace();
  const location = useLocation();
  return (
    <nav class="bottom-bar" data-region aria-label={t('home.nav')}>
      <Show when={view.workspace()}>
        {(workspace) => (
          <a
            class="bottom-item"
            href={paths.workspace(workspace().id)}
            aria-current={location.pathname === paths.workspace(workspace().id) ? 'page' : undefined}
          >
            <House class="icon" aria-hidden="true" />
            <span>{t('home.bar')}</span>
          </a>
        )}
      </Show>
      <Show when={props.hasNew && view.createDocument()}>
        {(create) => (
          <button type="button" class="bottom-new" aria-label={t('home.new')} onClick={() => void create()()}>
            <Plus class="icon" aria-hidden="true" />
          </button>
        )}
      </Show>
      <InboxLink class="bottom-item" />
      <AccountMenu place="bar" />
    </nav>
  );
}
