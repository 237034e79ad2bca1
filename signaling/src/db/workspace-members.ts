/** Tables `workspace_members` and `workspace_bars`. */
import type { UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { WorkspaceRole } from '@vicinal/shared/roles.ts';
import type { Db } from './pool.ts';

/** Keeps the role that a user already has. */
export async function insertWorkspaceMember(
  db: Db,
  member: { workspace: WorkspaceId; user: UserId; role: WorkspaceRole },
  now: Date,
): Promise<void> {
  await db.query(
    'insert into workspace_members (workspace_id, user_id, role, created_at) values ($1, $2, $3, $4) on conflict do nothing',
    [member.workspace, member.user, member.role, now],
  );
}

export async function findWorkspaceRole(
  db: Db,
  workspace: WorkspaceId,
  user: UserId,
): Promise<WorkspaceRole | undefined> {
  const { rows } = await db.query<{ role: WorkspaceRole }>(
    'select role from workspace_members where workspace_id = $1 and user_id = $2',
    [workspace, user],
  );
  return rows[0]?.role;
}

export interface WorkspaceMemberRow {
  readonly user: UserId;
  readonly name: string;
  readonly colour: number;
  readonly email: string | null;
  readonly role: WorkspaceRole;
  readonly joinedAt: Date;
}

const memberQuery = `select u.id as "user", u.name, u.colour, u.email, m.role, m.created_at as "joinedAt"
  from workspace_members m join users u on u.id = m.user_id`;

export async function listWorkspaceMembers(db: Db, workspace: WorkspaceId): Promise<readonly WorkspaceMemberRow[]> {
  const { rows } = await db.query<WorkspaceMemberRow>(
    `${memberQuery} where m.workspace_id = $1 order by m.created_at, u.id`,
    [workspace],
  );
  return rows;
}

export async function findWorkspaceMember(
  db: Db,
  workspace: WorkspaceId,
  user: UserId,
): Promise<WorkspaceMemberRow | undefined> {
  const { rows } = await db.query<WorkspaceMemberRow>(`${memberQuery} where m.workspace_id = $1 and m.user_id = $2`, [
    workspace,
    user,
  ]);
  return rows[0];
}

/** The owner of longest standing besides `except`. */
export async function findOtherOwner(db: Db, workspace: WorkspaceId, except: UserId): Promise<UserId | undefined> {
  const { rows } = await db.query<{ user: UserId }>(
    `select user_id as "user" from workspace_members where workspace_id = $1 and role = 'owner' and user_id <> $2 order by created_at, user_id limit 1`,
    [workspace, except],
  );
  return rows[0]?.user;
}

export async function updateWorkspaceRole(
  db: Db,
  workspace: WorkspaceId,
  user: UserId,
  role: WorkspaceRole,
): Promise<void> {
  await db.query('update workspace_members set role = $3 where workspace_id = $1 and user_id = $2', [
    workspace,
    user,
    role,
  ]);
}

export async function deleteWorkspaceMember(db: Db, workspace: WorkspaceId, user: UserId): Promise<void> {
  await db.query('delete from workspace_members where workspace_id = $1 and user_id = $2', [workspace, user]);
}

export type LinkKind = 'document' | 'workspace';

/** Links of the kind that were made until now do not let the user in again. */
export async function barLinks(
  db: Db,
  bar: { workspace: WorkspaceId; user: UserId; kind: LinkKind },
  now: Date,
): Promise<void> {
  await db.query(
    `insert into workspace_bars (workspace_id, user_id, link_kind, barred_at) values ($1, $2, $3, $4)
     on conflict (workspace_id, user_id, link_kind) do update set barred_at = excluded.barred_at`,
    [bar.workspace, bar.user, bar.kind, now],
  );
}

export async function findBar(db: Db, workspace: WorkspaceId, user: UserId, kind: LinkKind): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date }>(
    'select barred_at as at from workspace_bars where workspace_id = $1 and user_id = $2 and link_kind = $3',
    [workspace, user, kind],
  );
  return rows[0]?.at;
}
