import { A } from '@solidjs/router';
import { For, Show, type JSX } from 'solid-js';
import FileText from 'lucide-solid/icons/file-text';
import House from 'lucide-solid/icons/house';
import Plus from 'lucide-solid/icons/plus';
import { useWorkspace } from '../context/workspace.tsx';
import { AccountMenu } from '../home/AccountMenu.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { initialsOf } from '../ui/initials.ts';

/** Rows beyond this are on the home screen only. */
const MAX_LISTED = 50;

/** Full at 900 px and more, a rail of icons from 600 px, absent on phones. */
export function Sidebar(props: { hasNew: boolean }): JSX.Element {
  const view = useWorkspace();
  return (
    <aside class="sidebar" data-region aria-label={t('home.nav')}>
      <div class="sidebar-top">
        <span class="workspace-tile" aria-hidden="true" data-initials={initialsOf(view.workspace()?.name ?? '')} />
        <span class="workspace-name">{view.workspace()?.name}</span>
      </div>
      <Show when={props.hasNew && view.createDocument()}>
        {(create) => (
          <button type="button" class="button button-primary sidebar-new" onClick={() => void create()()}>
            <Plus class="icon" aria-hidden="true" />
            <span class="sidebar-label">{t('home.new')}</span>
          </button>
        )}
      </Show>
      <nav class="sidebar-nav" aria-label={t('home.documents')}>
        <Show when={view.workspace()}>
          {(workspace) => (
            <A class="sidebar-link" href={paths.workspace(workspace().id)} end>
              <House class="icon" aria-hidden="true" />
              <span class="sidebar-label">{t('home.all')}</span>
            </A>
          )}
        </Show>
        <ul class="sidebar-list">
          <For each={view.documents().slice(0, MAX_LISTED)}>
            {(summary) => (
              <li>
                <A class="sidebar-link" href={paths.document(summary.room)}>
                  <FileText class="icon" aria-hidden="true" />
                  <span class="sidebar-label">{summary.title || t('home.untitled')}</span>
                </A>
              </li>
            )}
          </For>
        </ul>
      </nav>
      <div class="sidebar-foot">
        <AccountMenu place="side" />
      </div>
    </aside>
  );
}
