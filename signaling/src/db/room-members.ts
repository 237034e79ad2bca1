/** Tables `room_members`, what is given by hand, and `link_grants`, what links gave. */
import type { LinkId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { LinkRole, RoomRole } from '@vicinal/shared/roles.ts';
import type { Db } from './pool.ts';

export interface MemberChange {
  readonly room: RoomId;
  readonly user: UserId;
  /** Null takes access away. */
  readonly role: Exclude<RoomRole, 'archiver'> | null;
  readonly until?: Date | null;
  /** From now on what the workspace gives does not count for this person; it never does again. */
  readonly overrides?: boolean;
  /** Links made until now are of no use to the person any more. */
  readonly bars?: boolean;
}

export async function upsertMember(db: Db, change: MemberChange, now: Date): Promise<void> {
  const { room, user, role, until = null, overrides = false, bars = false } = change;
  await db.query(
    `insert into room_members as m (room_id, user_id, role, expires_at, overrides, barred_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (room_id, user_id) do update set role = excluded.role, expires_at = excluded.expires_at, changed_at = excluded.changed_at,
       overrides = m.overrides or excluded.overrides, barred_at = coalesce(excluded.barred_at, m.barred_at)`,
    [room, user, role, until, overrides, bars ? now : null, now],
  );
}

/** Since when links made earlier are of no use to the person in the room; undefined when all are. */
export async function findRoomBar(db: Db, room: RoomId, user: UserId): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date | null }>(
    'select barred_at as at from room_members where room_id = $1 and user_id = $2',
    [room, user],
  );
  return rows[0]?.at ?? undefined;
}

export interface NewGrant {
  readonly link: LinkId;
  readonly user: UserId;
  readonly room: RoomId;
  readonly role: LinkRole;
  readonly until: Date | null;
}

export async function insertGrant(db: Db, grant: NewGrant, now: Date): Promise<void> {
  await db.query(
    `insert into link_grants (link_id, user_id, room_id, role, expires_at, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (link_id, user_id) do nothing`,
    [grant.link, grant.user, grant.room, grant.role, grant.until, now],
  );
}

export async function listUsersOfLinks(db: Db, links: readonly LinkId[]): Promise<readonly UserId[]> {
  const { rows } = await db.query<{ user: UserId }>(
    'select distinct user_id as "user" from link_grants where link_id = any($1)',
    [links],
  );
  return rows.map(({ user }) => user);
}

export async function deleteGrantsOfLinks(db: Db, links: readonly LinkId[]): Promise<void> {
  await db.query('delete from link_grants where link_id = any($1)', [links]);
}

export async function deleteGrantsIn(db: Db, room: RoomId, user: UserId): Promise<void> {
  await db.query('delete from link_grants where room_id = $1 and user_id = $2', [room, user]);
}

/** Everything given to the user by hand or by links in a workspace. */
export async function deleteHoldings(db: Db, workspace: WorkspaceId, user: UserId): Promise<void> {
  for (const table of ['room_members', 'link_grants']) {
    await db.query(
      `delete from ${table} t using rooms r where r.id = t.room_id and r.workspace_id = $1 and t.user_id = $2`,
      [workspace, user],
    );
  }
}

/** Documents of which `user` is the only owner get `heir` as another one. */
export async function handOver(
  db: Db,
  { workspace, user, heir }: { workspace: WorkspaceId; user: UserId; heir: UserId },
  now: Date,
): Promise<void> {
  await db.query(
    `insert into room_members (room_id, user_id, role, changed_at)
     select r.id, $3, 'owner', $4 from rooms r join room_members m on m.room_id = r.id and m.user_id = $2 and m.role = 'owner'
     where r.workspace_id = $1 and r.kind = 'document'
       and not exists (select 1 from room_members o where o.room_id = r.id and o.role = 'owner' and o.user_id <> $2)
     on conflict (room_id, user_id) do update set role = 'owner', expires_at = null, changed_at = excluded.changed_at`,
    [workspace, user, heir, now],
  );
}
