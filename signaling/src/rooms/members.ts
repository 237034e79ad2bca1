/** People of one document: listed, added by hand, changed, removed. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { RoomMember } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import { may, mayOffer } from '@vicinal/shared/roles.ts';
import { deleteGrantsIn, upsertMember } from '../db/room-members.ts';
import * as table from '../db/rooms.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { accessOf, isHigher, type Access, type HeldRole } from './access.ts';
import { changeAccess } from './changes.ts';
import { openDocument, openRoom, openRooms, type Reading } from './rooms.ts';

/** Everybody with access now. Roles that may share. */
export async function listMembers(deps: Deps, user: UserId, room: RoomId): Promise<RoomMember[]> {
  const { row } = await openRoom(deps, user, room, 'share');
  return (await accessesTo(deps, row)).map(({ member, access }) => ({
    user: member.user,
    name: member.name,
    colour: member.colour,
    role: access.role,
    isGuest: member.email === null,
    via: access.via,
  }));
}

async function accessesTo(deps: Reading, row: table.RoomRow) {
  const { kind, audience, audienceRole } = row;
  const found: { readonly member: table.MemberRow; readonly access: Access }[] = [];
  for (const member of await table.listMembers(deps.database, row.id)) {
    const isCreator = row.createdBy === member.user;
    const access = accessOf({ ...member, kind, audience, audienceRole, isCreator }, deps.clock.now());
    if (access) found.push({ member, access });
  }
  return found;
}

/** Users who own the room now. */
export const ownersOf = async (deps: Reading, row: table.RoomRow): Promise<UserId[]> =>
  (await accessesTo(deps, row)).flatMap(({ member, access }) => (access.role === 'owner' ? [member.user] : []));

/**
 * Adds a member or guest of the workspace, or changes what a person holds. Owners set any role; others who may share add
 * people with at most their own role, for as long as they hold it themselves, and change nothing that somebody was given.
 * `last-owner`, `forbidden`, `not-found` for strangers of the workspace.
 */
export async function setMember(
  deps: AppDeps,
  caller: UserId,
  room: RoomId,
  user: UserId,
  role: HeldRole,
): Promise<void> {
  const { row } = await openDocument(deps, caller, room, 'share');
  await changeAccess(
    deps,
    row.workspace,
    async () => ({ rooms: [room], users: [user] }),
    async (db, now) => {
      const reading = { database: db, clock: deps.clock };
      const { access } = await openDocument(reading, caller, room, 'share');
      const isOwner = may(access.role, 'revoke');
      if (!isOwner && (role === 'owner' || !mayOffer(access.role, role))) throw new AppError('forbidden');
      const target = (await table.listMembers(db, room)).find((member) => member.user === user);
      if (!target || target.workspaceRole === null) throw new AppError('not-found');
      const held = (await openRooms(reading, user, [room])).get(room)?.access;
      const isLower = held !== undefined && isHigher(held.role, role);
      // whom an owner put out comes back by an owner alone
      if (!isOwner && target.overrides && target.memberRole === null) throw new AppError('forbidden');
      if (!isOwner && held && held.role === role) return;
      if (!isOwner && held && (held.via !== 'workspace' || isLower)) throw new AppError('forbidden');
      if (isLower) await deleteGrantsIn(db, room, user);
      const until = access.until === undefined ? null : new Date(access.until);
      await upsertMember(db, { room, user, role, until, overrides: isLower, bars: isLower }, now);
      if (held?.role === 'owner') await requireOwner(reading, row);
    },
  );
}

/**
 * Takes a user's access to a document away, also what the workspace would give. Owners of the document, or oneself;
 * whoever left by oneself may come back by the same link. `last-owner`; `not-found` when the user has no access.
 */
export async function removeMember(deps: AppDeps, caller: UserId, room: RoomId, user: UserId): Promise<void> {
  const isLeaving = caller === user;
  const operation = isLeaving ? 'read' : 'revoke';
  const { row } = await openDocument(deps, caller, room, operation);
  await changeAccess(
    deps,
    row.workspace,
    async () => ({ rooms: [room], users: [user] }),
    async (db, now) => {
      const reading = { database: db, clock: deps.clock };
      await openDocument(reading, caller, room, operation);
      const held = (await openRooms(reading, user, [room])).get(room)?.access;
      if (!held) throw new AppError('not-found');
      await deleteGrantsIn(db, room, user);
      await upsertMember(db, { room, user, role: null, overrides: true, bars: !isLeaving }, now);
      if (held.role === 'owner') await requireOwner(reading, row);
    },
  );
}

/** Inside a transaction: undoes it with `last-owner` when nobody owns the document. */
async function requireOwner(deps: Reading, row: table.RoomRow): Promise<void> {
  if ((await ownersOf(deps, row)).length === 0) throw new AppError('last-owner');
}
