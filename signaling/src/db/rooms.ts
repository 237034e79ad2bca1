/** Tables `rooms` and `room_members`. */
import type { LinkId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { RoomKind, RoomRole, WorkspaceRole } from '@vicinal/shared/roles.ts';
import type { Db } from './pool.ts';

export interface RoomRow {
  readonly id: RoomId;
  readonly workspace: WorkspaceId;
  readonly kind: RoomKind;
  readonly createdBy: UserId;
  readonly accessEpoch: number;
  readonly createdAt: Date;
}

/** A room and what one user's rows say about it; judged by `rooms/access.ts`. */
export interface RoomAccessRow extends RoomRow {
  /** Null for strangers of the workspace. */
  readonly workspaceRole: WorkspaceRole | null;
  /** What the workspace gives does not count. */
  readonly overrides: boolean;
  /** Null without a row and in one that takes access away. */
  readonly memberRole: Exclude<RoomRole, 'archiver'> | null;
  readonly memberUntil: Date | null;
}

const roomColumns =
  'r.id, r.workspace_id as workspace, r.kind, r.created_by as "createdBy", r.access_epoch as "accessEpoch", r.created_at as "createdAt"';
const accessColumns = `${roomColumns}, w.role as "workspaceRole", coalesce(m.overrides, false) as overrides, m.role as "memberRole", m.expires_at as "memberUntil"`;
const accessJoins = `left join workspace_members w on w.workspace_id = r.workspace_id and w.user_id = $1
  left join room_members m on m.room_id = r.id and m.user_id = $1`;

/** False when the id is taken. */
export async function insertRoom(
  db: Db,
  room: Omit<RoomRow, 'accessEpoch' | 'createdAt'>,
  now: Date,
): Promise<boolean> {
  const { count } = await db.query(
    'insert into rooms (id, workspace_id, kind, created_by, created_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing',
    [room.id, room.workspace, room.kind, room.createdBy, now],
  );
  return count === 1;
}

export async function findRoom(db: Db, id: RoomId): Promise<RoomRow | undefined> {
  const { rows } = await db.query<RoomRow>(`select ${roomColumns} from rooms r where r.id = $1`, [id]);
  return rows[0];
}

export async function listAccess(db: Db, user: UserId, rooms: readonly RoomId[]): Promise<readonly RoomAccessRow[]> {
  const { rows } = await db.query<RoomAccessRow>(
    `select ${accessColumns} from rooms r ${accessJoins} where r.id = any($2)`,
    [user, rooms],
  );
  return rows;
}

/** Documents of a workspace, newest first. */
export async function listDocuments(db: Db, user: UserId, workspace: WorkspaceId): Promise<readonly RoomAccessRow[]> {
  const { rows } = await db.query<RoomAccessRow>(
    `select ${accessColumns} from rooms r ${accessJoins} where r.workspace_id = $2 and r.kind = 'document' order by r.created_at desc, r.id`,
    [user, workspace],
  );
  return rows;
}

export interface MemberRow {
  readonly user: UserId;
  readonly name: string;
  readonly email: string | null;
  readonly workspaceRole: WorkspaceRole | null;
  readonly overrides: boolean;
  readonly memberRole: RoomAccessRow['memberRole'];
  readonly memberUntil: Date | null;
}

/** Everybody of whom any row says something about the room. */
export async function listMembers(db: Db, room: RoomId): Promise<readonly MemberRow[]> {
  const { rows } = await db.query<MemberRow>(
    `select u.id as "user", u.name, u.email, w.role as "workspaceRole", coalesce(m.overrides, false) as overrides, m.role as "memberRole", m.expires_at as "memberUntil"
     from rooms r
     join users u on u.id in (select user_id from workspace_members where workspace_id = r.workspace_id union select user_id from room_members where room_id = r.id)
     left join workspace_members w on w.workspace_id = r.workspace_id and w.user_id = u.id
     left join room_members m on m.room_id = r.id and m.user_id = u.id
     where r.id = $1 order by u.created_at, u.id`,
    [room],
  );
  return rows;
}

export interface MemberChange {
  readonly room: RoomId;
  readonly user: UserId;
  /** Null takes access away, for good also what the workspace would give. */
  readonly role: RoomAccessRow['memberRole'];
  readonly link: LinkId | null;
  readonly until: Date | null;
}

export async function upsertMember(db: Db, change: MemberChange, now: Date): Promise<void> {
  await db.query(
    `insert into room_members as m (room_id, user_id, role, link_id, expires_at, changed_at, overrides) values ($1, $2, $3, $4, $5, $6, $3::text is null)
     on conflict (room_id, user_id) do update set role = excluded.role, link_id = excluded.link_id, expires_at = excluded.expires_at,
       changed_at = excluded.changed_at, overrides = m.overrides or excluded.overrides`,
    [change.room, change.user, change.role, change.link, change.until, now],
  );
}

/** When a row took the user's access away; undefined when none does. */
export async function findRemoval(db: Db, room: RoomId, user: UserId): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date }>(
    'select changed_at as at from room_members where room_id = $1 and user_id = $2 and role is null',
    [room, user],
  );
  return rows[0]?.at;
}

/** Takes away what a link gave; resolves to whom. */
export async function deleteMembersOfLink(db: Db, link: LinkId): Promise<readonly UserId[]> {
  const kept = await db.query<{ user: UserId }>(
    'update room_members set role = null, link_id = null, expires_at = null where link_id = $1 and overrides and role is not null returning user_id as "user"',
    [link],
  );
  const deleted = await db.query<{ user: UserId }>(
    'delete from room_members where link_id = $1 and not overrides returning user_id as "user"',
    [link],
  );
  return [...kept.rows, ...deleted.rows].map((row) => row.user);
}

/** The next access epoch, which every ticket issued before is below. */
export async function bumpAccessEpoch(db: Db, room: RoomId): Promise<number> {
  const { rows } = await db.query<{ epoch: number }>(
    'update rooms set access_epoch = access_epoch + 1 where id = $1 returning access_epoch as epoch',
    [room],
  );
  return rows[0]?.epoch ?? 0;
}
