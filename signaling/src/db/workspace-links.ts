/** Table `workspace_links`. */
import type { LinkId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Db } from './pool.ts';

export interface WorkspaceLinkRow {
  readonly id: LinkId;
  readonly workspace: WorkspaceId;
  readonly createdBy: UserId;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly maxUses: number | null;
  readonly uses: number;
  readonly revokedAt: Date | null;
}

const columns = `l.id, l.workspace_id as workspace, l.created_by as "createdBy", l.created_at as "createdAt", l.expires_at as "expiresAt",
  l.max_uses as "maxUses", l.uses, l.revoked_at as "revokedAt"`;

export type NewWorkspaceLink = Omit<WorkspaceLinkRow, 'uses' | 'revokedAt' | 'createdAt'> & {
  readonly tokenHash: Uint8Array;
};

export async function insertWorkspaceLink(db: Db, link: NewWorkspaceLink, now: Date): Promise<void> {
  await db.query(
    'insert into workspace_links (id, workspace_id, token_hash, created_by, created_at, expires_at, max_uses) values ($1, $2, $3, $4, $5, $6, $7)',
    [link.id, link.workspace, link.tokenHash, link.createdBy, now, link.expiresAt, link.maxUses],
  );
}

export async function listWorkspaceLinks(db: Db, workspace: WorkspaceId): Promise<readonly WorkspaceLinkRow[]> {
  const { rows } = await db.query<WorkspaceLinkRow>(
    `select ${columns} from workspace_links l where l.workspace_id = $1 order by l.created_at desc, l.id`,
    [workspace],
  );
  return rows;
}

/** False when the workspace has no such link. Harmless to repeat. */
export async function revokeWorkspaceLink(db: Db, workspace: WorkspaceId, id: LinkId, now: Date): Promise<boolean> {
  const { count } = await db.query(
    'update workspace_links set revoked_at = coalesce(revoked_at, $3) where workspace_id = $1 and id = $2',
    [workspace, id, now],
  );
  return count === 1;
}

export async function revokeWorkspaceLinksOf(db: Db, workspace: WorkspaceId, user: UserId, now: Date): Promise<void> {
  await db.query(
    'update workspace_links set revoked_at = $3 where workspace_id = $1 and created_by = $2 and revoked_at is null',
    [workspace, user, now],
  );
}

export type UsableWorkspaceLink = WorkspaceLinkRow & { readonly workspaceName: string };

/** A link that may be used now: not revoked, not expired, uses left. */
export async function findUsableWorkspaceLink(
  db: Db,
  tokenHash: Uint8Array,
  now: Date,
): Promise<UsableWorkspaceLink | undefined> {
  const { rows } = await db.query<UsableWorkspaceLink>(
    `select ${columns}, w.name as "workspaceName" from workspace_links l join workspaces w on w.id = l.workspace_id
     where l.token_hash = $1 and l.revoked_at is null and (l.expires_at is null or l.expires_at > $2) and (l.max_uses is null or l.uses < l.max_uses)`,
    [tokenHash, now],
  );
  return rows[0];
}

/** Counts one use; false when meanwhile none is left. */
export async function countWorkspaceLinkUse(db: Db, id: LinkId, now: Date): Promise<boolean> {
  const { count } = await db.query(
    `update workspace_links set uses = uses + 1
     where id = $1 and revoked_at is null and (expires_at is null or expires_at > $2) and (max_uses is null or uses < max_uses)`,
    [id, now],
  );
  return count === 1;
}
