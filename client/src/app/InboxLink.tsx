import { useLocation } from '@solidjs/router';
import { Show, type JSX } from 'solid-js';
import Inbox from 'lucide-solid/icons/inbox';
import { unreadCount } from '../context/inbox.ts';
import { useServices } from '../context/services.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';

/** The way to the inbox, with how much of it is unread. Accounts of this device alone have none. */
export function InboxLink(props: { class: string; labelClass?: string }): JSX.Element {
  const services = useServices();
  const location = useLocation();
  const hasInbox = (): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && !state.isLocal;
  };
  return (
    <Show when={hasInbox()}>
      <a
        class={`${props.class} inbox-entry`}
        href={paths.inbox()}
        title={t('inbox.page')}
        aria-current={location.pathname === paths.inbox() ? 'page' : undefined}
      >
        <Inbox class="icon" aria-hidden="true" />
        <span class={props.labelClass}>{t('inbox.page')}</span>
        <Show when={unreadCount() > 0}>
          <span class="badge">
            {unreadCount() > 99 ? '99+' : unreadCount()}
            <span class="visually-hidden"> {t('inbox.unread')}</span>
          </span>
        </Show>
      </a>
    </Show>
  );
}
