/** People of a workspace: listed, given another role, removed. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { WorkspaceMember } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { WorkspaceRole } from '@vicinal/shared/roles.ts';
import type { Db } from '../db/pool.ts';
import { deleteHoldings, handOver } from '../db/room-members.ts';
import { insertRoom } from '../db/rooms.ts';
import { revokeWorkspaceLinksOf } from '../db/workspace-links.ts';
import * as table from '../db/workspace-members.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { randomId } from '../random-ids.ts';
import { changeAccess } from '../rooms/changes.ts';

const manages = (role: WorkspaceRole): boolean => role === 'owner' || role === 'admin';

/** The caller's role. `not-found` for strangers of the workspace. */
async function requireRole(db: Db, workspace: WorkspaceId, user: UserId): Promise<WorkspaceRole> {
  const role = await table.findWorkspaceRole(db, workspace, user);
  if (role === undefined) throw new AppError('not-found');
  return role;
}

/** The caller's role, owner or admin. `not-found` for strangers, `forbidden` for everybody else. */
export async function requireAdmin(
  deps: { readonly database: Db },
  workspace: WorkspaceId,
  user: UserId,
): Promise<WorkspaceRole> {
  const role = await requireRole(deps.database, workspace, user);
  if (!manages(role)) throw new AppError('forbidden');
  return role;
}

/** Makes the user a member who was a stranger or a guest, with a room for the personal index. Keeps a higher role. */
export async function becomeMember(
  deps: Pick<Deps, 'random'>,
  db: Db,
  workspace: WorkspaceId,
  user: UserId,
  now: Date,
): Promise<void> {
  await table.insertWorkspaceMember(db, { workspace, user, role: 'member' }, now);
  if ((await table.findWorkspaceRole(db, workspace, user)) === 'guest')
    await table.updateWorkspaceRole(db, workspace, user, 'member');
  await insertRoom(db, { id: randomId<RoomId>(deps.random), workspace, kind: 'personal-index', createdBy: user }, now);
}

/** Members and above: guests do not learn who else is here. */
export async function listWorkspaceMembers(
  deps: Deps,
  caller: UserId,
  workspace: WorkspaceId,
): Promise<WorkspaceMember[]> {
  if ((await requireRole(deps.database, workspace, caller)) === 'guest') throw new AppError('forbidden');
  return (await table.listWorkspaceMembers(deps.database, workspace)).map(({ email, joinedAt, ...member }) => ({
    ...member,
    ...(email === null ? {} : { email }),
    joinedAt: joinedAt.getTime(),
  }));
}

/** Inside a transaction: whom an owner or admin may change. */
async function findTarget(db: Db, workspace: WorkspaceId, caller: UserId, user: UserId) {
  const role = await requireAdmin({ database: db }, workspace, caller);
  const target = await table.findWorkspaceMember(db, workspace, user);
  if (!target) throw new AppError('not-found');
  if (role !== 'owner' && manages(target.role)) throw new AppError('forbidden');
  return { role, target };
}

/** Inside a transaction: `last-owner` when the user is the only one. */
async function requireOtherOwner(db: Db, workspace: WorkspaceId, user: UserId): Promise<UserId> {
  const heir = await table.findOtherOwner(db, workspace, user);
  if (heir === undefined) throw new AppError('last-owner');
  return heir;
}

/**
 * Owners and admins; only owners make or unmake owners and admins. Who becomes a guest keeps what was given by hand or by
 * links. `last-owner`, `account-required` for a guest without an account.
 */
export async function setWorkspaceRole(
  deps: AppDeps,
  caller: UserId,
  workspace: WorkspaceId,
  user: UserId,
  role: WorkspaceRole,
): Promise<void> {
  await requireAdmin(deps, workspace, caller);
  await changeAccess(
    deps,
    workspace,
    async () => ({ users: [user] }),
    async (db, now) => {
      const { role: held, target } = await findTarget(db, workspace, caller, user);
      if (held !== 'owner' && manages(role)) throw new AppError('forbidden');
      if (target.role === role) return;
      if (role !== 'guest' && target.email === null) throw new AppError('account-required');
      if (target.role === 'owner') await requireOtherOwner(db, workspace, user);
      if (role !== 'guest') await becomeMember(deps, db, workspace, user, now);
      await table.updateWorkspaceRole(db, workspace, user, role);
      if (manages(target.role) && !manages(role)) await revokeWorkspaceLinksOf(db, workspace, user, now);
      if (role === 'guest') await table.barLinks(db, { workspace, user, kind: 'workspace' }, now);
    },
  );
}

/**
 * Ends the membership and with it access to every room, given by whatever; documents that nobody else owns go to the owner
 * of longest standing. The same people as for roles, or oneself: only whoever left by oneself may use older links again.
 */
export async function removeFromWorkspace(
  deps: AppDeps,
  caller: UserId,
  workspace: WorkspaceId,
  user: UserId,
): Promise<void> {
  const isLeaving = caller === user;
  if (isLeaving) await requireRole(deps.database, workspace, caller);
  else await requireAdmin(deps, workspace, caller);
  await changeAccess(
    deps,
    workspace,
    async () => ({ users: [user] }),
    async (db, now) => {
      const role = isLeaving
        ? await requireRole(db, workspace, caller)
        : (await findTarget(db, workspace, caller, user)).target.role;
      const heir =
        role === 'owner'
          ? await requireOtherOwner(db, workspace, user)
          : await table.findOtherOwner(db, workspace, user);
      if (heir !== undefined) await handOver(db, { workspace, user, heir }, now);
      await deleteHoldings(db, workspace, user);
      await table.deleteWorkspaceMember(db, workspace, user);
      await revokeWorkspaceLinksOf(db, workspace, user, now);
      if (isLeaving) return;
      await table.barLinks(db, { workspace, user, kind: 'workspace' }, now);
      await table.barLinks(db, { workspace, user, kind: 'document' }, now);
    },
  );
}
