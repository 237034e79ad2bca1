import { useLocation } from '@solidjs/router';
import { lazy, Show, Suspense, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import Clock from 'lucide-solid/icons/clock';
import FolderPlus from 'lucide-solid/icons/folder-plus';
import House from 'lucide-solid/icons/house';
import Plus from 'lucide-solid/icons/plus';
import Search from 'lucide-solid/icons/search';
import Star from 'lucide-solid/icons/star';
import Trash from 'lucide-solid/icons/trash';
import { isFirstScreenShown } from '../context/first-screen.ts';
import { InboxLink } from './InboxLink.tsx';
import { createMedia } from '../context/from-events.ts';
import { useWorkspace } from '../context/workspace.tsx';
import { AccountMenu } from '../home/AccountMenu.tsx';
import { useWorkspaceActions } from '../home/actions.ts';
import { homePath, type HomeView } from '../home/home-view.ts';
import { t } from '../i18n/messages.ts';
import '../search/search.css';
import { initialsOf } from '../ui/initials.ts';
import '../home/home.css';

const SearchBox = lazy(() => import('./after-text.ts').then((module) => ({ default: module.SearchBox })));
const DocumentTree = lazy(() => import('./after-text.ts').then((module) => ({ default: module.DocumentTree })));

/** Full at 900 px and more, a rail of icons from 600 px and for guests, absent on phones. */
export function Sidebar(props: { hasNew: boolean; ref: (element: HTMLElement) => void }): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const isFull = createMedia('(min-width: 900px)');
  const hasTree = (): boolean => isFull() && view.session() !== undefined;
  return (
    <aside class="sidebar" id="sidebar" data-region aria-label={t('home.nav')} ref={(element) => props.ref(element)}>
      <div class="sidebar-top">
        <span class="workspace-tile" aria-hidden="true" data-initials={initialsOf(view.workspace()?.name ?? '')} />
        <span class="workspace-name">{view.workspace()?.name}</span>
      </div>
      <Show
        when={hasTree()}
        fallback={
          <button type="button" class="sidebar-link" onClick={() => actions.search()}>
            <Search class="icon" aria-hidden="true" />
            <span class="sidebar-label">{t('search.label')}</span>
          </button>
        }
      >
        <Suspense fallback={<SearchStandIn />}>
          <Show when={isFirstScreenShown()} fallback={<SearchStandIn />}>
            <SearchBox />
          </Show>
        </Suspense>
      </Show>
      <Show when={props.hasNew && view.createDocument()}>
        {(create) => (
          <button type="button" class="button button-primary sidebar-new" onClick={() => void create()()}>
            <Plus class="icon" aria-hidden="true" />
            <span class="sidebar-label">{t('home.new')}</span>
          </button>
        )}
      </Show>
      <nav class="sidebar-links" aria-label={t('home.views')}>
        <ViewLink view={{ kind: 'all' }} icon={House} label={t('home.all')} />
        <Show when={view.session()}>
          <ViewLink view={{ kind: 'recent' }} icon={Clock} label={t('home.recent')} />
          <ViewLink view={{ kind: 'starred' }} icon={Star} label={t('home.starred')} />
          <ViewLink view={{ kind: 'trash' }} icon={Trash} label={t('home.trash')} />
        </Show>
        <InboxLink class="sidebar-link" labelClass="sidebar-label" />
      </nav>
      <Show when={hasTree()} fallback={<div class="sidebar-nav" />}>
        <div class="sidebar-head">
          <h2 class="sidebar-heading">{t('tree.heading')}</h2>
          <Show when={view.canWrite()}>
            <button
              type="button"
              class="sidebar-tool"
              aria-label={t('folder.new')}
              title={t('folder.new')}
              onClick={() => actions.askNewFolder()}
            >
              <FolderPlus class="icon" aria-hidden="true" />
            </button>
          </Show>
        </div>
        <div class="sidebar-nav">
          <Show
            when={view.ordered().length > 0 || view.folders().length > 0}
            fallback={
              <Show when={!view.isLoading()}>
                <p class="sidebar-empty">{t('tree.empty')}</p>
              </Show>
            }
          >
            <Suspense>
              <Show when={isFirstScreenShown()}>
                <DocumentTree label={t('tree.heading')} />
              </Show>
            </Suspense>
          </Show>
        </div>
      </Show>
      <div class="sidebar-foot">
        <AccountMenu place="side" />
      </div>
    </aside>
  );
}

/** In the place of the search box until that is there; opens search all the same. */
function SearchStandIn(): JSX.Element {
  const actions = useWorkspaceActions();
  return (
    <div class="search">
      <div class="search-box">
        <Search class="icon search-icon" aria-hidden="true" />
        <button type="button" class="search-field search-stand-in" onClick={() => actions.search()}>
          {t('search.label')}
        </button>
      </div>
    </div>
  );
}

function ViewLink(props: { view: HomeView; icon: typeof House; label: string }): JSX.Element {
  const view = useWorkspace();
  const location = useLocation();
  return (
    <Show when={view.workspace()}>
      {(workspace) => {
        const href = (): string => homePath(workspace().id, props.view);
        return (
          <a
            class="sidebar-link"
            href={href()}
            title={props.label}
            aria-current={`${location.pathname}${location.search}` === href() ? 'page' : undefined}
          >
            <Dynamic component={props.icon} class="icon" aria-hidden="true" />
            <span class="sidebar-label">{props.label}</span>
          </a>
        );
      }}
    </Show>
  );
}
