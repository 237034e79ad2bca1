/** Rooms. A room that the caller has no access to does not exist for the caller: `not-found`. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { Audience, Room } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { may, type LinkRole, type RoomOperation } from '@vicinal/shared/roles.ts';
import type { Db } from '../db/pool.ts';
import { upsertMember } from '../db/room-members.ts';
import * as table from '../db/rooms.ts';
import { findWorkspaceRole } from '../db/workspace-members.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { accessOf, type Access } from './access.ts';
import { changeAccess } from './changes.ts';

export interface OpenRoom {
  readonly row: table.RoomAccessRow;
  readonly access: Access;
}

/** What judging access needs: the pool, or one transaction. */
export interface Reading {
  readonly database: Db;
  readonly clock: Clock;
}

/** Those of `rooms` that the user has access to. */
export async function openRooms(
  deps: Reading,
  user: UserId,
  rooms: readonly RoomId[],
): Promise<ReadonlyMap<RoomId, OpenRoom>> {
  return withAccess(deps, user, await table.listAccess(deps.database, user, rooms));
}

function withAccess(deps: Reading, user: UserId, rows: readonly table.RoomAccessRow[]): ReadonlyMap<RoomId, OpenRoom> {
  const open = new Map<RoomId, OpenRoom>();
  for (const row of rows) {
    const access = accessOf({ ...row, isCreator: row.createdBy === user }, deps.clock.now());
    if (access) open.set(row.id, { row, access });
  }
  return open;
}

/** `not-found` without access; `forbidden` when the role does not allow the operation. */
export async function openRoom(deps: Reading, user: UserId, room: RoomId, operation: RoomOperation): Promise<OpenRoom> {
  const open = (await openRooms(deps, user, [room])).get(room);
  if (!open) throw new AppError('not-found');
  if (!may(open.access.role, operation)) throw new AppError('forbidden');
  return open;
}

/** As {@link openRoom}, for documents only: index rooms are not shared by hand. */
export async function openDocument(
  deps: Reading,
  user: UserId,
  room: RoomId,
  operation: RoomOperation,
): Promise<OpenRoom> {
  const open = await openRoom(deps, user, room, operation);
  if (open.row.kind !== 'document') throw new AppError('forbidden');
  return open;
}

export const describeRoom = ({ row, access }: OpenRoom): Room => ({
  id: row.id,
  workspace: row.workspace,
  kind: row.kind,
  role: access.role,
  accessEpoch: row.accessEpoch,
  createdAt: row.createdAt.getTime(),
  audience: row.audience,
  audienceRole: row.audienceRole,
});

/** `not-found` for strangers of the workspace. */
export async function listRooms(deps: Deps, user: UserId, workspace: WorkspaceId): Promise<Room[]> {
  if ((await findWorkspaceRole(deps.database, workspace, user)) === undefined) throw new AppError('not-found');
  return [...withAccess(deps, user, await table.listDocuments(deps.database, user, workspace)).values()].map(
    describeRoom,
  );
}

/** Registers a room minted on a device, with its creator as owner. Repeating the call changes nothing. */
export async function createRoom(
  deps: Deps,
  user: UserId,
  workspace: WorkspaceId,
  { id, audience = 'workspace' }: { readonly id: RoomId; readonly audience?: Audience | undefined },
): Promise<Room> {
  const role = await findWorkspaceRole(deps.database, workspace, user);
  if (role === undefined) throw new AppError('not-found');
  if (role === 'guest') throw new AppError('forbidden');
  await deps.database.transaction(async (db) => {
    const now = new Date(deps.clock.now());
    const created = await table.insertRoom(db, { id, workspace, kind: 'document', createdBy: user, audience }, now);
    if (created) await upsertMember(db, { room: id, user, role: 'owner' }, now);
  });
  const room = (await openRooms(deps, user, [id])).get(id);
  if (!room || room.row.createdBy !== user || room.row.workspace !== workspace || room.row.kind !== 'document')
    throw new AppError('conflict');
  return describeRoom(room);
}

/** Who has access without being added. Owners of the document; acts on live connections. */
export async function setAudience(
  deps: AppDeps,
  caller: UserId,
  room: RoomId,
  input: { audience: Audience; role: LinkRole },
): Promise<Room> {
  const { row } = await openDocument(deps, caller, room, 'revoke');
  await changeAccess(
    deps,
    row.workspace,
    async (db) => ({ rooms: [room], users: (await table.listMembers(db, room)).map(({ user }) => user) }),
    async (db) => {
      await openDocument({ database: db, clock: deps.clock }, caller, room, 'revoke');
      await table.updateAudience(db, room, input);
    },
  );
  return describeRoom(await openRoom(deps, caller, room, 'read'));
}
