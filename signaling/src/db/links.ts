/** Table `links`. */
import type { LinkId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { LinkRole } from '@vicinal/shared/roles.ts';
import type { Db } from './pool.ts';

export interface LinkRow {
  readonly id: LinkId;
  readonly room: RoomId;
  readonly role: LinkRole;
  readonly createdBy: UserId;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly maxUses: number | null;
  readonly uses: number;
  readonly revokedAt: Date | null;
}

const columns = `l.id, l.room_id as room, l.role, l.created_by as "createdBy", l.created_at as "createdAt", l.expires_at as "expiresAt",
  l.max_uses as "maxUses", l.uses, l.revoked_at as "revokedAt"`;

export type NewLink = Omit<LinkRow, 'uses' | 'revokedAt' | 'createdAt'> & { readonly tokenHash: Uint8Array };

export async function insertLink(db: Db, link: NewLink, now: Date): Promise<void> {
  await db.query(
    'insert into links (id, room_id, token_hash, role, created_by, created_at, expires_at, max_uses) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [link.id, link.room, link.tokenHash, link.role, link.createdBy, now, link.expiresAt, link.maxUses],
  );
}

export async function listLinks(db: Db, room: RoomId): Promise<readonly LinkRow[]> {
  const { rows } = await db.query<LinkRow>(
    `select ${columns} from links l where l.room_id = $1 order by l.created_at desc, l.id`,
    [room],
  );
  return rows;
}

export async function findLink(db: Db, room: RoomId, id: LinkId): Promise<LinkRow | undefined> {
  const { rows } = await db.query<LinkRow>(`select ${columns} from links l where l.room_id = $1 and l.id = $2`, [
    room,
    id,
  ]);
  return rows[0];
}

export async function revokeLinks(db: Db, ids: readonly LinkId[], now: Date): Promise<void> {
  await db.query('update links set revoked_at = coalesce(revoked_at, $2) where id = any($1)', [ids, now]);
}

export interface MadeLink {
  readonly id: LinkId;
  readonly room: RoomId;
  readonly role: LinkRole;
  readonly createdBy: UserId;
}

/** Links that one of `users` made in one of `rooms` and that are not revoked yet. */
export async function findLinksMadeBy(
  db: Db,
  rooms: readonly RoomId[],
  users: readonly UserId[],
): Promise<readonly MadeLink[]> {
  const { rows } = await db.query<MadeLink>(
    'select id, room_id as room, role, created_by as "createdBy" from links where created_by = any($2) and room_id = any($1) and revoked_at is null',
    [rooms, users],
  );
  return rows;
}

export interface UsableLink extends LinkRow {
  readonly workspace: WorkspaceId;
  readonly workspaceName: string;
}

/** A link that may be used now: not revoked, not expired, uses left. */
export async function findUsableLink(db: Db, tokenHash: Uint8Array, now: Date): Promise<UsableLink | undefined> {
  const { rows } = await db.query<UsableLink>(
    `select ${columns}, r.workspace_id as workspace, w.name as "workspaceName"
     from links l join rooms r on r.id = l.room_id join workspaces w on w.id = r.workspace_id
     where l.token_hash = $1 and l.revoked_at is null and (l.expires_at is null or l.expires_at > $2) and (l.max_uses is null or l.uses < l.max_uses)`,
    [tokenHash, now],
  );
  return rows[0];
}

/** Counts one use; false when meanwhile none is left. The row stays locked until the transaction ends. */
export async function countLinkUse(db: Db, id: LinkId, now: Date): Promise<boolean> {
  const { count } = await db.query(
    `update links set uses = uses + 1
     where id = $1 and revoked_at is null and (expires_at is null or expires_at > $2) and (max_uses is null or uses < max_uses)`,
    [id, now],
  );
  return count === 1;
}
