import type { JSX } from 'solid-js';
import Ellipsis from 'lucide-solid/icons/ellipsis';
import { t } from '../i18n/messages.ts';
import type { RoomSession } from '../room/types.ts';
import { DropdownMenu } from '../ui/dropdown-menu.ts';
import { downloadAs } from './later.ts';

/** The document taken elsewhere: as a file, or on paper. */
export function DownloadMenu(props: { session: RoomSession }): JSX.Element {
  return (
    <DropdownMenu placement="bottom-end" gutter={4} modal={false} preventScroll={false}>
      <DropdownMenu.Trigger
        class="button button-quiet button-icon"
        aria-label={t('download.menu')}
        title={t('download.menu')}
      >
        <Ellipsis class="icon" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu" aria-label={t('download.menu')}>
          <DropdownMenu.Item class="menu-item" onSelect={() => void downloadAs(props.session, 'markdown')}>
            {t('download.markdown')}
          </DropdownMenu.Item>
          <DropdownMenu.Item class="menu-item" onSelect={() => void downloadAs(props.session, 'html')}>
            {t('download.html')}
          </DropdownMenu.Item>
          {/* after the menu is gone from the page that is printed */}
          <DropdownMenu.Item class="menu-item" onSelect={() => requestAnimationFrame(() => window.print())}>
            {t('download.print')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}
