/** Invite links to documents: made, listed, revoked, inspected, used. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { LinkId, RoomId, UserId } from '@vicinal/shared/ids.ts';
import type { InviteLink } from '@vicinal/shared/http/api.ts';
import { may, mayOffer, type LinkRole } from '@vicinal/shared/roles.ts';
import { createGuest } from '../auth/accounts.ts';
import { openSession, type IssuedSession } from '../auth/sessions.ts';
import * as table from '../db/links.ts';
import type { Db } from '../db/pool.ts';
import * as rooms from '../db/rooms.ts';
import { insertWorkspaceMember } from '../db/workspaces.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { hashSecret, randomId, randomSecret } from '../random-ids.ts';
import { accessOf, isHigher } from '../rooms/access.ts';
import { openDocument, openRooms } from '../rooms/rooms.ts';

export const MAX_LINKS_PER_ROOM = 1000;

const describe = (row: table.LinkRow): InviteLink => ({
  id: row.id,
  role: row.role,
  createdAt: row.createdAt.getTime(),
  ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt.getTime() }),
  ...(row.maxUses === null ? {} : { maxUses: row.maxUses }),
  uses: row.uses,
  isRevoked: row.revokedAt !== null,
});

export interface NewLinkInput {
  readonly role: LinkRole;
  readonly expiresAt?: number | undefined;
  readonly maxUses?: number | undefined;
}

/** `forbidden` when the role is more than the caller holds; the token is in this answer and nowhere else. */
export async function createLink(
  deps: Deps,
  user: UserId,
  room: RoomId,
  input: NewLinkInput,
): Promise<{ link: InviteLink; token: string }> {
  const { access } = await openDocument(deps, user, room, 'share');
  if (!mayOffer(access.role, input.role)) throw new AppError('forbidden');
  const now = deps.clock.now();
  if (input.expiresAt !== undefined && !(input.expiresAt > now && input.expiresAt <= MAX_TIME_MS))
    throw new AppError('invalid-body', 'expiresAt');
  if ((await table.listLinks(deps.database, room)).length >= MAX_LINKS_PER_ROOM)
    throw new AppError('limit-exceeded', 'links');
  const token = randomSecret(deps.random);
  const id = randomId<LinkId>(deps.random);
  // Access that ends takes the links made with it along.
  const expiresAt = Math.min(input.expiresAt ?? Number.POSITIVE_INFINITY, access.until ?? Number.POSITIVE_INFINITY);
  await table.insertLink(
    deps.database,
    {
      id,
      room,
      tokenHash: hashSecret(token),
      role: input.role,
      createdBy: user,
      expiresAt: Number.isFinite(expiresAt) ? new Date(Math.floor(expiresAt)) : null,
      maxUses: input.maxUses ?? null,
    },
    new Date(now),
  );
  const row = await table.findLink(deps.database, room, id);
  if (!row) throw new AppError('internal', 'a link vanished');
  return { link: describe(row), token };
}

/** Year 9999: what both JavaScript dates and timestamptz hold. */
const MAX_TIME_MS = 253_402_300_799_000;

export async function listLinks(deps: Deps, user: UserId, room: RoomId): Promise<InviteLink[]> {
  await openDocument(deps, user, room, 'share');
  return (await table.listLinks(deps.database, room)).map(describe);
}

/**
 * Ends a link and the access of everybody who has it through this link alone, with the links they made: whoever is put
 * out must not come back through a door of their own. Owners may end every link, others those
 * they made. Harmless to repeat.
 */
export async function revokeLink(deps: AppDeps, user: UserId, room: RoomId, id: LinkId): Promise<void> {
  const { row, access } = await openDocument(deps, user, room, 'share');
  const link = await table.findLink(deps.database, room, id);
  if (!link) throw new AppError('not-found');
  if (!may(access.role, 'revoke') && link.createdBy !== user) throw new AppError('forbidden');
  const { users, accessEpoch } = await deps.database.transaction(async (db) => {
    const removed: UserId[] = [];
    const open: LinkId[] = [id];
    for (let link = open.pop(); link !== undefined; link = open.pop()) {
      await table.revokeLink(db, link, new Date(deps.clock.now()));
      const out = await rooms.deleteMembersOfLink(db, link);
      removed.push(...out);
      if (out.length > 0) open.push(...(await table.findLinksMadeBy(db, room, out)));
    }
    return {
      users: removed,
      accessEpoch: removed.length > 0 ? await rooms.bumpAccessEpoch(db, room) : row.accessEpoch,
    };
  });
  for (const sub of users) {
    const remaining = (await openRooms(deps, sub, [room])).get(room)?.access.role;
    deps.live.accessChanged(row.workspace, {
      room,
      sub,
      accessEpoch,
      ...(remaining === undefined ? {} : { role: remaining }),
    });
  }
}

/** `link-invalid`, in the same words for every reason. */
export async function inspectLink(deps: Deps, token: string): Promise<{ role: LinkRole; workspaceName: string }> {
  const link = await table.findUsableLink(deps.database, hashSecret(token), new Date(deps.clock.now()));
  if (!link) throw new AppError('link-invalid');
  return { role: link.role, workspaceName: link.workspaceName };
}

export interface JoinResult {
  readonly room: RoomId;
  /** Undefined for a caller who was signed in already. */
  readonly session?: IssuedSession;
}

/**
 * Uses a link: a signed-in user gains access, keeping a higher role; without a caller a guest is made, who needs a
 * nickname (`invalid-body`). Counts one use, except for a user whom the link gives nothing new.
 */
export async function joinByLink(
  deps: Deps,
  token: string,
  caller: UserId | undefined,
  nickname: string | undefined,
): Promise<JoinResult> {
  return await deps.database.transaction(async (db) => {
    const now = new Date(deps.clock.now());
    const link = await table.findUsableLink(db, hashSecret(token), now);
    if (!link) throw new AppError('link-invalid');
    if (caller !== undefined) {
      if (await givesNothingNew(deps, db, caller, link)) return { room: link.room };
    } else if (nickname === undefined) {
      throw new AppError('invalid-body', 'nickname');
    }
    if (!(await table.countLinkUse(db, link.id, now))) throw new AppError('link-invalid');
    const user = caller ?? (await createGuest(deps, db, link.workspace, nickname ?? ''));
    if (caller !== undefined) await insertWorkspaceMember(db, { workspace: link.workspace, user, role: 'guest' }, now);
    await rooms.upsertMember(db, { room: link.room, user, role: link.role, link: link.id, until: link.expiresAt }, now);
    return caller === undefined ? { room: link.room, session: await openSession(deps, db, user) } : { room: link.room };
  });
}

/** `link-invalid` for somebody who was removed after the link was made: only a newer link lets them in again. */
async function givesNothingNew(deps: Deps, db: Db, user: UserId, link: table.UsableLink): Promise<boolean> {
  const removedAt = await rooms.findRemoval(db, link.room, user);
  if (removedAt && removedAt >= link.createdAt) throw new AppError('link-invalid');
  const row = (await rooms.listAccess(db, user, [link.room]))[0];
  const held = row && accessOf({ ...row, isCreator: row.createdBy === user }, deps.clock.now());
  if (!held) return false;
  if (isHigher(link.role, held.role)) return false;
  const lasts = held.until ?? Number.POSITIVE_INFINITY;
  return isHigher(held.role, link.role) || lasts >= (link.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
}
