/** Links that make members of a workspace: made, listed, revoked by owners and admins. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { WorkspaceLink } from '@vicinal/shared/http/api.ts';
import type { LinkId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import * as table from '../db/workspace-links.ts';
import { lockWorkspace } from '../db/workspaces.ts';
import type { Deps } from '../deps.ts';
import { hashSecret, randomId, randomSecret } from '../random-ids.ts';
import { requireAdmin } from '../workspaces/members.ts';
import { describeTerms, expiryOf, type LinkTerms } from './terms.ts';

export const MAX_LINKS_PER_WORKSPACE = 1000;

/** The token is in this answer and nowhere else. */
export async function createWorkspaceLink(
  deps: Deps,
  user: UserId,
  workspace: WorkspaceId,
  terms: LinkTerms,
): Promise<{ link: WorkspaceLink; token: string }> {
  return await deps.database.transaction(async (db) => {
    // not beside the removal of whoever makes it, which ends the links that it sees
    await lockWorkspace(db, workspace);
    await requireAdmin({ database: db }, workspace, user);
    const now = new Date(deps.clock.now());
    const expiresAt = expiryOf(terms, now);
    if ((await table.listWorkspaceLinks(db, workspace)).length >= MAX_LINKS_PER_WORKSPACE)
      throw new AppError('limit-exceeded', 'links');
    const token = randomSecret(deps.random);
    const link = {
      id: randomId<LinkId>(deps.random),
      workspace,
      createdBy: user,
      expiresAt,
      maxUses: terms.maxUses ?? null,
    };
    await table.insertWorkspaceLink(db, { ...link, tokenHash: hashSecret(token) }, now);
    return { link: describeTerms({ ...link, createdAt: now, uses: 0, revokedAt: null }), token };
  });
}

export async function listWorkspaceLinks(deps: Deps, user: UserId, workspace: WorkspaceId): Promise<WorkspaceLink[]> {
  await requireAdmin(deps, workspace, user);
  return (await table.listWorkspaceLinks(deps.database, workspace)).map(describeTerms);
}

/** Whoever became a member by it stays one. Harmless to repeat. */
export async function revokeWorkspaceLink(deps: Deps, user: UserId, workspace: WorkspaceId, id: LinkId): Promise<void> {
  await requireAdmin(deps, workspace, user);
  if (!(await table.revokeWorkspaceLink(deps.database, workspace, id, new Date(deps.clock.now()))))
    throw new AppError('not-found');
}
