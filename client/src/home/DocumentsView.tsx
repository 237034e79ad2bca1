import { createMemo, Show, type JSX } from 'solid-js';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import Ellipsis from 'lucide-solid/icons/ellipsis';
import FolderPlus from 'lucide-solid/icons/folder-plus';
import Plus from 'lucide-solid/icons/plus';
import { For } from 'solid-js';
import { createMedia } from '../context/from-events.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import type { DocumentSummary } from '../room/types.ts';
import { SearchBox } from '../search/SearchBox.tsx';
import { Button } from '../ui/Button.tsx';
import { Delayed } from '../ui/Delayed.tsx';
import { useWorkspaceActions } from './actions.ts';
import { createRemembered } from './device-memory.ts';
import { DocumentList } from './DocumentList.tsx';
import { DocumentTree } from './DocumentTree.tsx';
import { FolderCards } from './FolderCards.tsx';
import { HomeTools } from './HomeTools.tsx';
import { homePath, SORTS, type HomeView, type Sort } from './home-view.ts';
import { EmptyHome, EmptyView, FolderGone, IndexStatus, ListSkeleton } from './HomeStates.tsx';
import { OfflineLine } from './OfflineLine.tsx';
import { childDocuments, folderPath } from './tree-model.ts';
import { ViewLinks } from './ViewLinks.tsx';

const parseSort = (stored: string): Sort | undefined => SORTS.find((sort) => sort === stored);
const parseLook = (stored: string): 'list' | 'tree' | undefined =>
  stored === 'list' || stored === 'tree' ? stored : undefined;

