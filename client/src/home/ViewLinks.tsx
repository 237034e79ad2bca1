import { useLocation } from '@solidjs/router';
import { createSignal, For, Show, type JSX } from 'solid-js';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import { keepCurrentInView } from '../ui/keep-in-view.ts';
import { homePath } from './home-view.ts';

const LINKS = [
  { view: { kind: 'all' }, word: 'home.all.short' },
  { view: { kind: 'recent' }, word: 'home.recent' },
  { view: { kind: 'starred' }, word: 'home.starred' },
  { view: { kind: 'trash' }, word: 'home.trash' },
] as const;

/** The views of the home, on phones, which have no sidebar. */
export function ViewLinks(): JSX.Element {
  const view = useWorkspace();
  const location = useLocation();
  const [row, setRow] = createSignal<HTMLElement>();
  keepCurrentInView(row, () => location.search);
  return (
    <Show when={view.workspace()}>
      {(workspace) => (
        <nav class="view-links" ref={setRow} aria-label={t('home.views')}>
          <For each={LINKS}>
            {(link) => {
              const href = (): string => homePath(workspace().id, link.view);
              return (
                <a
                  class="view-link"
                  href={href()}
                  aria-current={`${location.pathname}${location.search}` === href() ? 'page' : undefined}
                >
                  {t(link.word)}
                </a>
              );
            }}
          </For>
        </nav>
      )}
    </Show>
  );
}
