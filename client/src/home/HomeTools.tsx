import { For, Show, type JSX } from 'solid-js';
import ChevronDown from 'lucide-solid/icons/chevron-down';
import FolderTree from 'lucide-solid/icons/folder-tree';
import List from 'lucide-solid/icons/list';
import { t } from '../i18n/messages.ts';
import { SORTS, type Sort } from './home-view.ts';

export interface HomeToolsProps {
  count: number;
  /** Undefined where the order is given. */
  sort: Sort | undefined;
  onSort: (sort: Sort) => void;
  /** Undefined where the sidebar shows the tree. */
  look: 'list' | 'tree' | undefined;
  onLook: (look: 'list' | 'tree') => void;
}

/** Above a list: how many, in which order, and as what. */
export function HomeTools(props: HomeToolsProps): JSX.Element {
  const choose = (value: string): void => {
    const sort = SORTS.find((known) => known === value);
    if (sort !== undefined) props.onSort(sort);
  };
  return (
    <div class="home-tools">
      <h2 class="home-count numeric">{t('home.count', { count: props.count })}</h2>
      <Show when={props.look}>
        {(look) => (
          <div class="look" role="group" aria-label={t('home.look')}>
            <button
              type="button"
              class="look-button"
              aria-pressed={look() === 'list'}
              onClick={() => props.onLook('list')}
            >
              <List class="icon" aria-hidden="true" />
              {t('home.look.list')}
            </button>
            <button
              type="button"
              class="look-button"
              aria-pressed={look() === 'tree'}
              onClick={() => props.onLook('tree')}
            >
              <FolderTree class="icon" aria-hidden="true" />
              {t('home.look.tree')}
            </button>
          </div>
        )}
      </Show>
      <Show when={props.look !== 'tree' && props.sort}>
        {(sort) => (
          <label class="sort">
            <span class="visually-hidden">{t('home.sort')}</span>
            <select class="sort-select" value={sort()} onChange={(event) => choose(event.currentTarget.value)}>
              <For each={SORTS}>
                {(value) => (
                  <option value={value} selected={value === sort()}>
                    {t(`home.sort.${value}`)}
                  </option>
                )}
              </For>
            </select>
            <ChevronDown class="icon" aria-hidden="true" />
          </label>
        )}
      </Show>
    </div>
  );
}