/** All documents, those of a folder, the starred ones or the recent ones. */
export function DocumentsView(props: { shown: HomeView }): JSX.Element {
  // A new component for every view.
  // eslint-disable-next-line solid/reactivity
  const { shown } = props;
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const services = useServices();
  const [chosenSort, setSort] = createRemembered<Sort>('vicinal.sort', parseSort, 'edited');
  const [look, setLook] = createRemembered<'list' | 'tree'>('vicinal.home', parseLook, 'list');
  const hasSidebarTree = createMedia('(min-width: 900px)');
  const sort = (): Sort => (shown.kind === 'recent' ? 'opened' : chosenSort());
  const folder = createMemo(() =>
    shown.kind === 'folder' ? view.folders().find((known) => known.id === shown.folder) : undefined,
  );
  const isGuest = (): boolean => view.session() === undefined;
  const isGone = (): boolean => shown.kind === 'folder' && folder() === undefined && !view.isLoading();
  const heading = (): string => {
    if (shown.kind === 'folder') return folder()?.name ?? (isGone() ? t('folder.gone') : t('folder.loading'));
    return shown.kind === 'starred' || shown.kind === 'recent' ? t(`home.${shown.kind}`) : t('home.documents');
  };
  const chosen = createMemo<readonly DocumentSummary[]>(() => {
    if (shown.kind === 'folder')
      return childDocuments({ folders: view.folders(), documents: view.documents() }, folder()?.id);
    if (shown.kind === 'starred') return view.documents().filter((document) => document.isStarred);
    if (shown.kind === 'recent') return view.documents().filter((document) => document.openedAt !== undefined);
    return view.documents();
  });
  const documents = createMemo(() => sorted(chosen(), sort()));
  const isTree = (): boolean =>
    shown.kind === 'all' && !isGuest() && !hasSidebarTree() && look() === 'tree' && view.folders().length > 0;
  const isEmpty = (): boolean =>
    documents().length === 0 &&
    (shown.kind !== 'folder' || !view.folders().some((known) => known.parent === shown.folder));
  setPageTitle(heading);
  const workspaceName = (): string => view.workspace()?.name ?? '';
  return (
    <>
      <header class="home-top">
        <div class="home-titles">
          <Show
            when={shown.kind === 'folder'}
            fallback={
              <p class="eyebrow">
                {isGuest() ? t('home.guest.lead', { workspace: workspaceName() }) : workspaceName()}
              </p>
            }
          >
            <Breadcrumbs shown={shown} />
          </Show>
          <h1 class="page-heading" tabindex="-1" ref={focusHeading}>
            {heading()}
          </h1>
        </div>
        <Show when={view.session()} keyed>
          {(session) => <IndexStatus session={session} />}
        </Show>
        <div class="home-actions">
          <Show when={shown.kind === 'folder' && folder() !== undefined && view.createDocument()}>
            {(create) => (
              <Button onClick={() => void create()()}>
                <Plus class="icon" aria-hidden="true" />
                {t('home.new')}
              </Button>
            )}
          </Show>
          <Show
            when={
              view.canWrite() &&
              !isGone() &&
              (shown.kind === 'all' || shown.kind === 'folder') &&
              !(shown.kind === 'all' && isEmpty())
            }
          >
            <Button tone="quiet" onClick={() => actions.askNewFolder(folder()?.id)}>
              <FolderPlus class="icon" aria-hidden="true" />
              {t('folder.new')}
            </Button>
          </Show>
          <Show when={view.canWrite() && folder()}>
            {(current) => (
              <Button
                tone="quiet"
                isIcon
                aria-haspopup="menu"
                aria-label={t('item.actions', { name: current().name })}
                onClick={(event) => {
                  const button = event.currentTarget;
                  actions.openMenu({
                    item: { kind: 'folder', id: current().id },
                    at: button.getBoundingClientRect(),
                    returnFocus: () => button.focus(),
                  });
                }}
              >
                <Ellipsis class="icon" aria-hidden="true" />
              </Button>
            )}
          </Show>
        </div>
      </header>
      <Show when={!hasSidebarTree() || isGuest()}>
        <div class="home-search">
          <SearchBox />
        </div>
      </Show>
      <Show when={!isGuest()}>
        <ViewLinks />
      </Show>
      <Show
        when={!view.isLoading() || view.documents().length > 0}
        fallback={
          <Delayed>
            <ListSkeleton />
          </Delayed>
        }
      >
        <Show when={!isGone()} fallback={<FolderGone />}>
          <Show when={shown.kind === 'all' || shown.kind === 'folder'}>
            <Show when={!isTree()}>
              <FolderCards parent={folder()?.id} />
            </Show>
          </Show>
          <Show when={!isEmpty()} fallback={shown.kind === 'all' ? <EmptyHome /> : <EmptyView kind={shown.kind} />}>
            <HomeTools
              count={documents().length}
              sort={shown.kind === 'recent' ? undefined : sort()}
              onSort={setSort}
              look={
                shown.kind === 'all' && !isGuest() && !hasSidebarTree() && view.folders().length > 0
                  ? look()
                  : undefined
              }
              onLook={setLook}
            />
            <Show when={!isTree()} fallback={<DocumentTree label={t('home.documents')} />}>
              <DocumentList documents={documents()} sort={sort()} hasFolders={shown.kind !== 'folder'} />
            </Show>
            <Show when={!isGuest() && services.rooms()?.offline} keyed>
              {(offline) => <OfflineLine offline={offline} />}
            </Show>
          </Show>
        </Show>
      </Show>
    </>
  );
}

function Breadcrumbs(props: { shown: HomeView }): JSX.Element {
  const view = useWorkspace();
  const above = createMemo(() =>
    props.shown.kind === 'folder' ? folderPath(view.folders(), props.shown.folder).slice(0, -1) : [],
  );
  return (
    <Show when={view.workspace()}>
      {(workspace) => (
        <nav class="breadcrumbs" aria-label={t('home.breadcrumbs')}>
          <ol>
            <li>
              <a href={homePath(workspace().id, { kind: 'all' })}>{t('home.documents')}</a>
            </li>
            <For each={above()}>
              {(step) => (
                <li>
                  <ChevronRight class="icon" aria-hidden="true" />
                  <a href={homePath(workspace().id, { kind: 'folder', folder: step.id })}>{step.name}</a>
                </li>
              )}
            </For>
          </ol>
        </nav>
      )}
    </Show>
  );
}

function sorted(documents: readonly DocumentSummary[], sort: Sort): readonly DocumentSummary[] {
  // As they come: newest edit first.
  if (sort === 'edited') return documents;
  if (sort === 'opened') return documents.toSorted((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0));
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  // Untitled ones last: an empty title says nothing.
  return documents.toSorted((a, b) =>
    a.title === '' || b.title === ''
      ? Number(a.title === '') - Number(b.title === '')
      : collator.compare(a.title, b.title),
  );
}
