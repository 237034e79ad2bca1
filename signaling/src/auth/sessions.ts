/** Sign-in sessions: refresh tokens that rotate, and short access tokens made from them. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { Db } from '../db/pool.ts';
import * as table from '../db/sessions.ts';
import type { Deps } from '../deps.ts';
import { hashSecret, randomId, randomSecret } from '../random-ids.ts';

export interface IssuedSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: UserId;
}

/** A new session with its first pair of tokens. */
export async function openSession(deps: Deps, db: Db, user: UserId): Promise<IssuedSession> {
  const now = new Date(deps.clock.now());
  const session = randomId<string>(deps.random);
  await table.insertSession(
    db,
    { id: session, user, expiresAt: new Date(deps.clock.now() + deps.config.sessionTtlMs) },
    now,
  );
  return await issue(deps, db, session, user, null);
}

async function issue(
  deps: Deps,
  db: Db,
  session: string,
  user: UserId,
  parent: Uint8Array | null,
): Promise<IssuedSession> {
  const refreshToken = randomSecret(deps.random);
  await table.insertRefreshToken(db, { hash: hashSecret(refreshToken), session, parent }, new Date(deps.clock.now()));
  const accessToken = await deps.tokens.signAccess({ sub: user, sid: session }, deps.config.accessTtlMs);
  return { accessToken, refreshToken, user };
}

/**
 * Exchanges a refresh token. Each works once. One exception keeps a person signed in whose answer got lost on the way:
 * within `refreshLeewayMs`, and as long as nothing made from it was used, a token may be exchanged again. Of tokens with
 * one parent only the first to be used continues the session, so a thief and the owner can never both go on. Whatever
 * else is presented twice ends the whole session: `refresh-reused`. Of a revoked device: `revoked`. Unknown, ended,
 * expired: `unauthenticated`.
 */
export async function rotateSession(deps: Deps, refreshToken: string): Promise<IssuedSession> {
  const outcome = await deps.database.transaction(async (db) => {
    const now = deps.clock.now();
    const hash = hashSecret(refreshToken);
    const presented = await table.presentRefreshToken(db, hash);
    if (presented?.isDeviceRevoked) return 'revoked';
    if (!presented || presented.revokedAt || presented.expiresAt.getTime() <= now) return 'unauthenticated';
    const isRetry =
      presented.usedAt !== null &&
      !presented.childUsed &&
      now - presented.usedAt.getTime() < deps.config.refreshLeewayMs;
    if (presented.siblingUsed || (presented.usedAt !== null && !isRetry)) {
      await table.revokeSession(db, presented.session, new Date(now));
      return 'refresh-reused';
    }
    await table.markRefreshTokenUsed(db, hash, new Date(now));
    await table.extendSession(db, presented.session, new Date(now + deps.config.sessionTtlMs));
    return await issue(deps, db, presented.session, presented.user, hash);
  });
  // Thrown out here: throwing inside would roll the revocation back.
  if (typeof outcome === 'string') throw new AppError(outcome);
  return outcome;
}

/** Another access token of the session that an access token belongs to. */
export async function renewAccess(deps: Deps, accessToken: string): Promise<string> {
  const claims = await deps.tokens.verifyAccess(accessToken);
  if (!claims.ok) throw claims.error;
  return await deps.tokens.signAccess(claims.value, deps.config.accessTtlMs);
}

/** Ends the session that the refresh token belongs to; harmless for unknown ones. */
export async function endSession(deps: Deps, refreshToken: string): Promise<void> {
  await deps.database.transaction(async (db) => {
    const presented = await table.presentRefreshToken(db, hashSecret(refreshToken));
    if (presented) await table.revokeSession(db, presented.session, new Date(deps.clock.now()));
  });
}
