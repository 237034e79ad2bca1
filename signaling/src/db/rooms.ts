/** Table `rooms`, and who has what access to them. */
import type { Audience } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { LinkRole, RoomKind, RoomRole, WorkspaceRole } from '@vicinal/shared/roles.ts';
import type { Db } from './pool.ts';

export interface RoomRow {
  readonly id: RoomId;
  readonly workspace: WorkspaceId;
  readonly kind: RoomKind;
  readonly createdBy: UserId;
  readonly accessEpoch: number;
  readonly createdAt: Date;
  readonly audience: Audience;
  readonly audienceRole: LinkRole;
}

/** What one link gave to one person in one room. */
export interface GrantRow {
  readonly role: LinkRole;
  /** ms since the epoch; null for as long as the link is not revoked. */
  readonly until: number | null;
}

/** What the rows say about one user in one room; judged by `rooms/access.ts`. */
export interface HoldingRow {
  /** Null for strangers of the workspace. */
  readonly workspaceRole: WorkspaceRole | null;
  /** What the workspace gives does not count. */
  readonly overrides: boolean;
  /** Given by hand; null without a row and in one that takes access away. */
  readonly memberRole: Exclude<RoomRole, 'archiver'> | null;
  readonly memberUntil: Date | null;
  readonly grants: readonly GrantRow[];
}

export interface RoomAccessRow extends RoomRow, HoldingRow {}

const roomColumns = `r.id, r.workspace_id as workspace, r.kind, r.created_by as "createdBy", r.access_epoch as "accessEpoch",
  r.created_at as "createdAt", r.audience, r.audience_role as "audienceRole"`;
/** Wants `u` (a user), `r`, `w` and `m`. */
const holdingColumns = `w.role as "workspaceRole", coalesce(m.overrides, false) as overrides, m.role as "memberRole", m.expires_at as "memberUntil",
  coalesce((select json_agg(json_build_object('role', g.role, 'until', floor(extract(epoch from g.expires_at) * 1000)))
    from link_grants g where g.room_id = r.id and g.user_id = u.id), '[]') as grants`;
const holdingJoins = `left join workspace_members w on w.workspace_id = r.workspace_id and w.user_id = u.id
  left join room_members m on m.room_id = r.id and m.user_id = u.id`;

/** False when the id is taken. */
export async function insertRoom(
  db: Db,
  room: Pick<RoomRow, 'id' | 'workspace' | 'kind' | 'createdBy'> & { readonly audience?: RoomRow['audience'] },
  now: Date,
): Promise<boolean> {
  const { count } = await db.query(
    'insert into rooms (id, workspace_id, kind, created_by, created_at, audience) values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
    [room.id, room.workspace, room.kind, room.createdBy, now, room.audience ?? 'workspace'],
  );
  return count === 1;
}

export async function findRoom(db: Db, id: RoomId): Promise<RoomRow | undefined> {
  const { rows } = await db.query<RoomRow>(`select ${roomColumns} from rooms r where r.id = $1`, [id]);
  return rows[0];
}

export async function listAccess(db: Db, user: UserId, rooms: readonly RoomId[]): Promise<readonly RoomAccessRow[]> {
  const { rows } = await db.query<RoomAccessRow>(
    `select ${roomColumns}, ${holdingColumns} from rooms r cross join (select $1::text as id) u ${holdingJoins} where r.id = any($2)`,
    [user, rooms],
  );
  return rows;
}

/** Documents of a workspace, newest first. */
export async function listDocuments(db: Db, user: UserId, workspace: WorkspaceId): Promise<readonly RoomAccessRow[]> {
  const { rows } = await db.query<RoomAccessRow>(
    `select ${roomColumns}, ${holdingColumns} from rooms r cross join (select $1::text as id) u ${holdingJoins}
     where r.workspace_id = $2 and r.kind = 'document' order by r.created_at desc, r.id`,
    [user, workspace],
  );
  return rows;
}

/** Which people in which rooms of a workspace. */
export interface AccessScope {
  /** Absent for all. */
  readonly rooms?: readonly RoomId[] | undefined;
  readonly users: readonly UserId[];
}

export type PersonAccessRow = RoomAccessRow & { readonly user: UserId };

/** One row per person and room of the scope, whether or not anything gives access. */
export async function listAccessIn(
  db: Db,
  workspace: WorkspaceId,
  { rooms, users }: AccessScope,
): Promise<readonly PersonAccessRow[]> {
  const found = await db.query<PersonAccessRow>(
    `select ${roomColumns}, u.id as "user", ${holdingColumns} from rooms r cross join unnest($3::text[]) u (id) ${holdingJoins}
     where r.workspace_id = $1 and ($2::text[] is null or r.id = any($2))`,
    [workspace, rooms ?? null, users],
  );
  return found.rows;
}

export interface MemberRow extends HoldingRow {
  readonly user: UserId;
  readonly name: string;
  readonly colour: number;
  readonly email: string | null;
}

/** Everybody of whom any row says something about the room. */
export async function listMembers(db: Db, room: RoomId): Promise<readonly MemberRow[]> {
  const { rows } = await db.query<MemberRow>(
    `select u.id as "user", u.name, u.colour, u.email, ${holdingColumns}
     from rooms r
     join users u on u.id in (select user_id from workspace_members where workspace_id = r.workspace_id
       union select user_id from room_members where room_id = r.id union select user_id from link_grants where room_id = r.id)
     ${holdingJoins} where r.id = $1 order by u.created_at, u.id`,
    [room],
  );
  return rows;
}

export async function updateAudience(
  db: Db,
  room: RoomId,
  { audience, role }: { audience: Audience; role: LinkRole },
): Promise<void> {
  await db.query('update rooms set audience = $2, audience_role = $3 where id = $1', [room, audience, role]);
}

/** The next access epoch of each room, which every ticket issued before is below. */
export async function bumpAccessEpochs(db: Db, rooms: readonly RoomId[]): Promise<ReadonlyMap<RoomId, number>> {
  if (rooms.length === 0) return new Map();
  const bumped = await db.query<{ id: RoomId; epoch: number }>(
    // locked in one order, so that two such statements do not wait for each other
    `with locked as (select id from rooms where id = any($1) order by id for no key update)
     update rooms r set access_epoch = r.access_epoch + 1 from locked where r.id = locked.id returning r.id, r.access_epoch as epoch`,
    [rooms],
  );
  return new Map(bumped.rows.map(({ id, epoch }) => [id, epoch]));
}
