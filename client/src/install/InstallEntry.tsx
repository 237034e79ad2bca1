import { Show, type JSX } from 'solid-js';
import MonitorDown from 'lucide-solid/icons/monitor-down';
import { install, installOffer } from '../context/install.ts';
import { t } from '../i18n/messages.ts';
import { DropdownMenu } from '../ui/dropdown-menu.ts';

/** An entry for a menu; absent where nothing can be installed. */
export function InstallEntry(): JSX.Element {
  return (
    <Show when={installOffer().kind !== 'none'}>
      <DropdownMenu.Item class="menu-item" onSelect={() => install()}>
        <span class="menu-check">
          <MonitorDown class="icon" aria-hidden="true" />
        </span>
        {t('install.entry')}
      </DropdownMenu.Item>
    </Show>
  );
}
