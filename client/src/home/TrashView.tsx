import { createMemo, createResource, For, Show, type JSX } from 'solid-js';
import ArchiveRestore from 'lucide-solid/icons/archive-restore';
import FileText from 'lucide-solid/icons/file-text';
import { createNow } from '../context/from-events.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import { formatDateTime, formatRelative } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { DocumentSummary, WorkspaceSession } from '../room/types.ts';
import { Button } from '../ui/Button.tsx';
import { useWorkspaceActions } from './actions.ts';
import { EmptyView, IndexStatus } from './HomeStates.tsx';
import { ViewLinks } from './ViewLinks.tsx';

/** What was moved to the trash, latest first. Nothing in it is lost: restoring takes one press. */
export function TrashView(props: { session: WorkspaceSession }): JSX.Element {
  const view = useWorkspace();
  setPageTitle(() => t('home.trash'));
  return (
    <>
      <header class="home-top">
        <div class="home-titles">
          <p class="eyebrow">{view.workspace()?.name}</p>
          <h1 class="page-heading" tabindex="-1" ref={focusHeading}>
            {t('home.trash')}
          </h1>
        </div>
        <IndexStatus session={props.session} />
      </header>
      <ViewLinks />
      <Show when={view.trash().length > 0} fallback={<EmptyView kind="trash" />}>
        <p class="home-note">{t('trash.note')}</p>
        <TrashList />
      </Show>
    </>
  );
}

function TrashList(): JSX.Element {
  const view = useWorkspace();
  const services = useServices();
  const actions = useWorkspaceActions();
  const now = createNow();
  // Names need the server; without it the list says when, not who.
  const [members] = createResource(
    () => view.workspace()?.id,
    async (workspace) => {
      const answer = await services.account.people.workspaceMembers(workspace);
      return answer.ok ? answer.value : [];
    },
  );
  const ownId = createMemo(() => {
    const state = services.accountState();
    return state.kind === 'signed-in' ? state.user.id : undefined;
  });
  const factsOf = (document: DocumentSummary): string => {
    const time = formatRelative(document.trashedAt ?? document.updatedAt, now());
    const by = document.trashedBy;
    if (by === undefined) return t('trash.when', { time });
    if (by === ownId()) return t('trash.byYou', { time });
    const name = members.latest?.find((member) => member.user === by)?.name;
    return name === undefined ? t('trash.when', { time }) : t('trash.by', { name, time });
  };
  const restore = (document: DocumentSummary, button: HTMLElement): void => {
    const row = button.closest('li');
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    actions.restore(document.room);
    // The row is gone: the focus goes on to the next one.
    queueMicrotask(() =>
      (
        next?.querySelector<HTMLElement>('.trash-restore') ?? globalThis.document.querySelector<HTMLElement>('main h1')
      )?.focus(),
    );
  };
  return (
    <ul class="trash" aria-label={t('home.trash')}>
      <For each={view.trash()}>
        {(document) => (
          <li class="trash-row">
            <FileText class="icon" aria-hidden="true" />
            <a class="trash-link" href={paths.document(document.room)}>
              <span class="row-title" classList={{ 'is-untitled': document.title === '' }}>
                {document.title || t('home.untitled')}
              </span>
            </a>
            <span class="trash-facts" title={formatDateTime(document.trashedAt ?? document.updatedAt)}>
              {factsOf(document)}
            </span>
            <Button
              class="trash-restore"
              aria-label={t('trash.restore.named', { title: document.title || t('home.untitled') })}
              onClick={(event) => restore(document, event.currentTarget)}
            >
              <ArchiveRestore class="icon" aria-hidden="true" />
              {t('trash.restore')}
            </Button>
          </li>
        )}
      </For>
    </ul>
  );
}
