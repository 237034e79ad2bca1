/** Which role a user holds in a room, and what it stands on. Pure: rows in, role out. */
import type { Audience } from '@vicinal/shared/http/api.ts';
import type { LinkRole, RoomKind, RoomRole, WorkspaceRole } from '@vicinal/shared/roles.ts';

export type HeldRole = Exclude<RoomRole, 'archiver'>;

export interface AccessFacts {
  readonly kind: RoomKind;
  readonly audience: Audience;
  readonly audienceRole: LinkRole;
  /** The user made the room. */
  readonly isCreator: boolean;
  /** Null for strangers of the workspace, to whom nothing gives access. */
  readonly workspaceRole: WorkspaceRole | null;
  /** Access was once taken away or lowered: what the workspace gives does not count any more. */
  readonly overrides: boolean;
  /** What the user was given by hand; null for nothing. */
  readonly memberRole: HeldRole | null;
  readonly memberUntil: Date | null;
  /** What links gave, each with its own end. */
  readonly grants: readonly { readonly role: LinkRole; readonly until: number | null }[];
}

export interface Access {
  readonly role: HeldRole;
  /** ms since the epoch after which the role is gone. */
  readonly until?: number;
  readonly via: 'creator' | 'person' | 'link' | 'workspace';
}

const order: readonly HeldRole[] = ['viewer', 'commenter', 'editor', 'owner'];
export const isHigher = (a: HeldRole, b: HeldRole): boolean => order.indexOf(a) > order.indexOf(b);

/** Undefined without access. Of all that gives access the highest role counts, and of equal ones what lasts longest. */
export function accessOf(facts: AccessFacts, now: number): Access | undefined {
  const isMember = facts.workspaceRole !== null && facts.workspaceRole !== 'guest';
  switch (facts.kind) {
    case 'personal-index':
      return isMember && facts.isCreator ? { role: 'owner', via: 'creator' } : undefined;
    case 'workspace-index':
      return isMember ? { role: facts.workspaceRole === 'owner' ? 'owner' : 'editor', via: 'workspace' } : undefined;
    case 'document':
      return documentAccess(facts, isMember, now);
  }
}

function documentAccess(facts: AccessFacts, isMember: boolean, now: number): Access | undefined {
  if (facts.workspaceRole === null) return undefined;
  const given: Access[] = [];
  if (facts.memberRole !== null) {
    const via = facts.isCreator && facts.memberRole === 'owner' ? 'creator' : 'person';
    given.push(withEnd({ role: facts.memberRole, via }, facts.memberUntil?.getTime()));
  }
  if (isMember && !facts.overrides && facts.audience === 'workspace')
    given.push({ role: facts.audienceRole, via: 'workspace' });
  for (const { role, until } of facts.grants) given.push(withEnd({ role, via: 'link' }, until ?? undefined));
  return given
    .filter(({ until }) => until === undefined || until > now)
    .reduce<Access | undefined>((best, each) => (best && !isBetter(each, best) ? best : each), undefined);
}

const withEnd = (access: Access, until: number | undefined): Access =>
  until === undefined ? access : { ...access, until };

/** Whether the offer gives more than what is held, now or once that has ended. */
export const addsTo = (offer: Pick<Access, 'role' | 'until'>, held: Pick<Access, 'role' | 'until'>): boolean =>
  isHigher(offer.role, held.role) || endOf(offer) > endOf(held);

const isBetter = (a: Pick<Access, 'role' | 'until'>, b: Pick<Access, 'role' | 'until'>): boolean =>
  isHigher(a.role, b.role) || (a.role === b.role && endOf(a) > endOf(b));

const endOf = ({ until }: Pick<Access, 'until'>): number => until ?? Number.POSITIVE_INFINITY;
