/** Tables `inbox` and `activity`. */
import type { InboxItem, NotificationKind } from '@vicinal/shared/http/notify.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Db } from './pool.ts';

export interface NewInboxItem {
  readonly id: string;
  readonly user: UserId;
  readonly kind: NotificationKind;
  readonly workspace: WorkspaceId;
  readonly room?: RoomId;
  readonly actor: UserId;
  readonly mention?: string;
  readonly eventKey: Uint8Array;
  /** Null: nothing follows. */
  readonly pushDueAt: Date | null;
  /** Until the user may open the room nothing tells of it. */
  readonly waits: boolean;
}

/** False when this event stands there already. */
export async function insertInboxItem(db: Db, item: NewInboxItem, now: Date): Promise<boolean> {
  const { count } = await db.query(
    `insert into inbox (id, user_id, kind, workspace_id, room_id, actor_id, mention_id, event_key, created_at, push_due_at, waits)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (event_key) do nothing`,
    [
      item.id,
      item.user,
      item.kind,
      item.workspace,
      item.room ?? null,
      item.actor,
      item.mention ?? null,
      item.eventKey,
      now,
      item.pushDueAt,
      item.waits,
    ],
  );
  return count === 1;
}

/** Leaves `keep` items that the user was told of: what was read goes first, unread mentions last, of each kind the oldest. */
export async function trimInbox(db: Db, user: UserId, keep: number): Promise<void> {
  await db.query(
    `delete from inbox where user_id = $1 and id in (
       select id from inbox where user_id = $1 and not waits
       order by read_at is null desc, kind = 'mention' and read_at is null desc, created_at desc, id desc offset $2)`,
    [user, keep],
  );
}

/** A document or, without a room, a workspace that people joined through links of the user. */
export interface JoinedPlace {
  readonly user: UserId;
  readonly workspace: WorkspaceId;
  readonly room?: RoomId;
}
/** Wants the place as $1 to $3. */
const isUnreadJoin = `user_id = $1 and workspace_id = $2 and room_id is not distinct from $3
  and kind = 'invite-accepted' and read_at is null`;
const placeParams = ({ user, workspace, room }: JoinedPlace): readonly unknown[] => [user, workspace, room ?? null];

export async function countUnreadJoins(db: Db, place: JoinedPlace): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from inbox where ${isUnreadJoin}`,
    placeParams(place),
  );
  return rows[0]?.count ?? 0;
}

/** Leaves the newest `keep` unread ones. */
export async function trimJoins(db: Db, place: JoinedPlace, keep: number): Promise<void> {
  await db.query(
    `delete from inbox where id in (
       select id from inbox where ${isUnreadJoin} order by created_at desc, id desc offset $4)`,
    [...placeParams(place), keep],
  );
}

/** Leaves the newest `keep` items that wait. */
export async function trimWaiting(db: Db, user: UserId, keep: number): Promise<void> {
  await db.query(
    `delete from inbox where user_id = $1 and id in (
       select id from inbox where user_id = $1 and waits order by created_at desc, id desc offset $2)`,
    [user, keep],
  );
}

/** For whom and in which rooms items wait, of a workspace. */
export async function listWaiting(
  db: Db,
  scope: { readonly workspace: WorkspaceId; readonly rooms?: readonly RoomId[] | undefined; readonly user?: UserId },
): Promise<readonly { readonly user: UserId; readonly rooms: readonly RoomId[] }[]> {
  const { rows } = await db.query<{ user: UserId; rooms: RoomId[] }>(
    `select user_id as "user", array_agg(distinct room_id) as rooms from inbox
     where waits and workspace_id = $1 and ($2::text[] is null or room_id = any($2)) and ($3::text is null or user_id = $3)
     group by user_id order by user_id`,
    [scope.workspace, scope.rooms ?? null, scope.user ?? null],
  );
  return rows;
}

/** What waited in the rooms is new as of `now`. */
export async function endWaiting(
  db: Db,
  which: { readonly user: UserId; readonly rooms: readonly RoomId[] },
  { now, pushDueAt }: { readonly now: Date; readonly pushDueAt: Date | null },
): Promise<void> {
  await db.query(
    `update inbox set waits = false, caused_at = created_at, created_at = $3, push_due_at = $4
     where waits and user_id = $1 and room_id = any($2)`,
    [which.user, which.rooms, now, pushDueAt],
  );
}

/** How many mentions the user caused since. */
export async function countMentionsBy(db: Db, actor: UserId, since: Date): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from inbox
     where actor_id = $1 and kind = 'mention' and created_at > $2 and coalesce(caused_at, created_at) > $2`,
    [actor, since],
  );
  return rows[0]?.count ?? 0;
}

