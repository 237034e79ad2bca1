/** Somebody who cannot open a document asks its owners. The answer is the same for every id: nobody learns what exists. */
import { sha256, utf8 } from '@vicinal/shared/bytes.ts';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import { findRoom } from '../db/rooms.ts';
import { findWorkspaceRole } from '../db/workspace-members.ts';
import type { AppDeps } from '../deps.ts';
import { ownersOf } from '../rooms/members.ts';
import { openRooms } from '../rooms/rooms.ts';
import { tell } from './inbox.ts';

const DAY_MS = 24 * 3_600_000;

/** Tells every owner, at most once a day for each person who asks. Nothing happens for strangers of the workspace. */
export async function requestAccess(deps: AppDeps, caller: UserId, room: RoomId): Promise<void> {
  const row = await findRoom(deps.database, room);
  if (row?.kind !== 'document') return;
  const { workspace } = row;
  if ((await findWorkspaceRole(deps.database, workspace, caller)) === undefined) return;
  if ((await openRooms(deps, caller, [room])).has(room)) return;
  const day = Math.floor(deps.clock.now() / DAY_MS);
  for (const user of await ownersOf(deps, row)) {
    const eventKey = sha256(utf8(['vicinal/access-requested/v1', room, caller, user, day].join('\0')));
    const event = { kind: 'access-requested', user, actor: caller, workspace, room, eventKey } as const;
    if (await deps.database.transaction((db) => tell(deps, db, event))) deps.live.inboxChanged(user);
  }
}
