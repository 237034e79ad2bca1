/** Invite links to documents: made, listed, revoked. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { InviteLink } from '@vicinal/shared/http/api.ts';
import type { LinkId, RoomId, UserId } from '@vicinal/shared/ids.ts';
import { may, mayOffer, type LinkRole } from '@vicinal/shared/roles.ts';
import * as table from '../db/links.ts';
import { listUsersOfLinks } from '../db/room-members.ts';
import { lockWorkspace } from '../db/workspaces.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { hashSecret, randomId, randomSecret } from '../random-ids.ts';
import { changeAccess, endLinks } from '../rooms/changes.ts';
import { openDocument } from '../rooms/rooms.ts';
import { describeTerms, expiryOf, type LinkTerms } from './terms.ts';

export const MAX_LINKS_PER_ROOM = 1000;

const describe = (row: table.LinkRow): InviteLink => ({
  ...describeTerms(row),
  role: row.role,
  createdBy: row.createdBy,
});

export interface NewLinkInput extends LinkTerms {
  readonly role: LinkRole;
}

/** `forbidden` when the role is more than the caller holds; the token is in this answer and nowhere else. */
export async function createLink(
  deps: Deps,
  user: UserId,
  room: RoomId,
  input: NewLinkInput,
): Promise<{ link: InviteLink; token: string }> {
  const { row } = await openDocument(deps, user, room, 'share');
  return await deps.database.transaction(async (db) => {
    // not beside a change of the maker's access, which ends the links that it sees
    await lockWorkspace(db, row.workspace);
    const { access } = await openDocument({ database: db, clock: deps.clock }, user, room, 'share');
    if (!mayOffer(access.role, input.role)) throw new AppError('forbidden');
    const now = new Date(deps.clock.now());
    // Access that ends takes the links made with it along.
    const expiresAt = expiryOf(input, now, access.until);
    const live = (await table.listLinks(db, room)).filter(({ revokedAt }) => revokedAt === null);
    if (live.length >= MAX_LINKS_PER_ROOM) throw new AppError('limit-exceeded', 'links');
    const token = randomSecret(deps.random);
    const link = {
      id: randomId<LinkId>(deps.random),
      room,
      role: input.role,
      createdBy: user,
      expiresAt,
      maxUses: input.maxUses ?? null,
    };
    await table.insertLink(db, { ...link, tokenHash: hashSecret(token) }, now);
    return { link: describe({ ...link, createdAt: now, uses: 0, revokedAt: null }), token };
  });
}

export async function listLinks(deps: Deps, user: UserId, room: RoomId): Promise<InviteLink[]> {
  await openDocument(deps, user, room, 'share');
  return (await table.listLinks(deps.database, room)).map(describe);
}

/**
 * Ends a link and what people have through it, with the links made by those who may not share any more: whoever is put
 * out must not come back through a door of their own. Owners may end every link, others those they made. Harmless to
 * repeat.
 */
export async function revokeLink(deps: AppDeps, user: UserId, room: RoomId, id: LinkId): Promise<void> {
  const { row, access } = await openDocument(deps, user, room, 'share');
  const link = await table.findLink(deps.database, room, id);
  if (!link) throw new AppError('not-found');
  if (!may(access.role, 'revoke') && link.createdBy !== user) throw new AppError('forbidden');
  await changeAccess(
    deps,
    row.workspace,
    async (db) => ({ rooms: [room], users: await listUsersOfLinks(db, [id]) }),
    (db, now) => endLinks(db, [id], now),
  );
}
