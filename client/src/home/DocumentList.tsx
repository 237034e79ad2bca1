import { createMemo, createSignal, For, Show, type Accessor, type JSX } from 'solid-js';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { createMedia, createNow } from '../context/from-events.ts';
import { useWorkspace } from '../context/workspace.tsx';
import { formatDateTime, formatRelative } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { DocumentSummary } from '../room/types.ts';
import { useWorkspaceActions } from './actions.ts';
import type { Sort } from './home-view.ts';
import { Marks, marksOf, titleWithMarks } from './Marks.tsx';
import { DocumentIcon, MoreIcon, StarIcon } from './row-icons.tsx';
import { startDrag } from './tree-drag.ts';
import { folderPathText, type Item } from './tree-model.ts';
import { createDrawnKeys, createRowRange } from './windowed.ts';

export interface DocumentListProps {
  documents: readonly DocumentSummary[];
  sort: Sort;
  /** Not in a folder's own page: there every row would say the same. */
  hasFolders: boolean;
}

/** Documents one below the other; of long lists only what is near the screen is drawn. */
export function DocumentList(props: DocumentListProps): JSX.Element {
  const now = createNow();
  const isPhone = createMedia('(max-width: 599px)');
  const rowHeight = (): number => (isPhone() ? 64 : 48);
  const [list, setList] = createSignal<HTMLElement>();
  const [focused, setFocused] = createSignal<RoomId>();
  const rooms = createMemo(() => props.documents.map((document) => document.room));
  const indexes = createMemo(() => new Map(rooms().map((room, index) => [room, index])));
  const drawn = createDrawnKeys(
    rooms,
    createRowRange(list, () => rooms().length, rowHeight),
    focused,
  );
  return (
    <ul
      class="list"
      aria-label={t('home.documents')}
      ref={setList}
      style={{ height: `${rooms().length * rowHeight()}px`, '--row': `${rowHeight()}px` }}
    >
      <For each={drawn()}>
        {(room) => (
          <ListRow
            room={room}
            index={() => indexes().get(room) ?? 0}
            count={() => rooms().length}
            top={() => (indexes().get(room) ?? 0) * rowHeight()}
            now={now}
            sort={props.sort}
            hasFolder={props.hasFolders}
            onFocus={() => setFocused(room)}
          />
        )}
      </For>
    </ul>
  );
}

interface ListRowProps {
  room: RoomId;
  index: Accessor<number>;
  count: Accessor<number>;
  top: Accessor<number>;
  now: Accessor<number>;
  sort: Sort;
  hasFolder: boolean;
  onFocus: () => void;
}

function ListRow(props: ListRowProps): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const shown = createMemo<DocumentSummary | undefined>((last) => view.document(props.room) ?? last);
  const title = (): string => shown()?.title || t('home.untitled');
  const marks = createMemo(() => {
    const document = shown();
    return document === undefined ? [] : marksOf(document).filter((mark) => mark !== 'starred');
  });
  const item = (): Item => ({ kind: 'document', id: props.room });
  const path = createMemo(() => (props.hasFolder ? folderPathText(view.folders(), shown()?.folder) : ''));
  const at = createMemo(() => (props.sort === 'opened' ? shown()?.openedAt : shown()?.updatedAt));
  const when = (time: number): string =>
    t(props.sort === 'opened' ? 'home.opened' : 'home.edited', { time: formatRelative(time, props.now()) });
  let more: HTMLButtonElement | undefined;
  const openMenu = (place: { x: number; y: number; width: number; height: number }): void =>
    actions.openMenu({
      item: item(),
      at: place,
      returnFocus: () => {
        if (more?.isConnected === true) more.focus();
        else document.querySelector<HTMLElement>('main h1')?.focus();
      },
    });
  return (
    <li
      class="list-row"
      classList={{ 'is-dragged': actions.dragged()?.id === props.room }}
      aria-posinset={props.index() + 1}
      aria-setsize={props.count()}
      style={{ 'inset-block-start': `${props.top()}px` }}
      draggable={view.canWrite() ? 'true' : undefined}
      onDragStart={(event) => startDrag(event, item(), actions, paths.document(props.room))}
      onDragEnd={() => actions.setDragged(undefined)}
      onFocusIn={() => props.onFocus()}
      onContextMenu={(event) => {
        if (view.session() === undefined) return;
        event.preventDefault();
        openMenu({ x: event.clientX, y: event.clientY, width: 0, height: 0 });
      }}
    >
      <a class="row" href={paths.document(props.room)} draggable={view.canWrite() ? 'false' : undefined}>
        <DocumentIcon />
        <span class="row-main">
          <span class="row-title" classList={{ 'is-untitled': shown()?.title === '' }}>
            {title()}
          </span>
          <Show when={marks().length > 0}>
            <span class="visually-hidden">{titleWithMarks('', marks())}</span>
            <Marks marks={marks()} />
          </Show>
          <Show when={path()}>
            <span class="row-path">{path()}</span>
          </Show>
        </span>
        <Show when={at()} fallback={<span class="row-time">{t('home.neverOpened')}</span>}>
          {(time) => (
            <time class="row-time" datetime={new Date(time()).toISOString()} title={formatDateTime(time())}>
              {when(time())}
            </time>
          )}
        </Show>
      </a>
      <Show when={view.session()}>
        <button
          type="button"
          class="row-button row-star"
          aria-pressed={shown()?.isStarred === true}
          aria-label={t('item.star.named', { title: title() })}
          onClick={() => actions.setStarred(props.room, shown()?.isStarred !== true)}
        >
          <StarIcon />
        </button>
        <button
          type="button"
          class="row-button"
          aria-haspopup="menu"
          aria-label={t('item.actions', { name: title() })}
          ref={(element) => (more = element)}
          onClick={(event) => openMenu(event.currentTarget.getBoundingClientRect())}
        >
          <MoreIcon />
        </button>
      </Show>
    </li>
  );
}
