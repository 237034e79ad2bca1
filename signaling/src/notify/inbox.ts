/** The inbox: what people are told of, and what they have read. The first step of every notification. */
import { sha256, utf8 } from '@vicinal/shared/bytes.ts';
import { INBOX_PAGE, type Inbox, type NotificationKind } from '@vicinal/shared/http/notify.ts';
import type { LinkId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import * as table from '../db/inbox.ts';
import type { Db } from '../db/pool.ts';
import type { AppDeps } from '../deps.ts';
import { randomId } from '../random-ids.ts';
import { openRooms } from '../rooms/rooms.ts';
import { isActive } from './activity.ts';

export const HOUR_MS = 3_600_000;

export interface NotifiedEvent {
  readonly kind: NotificationKind;
  readonly user: UserId;
  readonly actor: UserId;
  readonly workspace: WorkspaceId;
  readonly room?: RoomId;
  readonly mention?: string;
  /** 32 bytes; the same event is told of once. */
  readonly eventKey: Uint8Array;
}

/**
 * Writes an item in the caller's transaction and plans the push that follows unless somebody reads before. False when the
 * event was told of before. Once the transaction is committed the caller calls `live.inboxChanged`.
 */
export async function tell(deps: AppDeps, db: Db, event: NotifiedEvent): Promise<boolean> {
  const { limits } = deps.config;
  const now = deps.clock.now();
  const isJoin = event.kind === 'invite-accepted';
  const isInAppOnly =
    (await isActive(deps, db, event.user)) ||
    (isJoin && (await table.countUnreadJoins(db, event)) >= limits.inboxJoinsPerRoom);
  const pushDueAt = isInAppOnly ? null : new Date(now + limits.pushAfterMs);
  const item = { ...event, id: randomId<string>(deps.random), pushDueAt, waits: false };
  const isNew = await table.insertInboxItem(db, item, new Date(now));
  if (isNew && isJoin) await table.trimJoins(db, event, limits.inboxJoinsPerRoom);
  if (isNew) await table.trimInbox(db, event.user, limits.inboxItemsPerUser);
  return isNew;
}

/** Writes an item that waits until the user may open its room (`waiting.ts`). Nobody is told. */
export async function keepWaiting(deps: AppDeps, db: Db, event: NotifiedEvent): Promise<void> {
  const item = { ...event, id: randomId<string>(deps.random), pushDueAt: null, waits: true };
  if (await table.insertInboxItem(db, item, new Date(deps.clock.now())))
    await table.trimWaiting(db, event.user, deps.config.limits.inboxWaitingPerUser);
}

export interface AcceptedLink {
  readonly id: LinkId;
  readonly createdBy: UserId;
  readonly workspace: WorkspaceId;
  readonly room?: RoomId;
}

/** Tells the maker of a link that somebody gained something by it. The maker, or undefined when there is nobody to tell. */
export async function tellLinkMaker(
  deps: AppDeps,
  db: Db,
  { id, createdBy, workspace, room }: AcceptedLink,
  joiner: UserId,
): Promise<UserId | undefined> {
  if (createdBy === joiner) return undefined;
  const eventKey = sha256(utf8(['vicinal/invite-accepted/v1', id, joiner].join('\0')));
  const event = { kind: 'invite-accepted', user: createdBy, actor: joiner, workspace, eventKey } as const;
  return (await tell(deps, db, room === undefined ? event : { ...event, room })) ? createdBy : undefined;
}

/** The rooms and workspaces of the user's items that the user may open now: what was taken away is not spoken of. */
async function visibleTo(deps: AppDeps, user: UserId): Promise<table.Visible> {
  const places = await table.listInboxPlaces(deps.database, user);
  const rooms = places.flatMap(({ room }) => (room === null ? [] : [room]));
  return {
    rooms: [...(await openRooms(deps, user, rooms)).keys()],
    workspaces: places.flatMap(({ room, workspace, isMember }) => (room === null && isMember ? [workspace] : [])),
  };
}

/** Newest first, from the item after `before` on. */
export async function readInbox(deps: AppDeps, user: UserId, before: string | undefined): Promise<Inbox> {
  const visible = await visibleTo(deps, user);
  const items = await table.listInbox(deps.database, user, visible, { before, limit: INBOX_PAGE + 1 });
  return {
    items: items.slice(0, INBOX_PAGE),
    unread: await table.countUnread(deps.database, user, visible),
    hasMore: items.length > INBOX_PAGE,
  };
}

export const countUnread = async (deps: AppDeps, user: UserId): Promise<number> =>
  await table.countUnread(deps.database, user, await visibleTo(deps, user));

/** Marks read and cancels what was to follow, everywhere. Resolves to how many are unread now. */
export async function markInboxRead(
  deps: AppDeps,
  user: UserId,
  which: { readonly ids: readonly string[] } | { readonly upTo: number },
): Promise<number> {
  const chosen = 'ids' in which ? which : { upTo: new Date(Math.min(which.upTo, deps.clock.now())) };
  const read = await deps.database.transaction((db) => table.markRead(db, user, chosen, new Date(deps.clock.now())));
  if (read > 0) deps.live.inboxChanged(user);
  return await countUnread(deps, user);
}