/** How many items were pushed to the user since; of one kind, or of all. */
export async function countPushed(
  db: Db,
  { user, kind }: { readonly user: UserId; readonly kind?: NotificationKind },
  since: Date,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from inbox
     where user_id = $1 and pushed_at > $2 and ($3::text is null or kind = $3)`,
    [user, since, kind ?? null],
  );
  return rows[0]?.count ?? 0;
}

export async function markPushed(db: Db, id: string, now: Date): Promise<void> {
  await db.query('update inbox set pushed_at = $2 where id = $1', [id, now]);
}

/** Rooms and workspaces that items of the user are about; rooms are null for the latter. */
export async function listInboxPlaces(
  db: Db,
  user: UserId,
): Promise<readonly { readonly room: RoomId | null; readonly workspace: WorkspaceId; readonly isMember: boolean }[]> {
  const { rows } = await db.query<{ room: RoomId | null; workspace: WorkspaceId; isMember: boolean }>(
    `select distinct i.room_id as room, i.workspace_id as workspace,
       exists (select 1 from workspace_members w where w.workspace_id = i.workspace_id and w.user_id = i.user_id) as "isMember"
     from inbox i where i.user_id = $1 and not i.waits`,
    [user],
  );
  return rows;
}

/** What the user may see now. */
export interface Visible {
  readonly rooms: readonly RoomId[];
  readonly workspaces: readonly WorkspaceId[];
}
/** Wants `i`, the user as $1, rooms as $2 and workspaces as $3. */
const isVisible = `i.user_id = $1 and not i.waits and (i.room_id = any($2) or (i.room_id is null and i.workspace_id = any($3)))`;

interface ItemRow {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly workspace: WorkspaceId;
  readonly room: RoomId | null;
  readonly actor: UserId;
  readonly name: string;
  readonly colour: number;
  readonly mention: string | null;
  readonly createdAt: Date;
  readonly readAt: Date | null;
}

/** Newest first; those before the item `before` when it is one of the user's. */
export async function listInbox(
  db: Db,
  user: UserId,
  { rooms, workspaces }: Visible,
  page: { readonly before: string | undefined; readonly limit: number },
): Promise<readonly InboxItem[]> {
  const { rows } = await db.query<ItemRow>(
    `select i.id, i.kind, i.workspace_id as workspace, i.room_id as room, i.actor_id as actor, a.name, a.colour,
       i.mention_id as mention, i.created_at as "createdAt", i.read_at as "readAt"
     from inbox i join users a on a.id = i.actor_id
     where ${isVisible} and ($4::text is null or (i.created_at, i.id) < (select b.created_at, b.id from inbox b where b.id = $4 and b.user_id = $1))
     order by i.created_at desc, i.id desc limit $5`,
    [user, rooms, workspaces, page.before ?? null, page.limit],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    workspace: row.workspace,
    ...(row.room === null ? {} : { room: row.room }),
    actor: { user: row.actor, name: row.name, colour: row.colour },
    ...(row.mention === null ? {} : { mention: row.mention }),
    at: row.createdAt.getTime(),
    ...(row.readAt === null ? {} : { readAt: row.readAt.getTime() }),
  }));
}

export async function countUnread(db: Db, user: UserId, { rooms, workspaces }: Visible): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from inbox i where ${isVisible} and i.read_at is null`,
    [user, rooms, workspaces],
  );
  return rows[0]?.count ?? 0;
}

/** Marks items of the user read and cancels what was to follow. How many were unread before. */
export async function markRead(
  db: Db,
  user: UserId,
  which: { readonly ids: readonly string[] } | { readonly upTo: Date },
  now: Date,
): Promise<number> {
  const ids = 'ids' in which ? which.ids : null;
  const upTo = 'upTo' in which ? which.upTo : null;
  const { rows } = await db.query<{ id: string }>(
    `update inbox set read_at = $4, push_due_at = null
     where user_id = $1 and not waits and read_at is null and (id = any($2) or created_at <= $3) returning id`,
    [user, ids, upTo, now],
  );
  const read = rows.map(({ id }) => id);
  await db.query('delete from push_deliveries where inbox_id = any($1)', [read]);
  return read.length;
}

export async function recordActivity(db: Db, user: UserId, now: Date): Promise<void> {
  await db.query(
    `insert into activity (user_id, last_at) values ($1, $2)
     on conflict (user_id) do update set last_at = greatest(activity.last_at, excluded.last_at)`,
    [user, now],
  );
}

export async function findActivity(db: Db, user: UserId): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date }>('select last_at as at from activity where user_id = $1', [user]);
  return rows[0]?.at;
}

export interface DueItem {
  readonly id: string;
  readonly user: UserId;
  readonly kind: NotificationKind;
  readonly room: RoomId | null;
}

/** Takes items whose push is due, oldest first; locked until the transaction ends, so that nobody else takes them too. */
export async function takeDueItems(db: Db, now: Date, limit: number): Promise<readonly DueItem[]> {
  const { rows } = await db.query<DueItem>(
    `update inbox i set push_due_at = null
     from (select id from inbox where push_due_at <= $1 order by push_due_at limit $2 for update skip locked) d
     where i.id = d.id returning i.id, i.user_id as "user", i.kind, i.room_id as room`,
    [now, limit],
  );
  return rows;
}
