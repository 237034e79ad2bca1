/** Rooms and their members. A room that the caller has no access to does not exist for the caller: `not-found`. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { may, type RoomOperation } from '@vicinal/shared/roles.ts';
import type { Room } from '@vicinal/shared/http/api.ts';
import * as table from '../db/rooms.ts';
import { findWorkspaceRole } from '../db/workspaces.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { accessOf, type Access } from './access.ts';

export interface OpenRoom {
  readonly row: table.RoomAccessRow;
  readonly access: Access;
}

const accessOfRow = (row: table.RoomAccessRow, user: UserId, now: number): Access | undefined =>
  accessOf({ ...row, isCreator: row.createdBy === user }, now);

/** Those of `rooms` that the user has access to. */
export async function openRooms(
  deps: Deps,
  user: UserId,
  rooms: readonly RoomId[],
): Promise<ReadonlyMap<RoomId, OpenRoom>> {
  return withAccess(deps, user, await table.listAccess(deps.database, user, rooms));
}

function withAccess(deps: Deps, user: UserId, rows: readonly table.RoomAccessRow[]): ReadonlyMap<RoomId, OpenRoom> {
  const open = new Map<RoomId, OpenRoom>();
  for (const row of rows) {
    const access = accessOfRow(row, user, deps.clock.now());
    if (access) open.set(row.id, { row, access });
  }
  return open;
}

/** `not-found` without access; `forbidden` when the role does not allow the operation. */
export async function openRoom(deps: Deps, user: UserId, room: RoomId, operation: RoomOperation): Promise<OpenRoom> {
  const open = (await openRooms(deps, user, [room])).get(room);
  if (!open) throw new AppError('not-found');
  if (!may(open.access.role, operation)) throw new AppError('forbidden');
  return open;
}

/** As {@link openRoom}, for documents only: index rooms are not shared by hand. */
export async function openDocument(
  deps: Deps,
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
});

/** `not-found` for strangers of the workspace. */
export async function listRooms(deps: Deps, user: UserId, workspace: WorkspaceId): Promise<Room[]> {
  if ((await findWorkspaceRole(deps.database, workspace, user)) === undefined) throw new AppError('not-found');
  return [...withAccess(deps, user, await table.listDocuments(deps.database, user, workspace)).values()].map(
    describeRoom,
  );
}

/** Registers a room minted on a device, with its creator as owner. Repeating the call changes nothing. */
export async function createRoom(deps: Deps, user: UserId, workspace: WorkspaceId, id: RoomId): Promise<Room> {
  const role = await findWorkspaceRole(deps.database, workspace, user);
  if (role === undefined) throw new AppError('not-found');
  if (role === 'guest') throw new AppError('forbidden');
  await deps.database.transaction(async (db) => {
    const now = new Date(deps.clock.now());
    const created = await table.insertRoom(db, { id, workspace, kind: 'document', createdBy: user }, now);
    if (created) await table.upsertMember(db, { room: id, user, role: 'owner', link: null, until: null }, now);
  });
  const room = (await openRooms(deps, user, [id])).get(id);
  if (!room || room.row.createdBy !== user || room.row.workspace !== workspace || room.row.kind !== 'document')
    throw new AppError('conflict');
  return describeRoom(room);
}

export interface Member {
  readonly user: UserId;
  readonly name: string;
  readonly role: Access['role'];
  readonly isGuest: boolean;
}

/** Everybody with access now. */
export async function listMembers(deps: Deps, user: UserId, room: RoomId): Promise<Member[]> {
  const { row } = await openRoom(deps, user, room, 'share');
  const rows = await table.listMembers(deps.database, room);
  return rows.flatMap((member) => {
    const access = accessOf({ ...member, kind: row.kind, isCreator: row.createdBy === member.user }, deps.clock.now());
    return access ? [{ user: member.user, name: member.name, role: access.role, isGuest: member.email === null }] : [];
  });
}

/**
 * Takes a user's access to a document away, also what the workspace would give, and tells live connections.
 * Owners are not removed: `forbidden`. `not-found` when the user has no access.
 */
export async function removeMember(deps: AppDeps, caller: UserId, room: RoomId, user: UserId): Promise<void> {
  const { row } = await openDocument(deps, caller, room, 'revoke');
  const target = (await openRooms(deps, user, [room])).get(room);
  if (!target) throw new AppError('not-found');
  if (target.access.role === 'owner') throw new AppError('forbidden');
  const accessEpoch = await deps.database.transaction(async (db) => {
    await table.upsertMember(db, { room, user, role: null, link: null, until: null }, new Date(deps.clock.now()));
    return await table.bumpAccessEpoch(db, room);
  });
  deps.live.accessChanged(row.workspace, { room, sub: user, accessEpoch });
}
