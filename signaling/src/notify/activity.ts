/** Who is in front of the app now. */
import type { UserId } from '@vicinal/shared/ids.ts';
import { findActivity } from '../db/inbox.ts';
import type { Db } from '../db/pool.ts';
import type { AppDeps } from '../deps.ts';

/** Whether the user sees what the app says: connected, and somebody typed or pointed there a moment ago. */
export async function isActive(deps: AppDeps, db: Db, user: UserId): Promise<boolean> {
  if (!deps.live.isUserConnected(user)) return false;
  const lastAt = await findActivity(db, user);
  return lastAt !== undefined && deps.clock.now() - lastAt.getTime() < deps.config.limits.activeWithinMs;
}
