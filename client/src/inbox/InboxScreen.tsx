import type { InboxItem } from '@vicinal/shared/http/notify.ts';
import { createMemo, For, Match, Show, Switch, type JSX } from 'solid-js';
import { createNow } from '../context/from-events.ts';
import { inboxView } from '../context/inbox.ts';
import { focusHeading, setPageTitle } from '../context/navigation.ts';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';
import { dateLocale, formatRelative } from '../i18n/format.ts';
import '../i18n/later.ts';
import { language, t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button } from '../ui/Button.tsx';
import { Delayed } from '../ui/Delayed.tsx';
import { Notice } from '../ui/Notice.tsx';
import { TextSkeleton } from '../ui/Skeleton.tsx';
import type { InboxView } from './inbox-view.ts';
import { pathOf, sentenceOf } from './sentences.ts';
import './inbox.css';

/** `/inbox`: what this person is told of, by day. */
export function InboxScreen(): JSX.Element {
  const services = useServices();
  setPageTitle(() => t('inbox.page'));
  const isLocal = createMemo(() => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.isLocal;
  });
  return (
    <main class="inbox" id="main" tabindex="-1">
      <header class="inbox-top">
        <h1 class="page-heading" tabindex="-1" ref={focusHeading}>
          {t('inbox.page')}
        </h1>
        <Show when={(inboxView()?.state().unread ?? 0) > 0}>
          <Button onClick={() => void inboxView()?.markAllRead()}>{t('inbox.readAll')}</Button>
        </Show>
      </header>
      <Show when={!isLocal()} fallback={<Empty text={t('inbox.local')} />}>
        <Show
          when={inboxView()}
          fallback={
            <Delayed>
              <TextSkeleton />
            </Delayed>
          }
        >
          {(view) => <List view={view()} />}
        </Show>
      </Show>
    </main>
  );
}

function List(props: { view: InboxView }): JSX.Element {
  const state = createMemo(() => props.view.state());
  const days = createMemo(() => byDay(state().items));
  return (
    <>
      <Show when={state().kind === 'offline' || state().kind === 'failed'}>
        <div class="inbox-failed">
          <Notice tone="warn">{t(state().kind === 'offline' ? 'inbox.offline' : 'inbox.failed')}</Notice>
          <Button onClick={() => void props.view.refresh()}>{t('settings.retry')}</Button>
        </div>
      </Show>
      <Switch
        fallback={
          <For each={days()}>
            {(day) => (
              <section class="inbox-day" aria-labelledby={`day-${day.key}`}>
                <h2 class="inbox-date" id={`day-${day.key}`}>
                  {dayName(day.at, Date.now())}
                </h2>
                <ul class="inbox-list">
                  <For each={day.items}>{(item) => <Item item={item} view={props.view} />}</For>
                </ul>
              </section>
            )}
          </For>
        }
      >
        <Match when={state().kind === 'loading'}>
          <Delayed>
            <TextSkeleton />
          </Delayed>
        </Match>
        <Match when={state().kind === 'ready' && state().items.length === 0}>
          <Empty text={t('inbox.empty.text')} />
        </Match>
      </Switch>
      <Show when={state().hasMore}>
        <Button onClick={() => void props.view.more()}>{t('inbox.more')}</Button>
      </Show>
    </>
  );
}

function Item(props: { item: InboxItem; view: InboxView }): JSX.Element {
  const view = useWorkspace();
  const now = createNow();
  const isUnread = (): boolean => props.item.readAt === undefined;
  const title = (): string | undefined =>
    props.item.room === undefined ? undefined : view.document(props.item.room)?.title;
  return (
    <li class="inbox-item" classList={{ 'inbox-unread': isUnread() }}>
      <a
        class="inbox-link"
        href={pathOf(props.item)}
        onClick={() => isUnread() && void props.view.markRead([props.item.id])}
      >
        <Avatar name={props.item.actor.name} colour={props.item.actor.colour} size="large" />
        <span class="inbox-text">
          <span class="inbox-sentence">{sentenceOf(props.item, title())}</span>
          <span class="inbox-time">{formatRelative(props.item.at, now())}</span>
        </span>
        <Show when={isUnread()}>
          <span class="inbox-mark">
            <span class="visually-hidden">{t('inbox.unread')}</span>
          </span>
        </Show>
      </a>
    </li>
  );
}

function Empty(props: { text: string }): JSX.Element {
  return (
    <section class="empty empty-small">
      <h2 class="empty-heading">{t('inbox.empty')}</h2>
      <p class="empty-text">{props.text}</p>
      <a class="button button-secondary" href={paths.settings('notifications')}>
        {t('inbox.settings')}
      </a>
    </section>
  );
}

interface Day {
  readonly key: string;
  readonly at: number;
  readonly items: readonly InboxItem[];
}

function byDay(items: readonly InboxItem[]): readonly Day[] {
  const days = new Map<string, { at: number; items: InboxItem[] }>();
  for (const item of items) {
    const date = new Date(item.at);
    const key = `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
    const day = days.get(key) ?? { at: item.at, items: [] };
    day.items.push(item);
    days.set(key, day);
  }
  return [...days].map(([key, day]) => ({ key, ...day }));
}

/** "today", "yesterday", then the date. */
function dayName(at: number, now: number): string {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  const ago = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (ago <= 1) {
    const word = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' }).format(-Math.max(0, ago), 'day');
    return word.charAt(0).toLocaleUpperCase(language()) + word.slice(1);
  }
  return new Intl.DateTimeFormat(dateLocale(), { weekday: 'long', day: 'numeric', month: 'long' }).format(at);
}
