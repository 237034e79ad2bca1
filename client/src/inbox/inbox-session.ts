/** The inbox as this page knows it: fetched when something says that it changed, never polled. */
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { Inbox, InboxItem } from '@vicinal/shared/http/notify.ts';
import type { InboxCalls } from './inbox-calls.ts';

export interface InboxState {
  /** `offline`, `failed`: the items are those of the last answer. */
  readonly kind: 'loading' | 'ready' | 'offline' | 'failed';
  /** Newest first. */
  readonly items: readonly InboxItem[];
  readonly unread: number;
  readonly hasMore: boolean;
}

export interface InboxSession {
  readonly state: InboxState;
  on(event: 'change', listener: () => void): () => void;
  /** Unread items that came while the page was open. */
  on(event: 'news', listener: (items: readonly InboxItem[]) => void): () => void;
  /** Asks now; while asking, once more afterwards. */
  refresh(): Promise<void>;
  /** The next page behind what is shown. */
  more(): Promise<void>;
  markRead(ids: readonly string[]): Promise<void>;
  /** Everything that is shown, and what lies behind it. */
  markAllRead(): Promise<void>;
  close(): void;
}

export function createInboxSession(calls: Pick<InboxCalls, 'list' | 'markRead'>, now: () => number): InboxSession {
  const events = new Emitter<{ change: []; news: [readonly InboxItem[]] }>();
  let state: InboxState = { kind: 'loading', items: [], unread: 0, hasMore: false };
  let asking: Promise<void> | undefined;
  let isWantedAgain = false;
  let isClosed = false;
  /** Newest item of the last answer; undefined before the first. */
  let newestAt: number | undefined;

  const set = (change: Partial<InboxState>): void => {
    if (isClosed) return;
    state = { ...state, ...change };
    events.emit('change');
  };
  const take = ({ items, unread, hasMore }: Inbox): void => {
    const ids = new Set(items.map(({ id }) => id));
    const oldest = items.at(-1);
    // what was fetched behind the first page stays behind it, unless so much is new that they do not meet
    const hasMet = state.items.some(({ id }) => ids.has(id));
    const behind =
      oldest && hasMore && hasMet ? state.items.filter((item) => !ids.has(item.id) && item.at <= oldest.at) : [];
    const since = newestAt;
    const news = since === undefined ? [] : items.filter((item) => item.readAt === undefined && item.at > since);
    newestAt = Math.max(since ?? 0, items[0]?.at ?? 0);
    set({
      kind: 'ready',
      items: [...items, ...behind],
      unread,
      hasMore: behind.length > 0 ? state.hasMore : hasMore,
    });
    if (news.length > 0 && !isClosed) events.emit('news', news);
  };
  const ask = async (): Promise<void> => {
    do {
      isWantedAgain = false;
      const answer = await calls.list();
      if (answer.ok) take(answer.value);
      else set({ kind: answer.error.code === 'network' ? 'offline' : 'failed' });
    } while (isWantedAgain && !isClosed);
  };
  const read = async (
    which: Parameters<InboxCalls['markRead']>[0],
    isRead: (item: InboxItem) => boolean,
  ): Promise<void> => {
    const before = state;
    const readAt = now();
    const items = state.items.map((item) => (item.readAt === undefined && isRead(item) ? { ...item, readAt } : item));
    const marked = items.filter((item, at) => item !== state.items[at]).length;
    set({ items, unread: Math.max(0, state.unread - marked) });
    const answer = await calls.markRead(which);
    if (answer.ok) set({ unread: answer.value.unread });
    else set({ items: before.items, unread: before.unread });
  };

  return {
    get state() {
      return state;
    },
    // the overloads pair each event with its listener
    on: (event: 'change' | 'news', listener: (items: readonly InboxItem[]) => void) =>
      event === 'change' ? events.on('change', listener as () => void) : events.on('news', listener),
    refresh: () => {
      isWantedAgain = true;
      asking ??= ask().finally(() => (asking = undefined));
      return asking;
    },
    more: async () => {
      const last = state.items.at(-1);
      if (!state.hasMore || last === undefined) return;
      const answer = await calls.list(last.id);
      if (!answer.ok) return set({ kind: answer.error.code === 'network' ? 'offline' : 'failed' });
      const known = new Set(state.items.map(({ id }) => id));
      const items = [...state.items, ...answer.value.items.filter(({ id }) => !known.has(id))];
      set({ kind: 'ready', items, unread: answer.value.unread, hasMore: answer.value.hasMore });
    },
    markRead: (ids) => read({ ids }, ({ id }) => ids.includes(id)),
    markAllRead: async () => {
      const [newest] = state.items;
      if (newest !== undefined) await read({ upTo: newest.at }, () => true);
    },
    close: () => {
      isClosed = true;
      events.clear();
    },
  };
}
