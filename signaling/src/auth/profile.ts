/** What people change about themselves, and what an administrator resets for them. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { revokeSessionsOf } from '../db/sessions.ts';
import { findUserByEmail, updatePassword, type UserRow } from '../db/users.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { checkDevices } from './device-watch.ts';
import { hashPassword, normalizeEmail, verifyPassword } from './passwords.ts';

/**
 * Sets another password and ends every other session of the account, with its connections. `bad-credentials` when `current`
 * is wrong, `account-required` for guests.
 */
export async function changePassword(
  deps: AppDeps,
  user: UserRow,
  session: string,
  { current, next }: { readonly current: string; readonly next: string },
): Promise<void> {
  if (user.email === null) throw new AppError('account-required');
  const { email } = user;
  const found = await findUserByEmail(deps.database, email);
  if (!(await verifyPassword(found?.passwordHash, current))) throw new AppError('bad-credentials');
  const passwordHash = await hashPassword(next);
  await deps.database.transaction(async (db) => {
    await updatePassword(db, email, passwordHash);
    await revokeSessionsOf(db, user.id, new Date(deps.clock.now()), session);
  });
  await checkDevices(deps);
}

/** Sets a password and ends all sessions of the account; a running server closes their connections. `not-found`. */
export async function resetPassword(
  deps: Pick<Deps, 'database' | 'clock'>,
  email: string,
  password: string,
): Promise<void> {
  const passwordHash = await hashPassword(password);
  await deps.database.transaction(async (db) => {
    const user = await updatePassword(db, normalizeEmail(email), passwordHash);
    if (user === undefined) throw new AppError('not-found', 'no account with this address');
    await revokeSessionsOf(db, user, new Date(deps.clock.now()));
  });
}
