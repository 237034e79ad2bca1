/** Tables `sessions` and `refresh_tokens`. A session is one sign-in; its refresh tokens form a tree by `parent`. */
import type { UserId } from '@vicinal/shared/ids.ts';
import type { Db } from './pool.ts';
import { deleteSubscriptionsOf } from './push.ts';
import type { UserRow } from './users.ts';

export async function insertSession(
  db: Db,
  session: { id: string; user: UserId; expiresAt: Date },
  now: Date,
): Promise<void> {
  await db.query('insert into sessions (id, user_id, created_at, expires_at) values ($1, $2, $3, $4)', [
    session.id,
    session.user,
    now,
    session.expiresAt,
  ]);
}

export async function insertRefreshToken(
  db: Db,
  token: { hash: Uint8Array; session: string; parent: Uint8Array | null },
  now: Date,
): Promise<void> {
  await db.query('insert into refresh_tokens (hash, session_id, parent, issued_at) values ($1, $2, $3, $4)', [
    token.hash,
    token.session,
    token.parent,
    now,
  ]);
}

export interface PresentedToken {
  readonly session: string;
  readonly user: UserId;
  readonly usedAt: Date | null;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** The device that the session was bound to was revoked. */
  readonly isDeviceRevoked: boolean;
  /** Another token made from the same parent has been used. */
  readonly siblingUsed: boolean;
  /** A token made from this one has been used. */
  readonly childUsed: boolean;
}

/** Locks the session until the transaction ends, so that two presentations are judged one after the other. */
export async function presentRefreshToken(db: Db, hash: Uint8Array): Promise<PresentedToken | undefined> {
  const locked = await db.query(
    'select 1 from sessions where id = (select session_id from refresh_tokens where hash = $1) for update',
    [hash],
  );
  if (locked.count === 0) return undefined;
  const { rows } = await db.query<PresentedToken>(
    `select t.session_id as session, s.user_id as "user", t.used_at as "usedAt", s.expires_at as "expiresAt", s.revoked_at as "revokedAt",
       exists (select 1 from devices d where d.session_id = s.id and d.revoked_at is not null) as "isDeviceRevoked",
       exists (select 1 from refresh_tokens o where o.session_id = t.session_id and o.parent = t.parent and o.hash <> t.hash and o.used_at is not null) as "siblingUsed",
       exists (select 1 from refresh_tokens o where o.session_id = t.session_id and o.parent = t.hash and o.used_at is not null) as "childUsed"
     from refresh_tokens t join sessions s on s.id = t.session_id where t.hash = $1`,
    [hash],
  );
  return rows[0];
}

export async function markRefreshTokenUsed(db: Db, hash: Uint8Array, now: Date): Promise<void> {
  await db.query('update refresh_tokens set used_at = coalesce(used_at, $2) where hash = $1', [hash, now]);
}

export async function extendSession(db: Db, session: string, expiresAt: Date): Promise<void> {
  await db.query('update sessions set expires_at = $2 where id = $1', [session, expiresAt]);
}

export async function revokeSession(db: Db, session: string, now: Date): Promise<void> {
  await db.query('update sessions set revoked_at = coalesce(revoked_at, $2) where id = $1', [session, now]);
  await deleteSubscriptionsOf(db, session);
}

/** Ends the sessions of a user, all or all but one. */
export async function revokeSessionsOf(db: Db, user: UserId, now: Date, except?: string): Promise<void> {
  await db.query(
    'update sessions set revoked_at = $2 where user_id = $1 and revoked_at is null and ($3::text is null or id <> $3)',
    [user, now, except ?? null],
  );
}

/** The user of a session that is neither revoked nor expired. */
export async function findSessionUser(db: Db, session: string, user: UserId, now: Date): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>(
    `select u.id, u.name, u.colour, u.email from sessions s join users u on u.id = s.user_id
     where s.id = $1 and s.user_id = $2 and s.revoked_at is null and s.expires_at > $3`,
    [session, user, now],
  );
  return rows[0];
}

/** Sessions that ended before `before`, with their tokens. */
export async function deleteEndedSessions(db: Db, before: Date): Promise<number> {
  const { count } = await db.query('delete from sessions where expires_at < $1 or revoked_at < $1', [before]);
  return count;
}
