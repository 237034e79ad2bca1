import { AppError } from '@vicinal/shared/app-error.ts';
import type { Inbox, InboxItem } from '@vicinal/shared/http/notify.ts';
import type { UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { err, ok } from '@vicinal/shared/result.ts';
import { expect, test } from 'vitest';
import type { InboxCalls } from './inbox-calls.ts';
import { createInboxSession } from './inbox-session.ts';

const id = (n: number): string => `${String(n).padStart(21, 'i')}A`;
const item = (n: number, readAt?: number): InboxItem => ({
  id: id(n),
  kind: 'mention',
  workspace: 'wwwwwwwwwwwwwwwwwwwwwA' as WorkspaceId, // the form of one
  actor: { user: 'uuuuuuuuuuuuuuuuuuuuuA' as UserId, name: 'Ada', colour: 1 }, // the form of one
  at: n,
  ...(readAt === undefined ? {} : { readAt }),
});

/** A server with pages of two. */
function createServer(items: InboxItem[]) {
  let isAway = false;
  const unread = (): number => items.filter(({ readAt }) => readAt === undefined).length;
  const calls: Pick<InboxCalls, 'list' | 'markRead'> = {
    list: async (before) => {
      if (isAway) return err(new AppError('network'));
      const newest = items.toSorted((a, b) => b.at - a.at);
      const from = before === undefined ? 0 : newest.findIndex((each) => each.id === before) + 1;
      const page: Inbox = { items: newest.slice(from, from + 2), unread: unread(), hasMore: newest.length > from + 2 };
      return ok(page);
    },
    markRead: async (which) => {
      if (isAway) return err(new AppError('network'));
      const isChosen = (each: InboxItem): boolean =>
        'ids' in which ? which.ids.includes(each.id) : each.at <= which.upTo;
      items = items.map((each) => (isChosen(each) && each.readAt === undefined ? { ...each, readAt: 99 } : each));
      return ok({ unread: unread() });
    },
  };
  return {
    calls,
    add: (next: InboxItem) => void (items = [...items, next]),
    setAway: (next: boolean) => void (isAway = next),
  };
}

const shown = ({ items }: { readonly items: readonly InboxItem[] }): readonly number[] => items.map(({ at }) => at);

test('NOTE-11 the inbox shows pages, tells what is new and nothing twice, and keeps what it has while the server is away', async () => {
  const server = createServer([item(1), item(2, 50), item(3), item(4)]);
  const session = createInboxSession(server.calls, () => 77);
  const news: number[][] = [];
  session.on('news', (items) => void news.push(items.map(({ at }) => at)));
  await session.refresh();
  expect([shown(session.state), session.state.unread, session.state.hasMore]).toEqual([[4, 3], 3, true]);
  await session.more();
  expect([shown(session.state), session.state.hasMore]).toEqual([[4, 3, 2, 1], false]);
  expect(news).toEqual([]);

  server.add(item(5));
  await Promise.all([session.refresh(), session.refresh()]);
  expect(shown(session.state)).toEqual([5, 4, 3, 2, 1]);
  expect(news).toEqual([[5]]);

  server.setAway(true);
  await session.refresh();
  expect([session.state.kind, session.state.items.length]).toEqual(['offline', 5]);
  await session.markRead([id(5)]);
  expect(session.state.items[0]?.readAt).toBeUndefined();

  server.setAway(false);
  const marking = session.markRead([id(5)]);
  expect([session.state.items[0]?.readAt, session.state.unread]).toEqual([77, 3]); // at once, of four
  await marking;
  await session.markAllRead();
  expect([session.state.unread, session.state.items.every(({ readAt }) => readAt !== undefined)]).toEqual([0, true]);

  for (const n of [6, 7, 8]) server.add(item(n));
  await session.refresh();
  expect([shown(session.state), session.state.hasMore]).toEqual([[8, 7], true]);
  session.close();
});
