/** Which role a user holds in a room. Pure: rows in, role out. */
import type { RoomKind, RoomRole, WorkspaceRole } from '@vicinal/shared/roles.ts';

export type HeldRole = Exclude<RoomRole, 'archiver'>;

export interface AccessFacts {
  readonly kind: RoomKind;
  /** The user made the room. */
  readonly isCreator: boolean;
  readonly workspaceRole: WorkspaceRole | null;
  /** Access was once taken away: what the workspace gives does not count any more. */
  readonly overrides: boolean;
  /** What the user was given in this room; null for nothing. */
  readonly memberRole: HeldRole | null;
  readonly memberUntil: Date | null;
}

export interface Access {
  readonly role: HeldRole;
  /** ms since the epoch after which the role is gone. */
  readonly until?: number;
}

const order: readonly HeldRole[] = ['viewer', 'commenter', 'editor', 'owner'];
export const isHigher = (a: HeldRole, b: HeldRole): boolean => order.indexOf(a) > order.indexOf(b);

/** Undefined without access. */
export function accessOf(facts: AccessFacts, now: number): Access | undefined {
  const isMember = facts.workspaceRole !== null && facts.workspaceRole !== 'guest';
  switch (facts.kind) {
    case 'personal-index':
      return isMember && facts.isCreator ? { role: 'owner' } : undefined;
    case 'workspace-index':
      return isMember ? { role: facts.workspaceRole === 'owner' ? 'owner' : 'editor' } : undefined;
    case 'document':
      return documentAccess(facts, isMember, now);
  }
}

function documentAccess(facts: AccessFacts, isMember: boolean, now: number): Access | undefined {
  const fromWorkspace: Access | undefined = isMember && !facts.overrides ? { role: 'editor' } : undefined;
  const until = facts.memberUntil?.getTime();
  if (facts.memberRole === null || (until !== undefined && until <= now)) return fromWorkspace;
  if (fromWorkspace && !isHigher(facts.memberRole, fromWorkspace.role)) return fromWorkspace;
  return until === undefined ? { role: facts.memberRole } : { role: facts.memberRole, until };
}
