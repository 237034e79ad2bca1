import { createMemo, For, Show, type JSX } from 'solid-js';
import FileText from 'lucide-solid/icons/file-text';
import Plus from 'lucide-solid/icons/plus';
import { createNow, fromEvents } from '../context/from-events.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useWorkspace } from '../context/workspace.tsx';
import { syncWords } from '../document/sync-words.ts';
import { formatDateTime, formatRelative } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { DocumentSummary, WorkspaceSession } from '../room/types.ts';
import { Button } from '../ui/Button.tsx';
import { Delayed } from '../ui/Delayed.tsx';
import { TextSkeleton } from '../ui/Skeleton.tsx';

/** `/w/:workspace`: the documents of a workspace; for guests those they opened before. */
export function HomeScreen(): JSX.Element {
  const view = useWorkspace();
  setPageTitle(() => t('home.page'));
  const isGuest = (): boolean => view.session() === undefined;
  const workspaceName = (): string => view.workspace()?.name ?? '';
  return (
    <main class="home" id="main" tabindex="-1">
      <header class="home-top">
        <div>
          <p class="eyebrow">{isGuest() ? t('home.guest.lead', { workspace: workspaceName() }) : workspaceName()}</p>
          <h1 class="page-heading" tabindex="-1" ref={focusHeading}>
            {t('home.documents')}
          </h1>
        </div>
        <Show when={view.session()} keyed>
          {(session) => <IndexStatus session={session} />}
        </Show>
      </header>
      <Show
        when={!view.isLoading() || view.documents().length > 0}
        fallback={
          <Delayed>
            <TextSkeleton />
          </Delayed>
        }
      >
        <Show when={view.documents().length > 0} fallback={<EmptyHome />}>
          <DocumentList documents={view.documents()} />
        </Show>
      </Show>
    </main>
  );
}

function DocumentList(props: { documents: readonly DocumentSummary[] }): JSX.Element {
  const now = createNow();
  return (
    <section class="list" aria-label={t('home.documents')}>
      <div class="list-head" aria-hidden="true">
        <span>{t('home.column.title')}</span>
        <span>{t('home.column.edited')}</span>
      </div>
      <ul>
        <For each={props.documents}>
          {(summary) => (
            <li>
              <a class="row" href={paths.document(summary.room)}>
                <FileText class="icon" aria-hidden="true" />
                <span class="row-title" classList={{ 'is-untitled': summary.title === '' }}>
                  {summary.title || t('home.untitled')}
                </span>
                <time
                  class="row-time"
                  datetime={new Date(summary.updatedAt).toISOString()}
                  title={formatDateTime(summary.updatedAt)}
                >
                  <span class="row-edited">{t('home.edited', { time: '' })}</span>
                  {formatRelative(summary.updatedAt, now())}
                </time>
              </a>
            </li>
          )}
        </For>
      </ul>
      <p class="list-foot">{t('home.count', { count: props.documents.length })}</p>
    </section>
  );
}

function EmptyHome(): JSX.Element {
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
        when={view.createDocument()}
        fallback={
          <>
            <h2 class="empty-heading">{t('home.empty.guest.heading')}</h2>
            <p class="empty-text">{t('home.empty.guest.text')}</p>
          </>
        }
      >
        {(create) => (
          <>
            <h2 class="empty-heading">{t('home.empty.heading')}</h2>
            <p class="empty-text">{t('home.empty.text')}</p>
            <Button tone="primary" onClick={() => void create()()}>
              <Plus class="icon" aria-hidden="true" />
              {t('home.new')}
            </Button>
          </>
        )}
      </Show>
    </section>
  );
}

/** Only when the list may be behind: on a good day there is nothing to say. */
function IndexStatus(props: { session: WorkspaceSession }): JSX.Element {
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
