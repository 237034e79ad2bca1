/** Tables `workspaces` and `setup_links`, and the workspaces of a user. */
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { WorkspaceRole } from '@vicinal/shared/roles.ts';
import type { Db } from './pool.ts';

export async function hasOwner(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (select 1 from workspace_members where role = 'owner') as found`,
  );
  return rows[0]?.found === true;
}

export async function insertWorkspace(db: Db, workspace: { id: WorkspaceId; name: string }, now: Date): Promise<void> {
  await db.query('insert into workspaces (id, name, created_at) values ($1, $2, $3)', [
    workspace.id,
    workspace.name,
    now,
  ]);
}

/** Lets one transaction at a time change who has access to what in a workspace. Lasts until the transaction ends. */
export async function lockWorkspace(db: Db, workspace: WorkspaceId): Promise<void> {
  await db.query('select 1 from workspaces where id = $1 for no key update', [workspace]);
}

export interface MembershipRow {
  readonly id: WorkspaceId;
  readonly name: string;
  readonly role: WorkspaceRole;
  readonly indexRoom: RoomId | null;
  readonly personalIndexRoom: RoomId | null;
}

export async function listMemberships(db: Db, user: UserId): Promise<readonly MembershipRow[]> {
  const { rows } = await db.query<MembershipRow>(
    `select w.id, w.name, m.role, i.id as "indexRoom", p.id as "personalIndexRoom"
     from workspace_members m join workspaces w on w.id = m.workspace_id
     left join rooms i on i.workspace_id = w.id and i.kind = 'workspace-index'
     left join rooms p on p.workspace_id = w.id and p.kind = 'personal-index' and p.created_by = m.user_id
     where m.user_id = $1 order by m.created_at, w.id`,
    [user],
  );
  return rows;
}

export async function listWorkspaceIds(db: Db): Promise<readonly WorkspaceId[]> {
  const { rows } = await db.query<{ id: WorkspaceId }>('select id from workspaces order by created_at, id');
  return rows.map((row) => row.id);
}

export async function insertSetupLink(db: Db, hash: Uint8Array, expiresAt: Date, now: Date): Promise<void> {
  await db.query('insert into setup_links (hash, created_at, expires_at) values ($1, $2, $3)', [hash, now, expiresAt]);
}

/** Marks the link used; false when it is unknown, used or expired. */
export async function useSetupLink(db: Db, hash: Uint8Array, now: Date): Promise<boolean> {
  const { count } = await db.query(
    'update setup_links set used_at = $2 where hash = $1 and used_at is null and expires_at > $2',
    [hash, now],
  );
  return count === 1;
}
