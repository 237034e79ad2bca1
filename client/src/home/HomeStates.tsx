import { createMemo, For, Show, type JSX } from 'solid-js';
import Plus from 'lucide-solid/icons/plus';
import { fromEvents } from '../context/from-events.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useWorkspace } from '../context/workspace.tsx';
import { syncWords } from '../document/sync-words.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { WorkspaceSession } from '../room/types.ts';
import { Button } from '../ui/Button.tsx';
import { homePath, type HomeView } from './home-view.ts';

/** Rows where documents will be, as high as they are. */
export function ListSkeleton(): JSX.Element {
  return (
    <div class="list-skeleton" aria-hidden="true">
      <For each={[60, 40, 80, 40, 60]}>
        {(width) => (
          <div class="list-skeleton-row">
            <span class={`skeleton-line w-${width}`} />
          </div>
        )}
      </For>
    </div>
  );
}

/** A workspace without documents: what happens here, and the first step. */
export function EmptyHome(): JSX.Element {
  const view = useWorkspace();
  return (
    <section class="empty">
      <div class="empty-sheet" aria-hidden="true">
        <span />
        <span />
        <span />
        <span />
      </div>
      <Show
        when={view.session()}
        fallback={
          <>
            <h2 class="empty-heading">{t('home.empty.guest.heading')}</h2>
            <p class="empty-text">{t('home.empty.guest.text')}</p>
          </>
        }
      >
        <h2 class="empty-heading">{t('home.empty.heading')}</h2>
        <p class="empty-text">{t('home.empty.text')}</p>
        <Show when={view.createDocument()}>
          {(create) => (
            <Button tone="primary" onClick={() => void create()()}>
              <Plus class="icon" aria-hidden="true" />
              {t('home.new')}
            </Button>
          )}
        </Show>
      </Show>
    </section>
  );
}

export function EmptyView(props: { kind: Exclude<HomeView['kind'], 'all'> }): JSX.Element {
  return (
    <section class="empty empty-small">
      <h2 class="empty-heading">{t(`home.empty.${props.kind}`)}</h2>
      <p class="empty-text">{t(`home.empty.${props.kind}.text`)}</p>
    </section>
  );
}

/** A folder that is not there, or not any more. */
export function FolderGone(): JSX.Element {
  const view = useWorkspace();
  return (
    <section class="empty empty-small">
      <p class="empty-text">{t('folder.gone.text')}</p>
      <Show when={view.workspace()}>
        {(workspace) => (
          <a class="button button-secondary" href={homePath(workspace().id, { kind: 'all' })}>
            {t('home.all')}
          </a>
        )}
      </Show>
    </section>
  );
}

/** Not a member: no name is told. */
export function HomeDenied(): JSX.Element {
  setPageTitle(() => t('home.denied'));
  return (
    <main class="home" id="main" tabindex="-1">
      <section class="state">
        <h1 class="state-heading" tabindex="-1" ref={focusHeading}>
          {t('home.denied')}
        </h1>
        <p class="state-text">{t('home.denied.text')}</p>
        <div class="state-actions">
          <a class="button button-secondary" href={paths.home()}>
            {t('app.backHome')}
          </a>
        </div>
      </section>
    </main>
  );
}

/** Only when the list may be behind: on a good day there is nothing to say. */
export function IndexStatus(props: { session: WorkspaceSession }): JSX.Element {
  const status = fromEvents(
    (listener) => props.session.on('status', listener),
    () => props.session.status,
  );
  const words = createMemo(() => syncWords(status(), Date.now()));
  const isWorthSaying = (): boolean => ['error', 'offline', 'signaling-down'].includes(status().state);
  return (
    <Show when={isWorthSaying()}>
      <p class="chip" data-tone={words().tone}>
        {words().text}
      </p>
    </Show>
  );
}
