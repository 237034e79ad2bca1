/**
 * Items that wait for access: people are often mentioned first and added to the document then. Until they may open it nothing
 * tells of them: not the inbox, not a count, not a push.
 */
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import * as table from '../db/inbox.ts';
import type { Db } from '../db/pool.ts';
import { listAccessIn } from '../db/rooms.ts';
import type { AppDeps } from '../deps.ts';
import { accessOf } from '../rooms/access.ts';
import { isActive } from './activity.ts';

/** Where access may have been gained; what is absent stands for all. */
export interface WaitingScope {
  readonly workspace: WorkspaceId;
  readonly rooms?: readonly RoomId[] | undefined;
  readonly user?: UserId;
}

/**
 * Tells of what people may open by now, in the transaction that gave them access, which holds the lock of the workspace: as
 * new from now on, with the push that follows. Resolves to whose inbox changed, for `live.inboxChanged` after the commit.
 */
export async function tellWaiting(deps: AppDeps, db: Db, scope: WaitingScope): Promise<readonly UserId[]> {
  const { limits } = deps.config;
  const now = deps.clock.now();
  const told: UserId[] = [];
  for (const { user, rooms } of await table.listWaiting(db, scope)) {
    const rows = await listAccessIn(db, scope.workspace, { rooms, users: [user] });
    const open = rows.filter((row) => accessOf({ ...row, isCreator: row.createdBy === user }, now) !== undefined);
    if (open.length === 0) continue;
    const pushDueAt = (await isActive(deps, db, user)) ? null : new Date(now + limits.pushAfterMs);
    const which = { user, rooms: open.map(({ id }) => id) };
    await table.endWaiting(db, which, { now: new Date(now), pushDueAt });
    await table.trimInbox(db, user, limits.inboxItemsPerUser);
    told.push(user);
  }
  return told;
}
