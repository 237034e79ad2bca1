import { useNavigate } from '@solidjs/router';
import {
  createEffect,
  createMemo,
  createResource,
  createSignal,
  createUniqueId,
  For,
  on,
  onCleanup,
  Show,
  type JSX,
} from 'solid-js';
import FileText from 'lucide-solid/icons/file-text';
import Search from 'lucide-solid/icons/search';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import { folderPathText } from '../home/tree-model.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { DocumentSummary } from '../room/types.ts';
import { highlight } from './highlight.ts';
import { loadTitleSearch, type TitleHit } from './title-search.ts';
import './search.css';

/** More rows help nobody: typing on is quicker. */
const MAX_SHOWN = 50;
/** Results are announced when typing rests. */
const ANNOUNCE_AFTER_MS = 700;

export interface SearchBoxProps {
  /** Results in the flow below the field instead of floating over the page. */
  isInline?: boolean;
  /** Called when a result was opened. */
  onOpened?: () => void;
}

/** Finds documents by title: a combobox whose list is the documents found. Local data alone, so it works offline. */
export function SearchBox(props: SearchBoxProps): JSX.Element {
  const view = useWorkspace();
  const services = useServices();
  const navigate = useNavigate();
  const id = createUniqueId();
  const [query, setQuery] = createSignal('');
  const [isOpen, setOpen] = createSignal(false);
  const [at, setAt] = createSignal(0);

  const isAsked = createMemo<boolean>((was) => was || query() !== '', false);
  const [engine] = createResource(
    () => isAsked() || undefined,
    () => loadTitleSearch(),
  );
  const hits = createMemo<readonly TitleHit[]>(() => {
    const loaded = engine.state === 'ready' ? engine() : undefined;
    if (loaded === undefined || query().trim() === '') return [];
    loaded.update(view.documents());
    return loaded.search(query());
  });
  const found = createMemo(() =>
    hits()
      .slice(0, MAX_SHOWN)
      .flatMap((hit) => {
        const document = view.document(hit.room);
        return document === undefined ? [] : [{ hit, document }];
      }),
  );
  const isShown = (): boolean => isOpen() && query().trim() !== '' && engine.state === 'ready';
  const optionId = (index: number): string => `${id}-option-${index}`;
  createEffect(on(query, () => setAt(0), { defer: true }));
  createEffect(
    on([isShown, () => hits().length], ([shown, count]) => {
      if (!shown) return;
      const timer = setTimeout(() => services.announce(t('search.found', { count })), ANNOUNCE_AFTER_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );

  const open = (document: DocumentSummary | undefined): void => {
    if (document === undefined) return;
    setOpen(false);
    setQuery('');
    navigate(paths.document(document.room));
    props.onOpened?.();
  };
  const goTo = (index: number): void => {
    const count = found().length;
    if (count === 0) return;
    setAt((index + count) % count);
    document.getElementById(optionId(at()))?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape' && query() !== '') {
      event.preventDefault();
      event.stopPropagation();
      setQuery('');
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      if (isShown()) goTo(at() + 1);
      else setOpen(true);
    } else if (event.key === 'ArrowUp') {
      event.preventDefault();
      goTo(at() - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open(found()[at()]?.document);
    }
  };
  return (
    <div
      class="search"
      classList={{ 'search-inline': props.isInline === true, 'search-open': isShown() }}
      role="search"
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOpen(false);
      }}
    >
      <div class="search-box">
        <Search class="icon search-icon" aria-hidden="true" />
        <input
          class="search-field"
          type="search"
          role="combobox"
          data-search-field
          data-focus-key="search"
          data-autofocus
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          aria-expanded={isShown() && found().length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isShown() && found().length > 0 ? optionId(at()) : undefined}
          aria-describedby={`${id}-hint`}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
          value={query()}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onKeyDown={onKeyDown}
        />
        <Show when={query() === '' && props.isInline !== true}>
          <kbd class="search-key" aria-hidden="true">
            /
          </kbd>
        </Show>
      </div>
      <span class="visually-hidden" id={`${id}-hint`}>
        {t('search.hint')}
      </span>
      <div class="search-results" hidden={!isShown()}>
        <ul
          class="search-list"
          role="listbox"
          id={`${id}-list`}
          aria-label={t('search.results')}
          hidden={found().length === 0}
        >
          <For each={found()}>
            {({ hit, document }, index) => (
              <li
                class="search-option"
                role="option"
                id={optionId(index())}
                aria-selected={at() === index()}
                onPointerMove={() => setAt(index())}
                // The field keeps the focus.
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => open(document)}
              >
                <FileText class="icon" aria-hidden="true" />
                <span class="search-title">
                  <For each={highlight(document.title || t('home.untitled'), query(), hit.words)}>
                    {(part) => (part.isHit ? <mark>{part.text}</mark> : part.text)}
                  </For>
                </span>
                <Show when={folderPathText(view.folders(), document.folder)}>
                  {(path) => <span class="search-path">{path()}</span>}
                </Show>
              </li>
            )}
          </For>
        </ul>
        <Show when={found().length === 0}>
          <p class="search-none">{t('search.none', { query: query().trim() })}</p>
        </Show>
        <p class="search-foot">{t('search.hint')}</p>
      </div>
    </div>
  );
}
