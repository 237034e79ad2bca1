/** Roles a person may hand out in one document. */
import type { RoomRole } from '@vicinal/shared/roles.ts';
import type { GivenRole } from '../auth/people.ts';

/** What screens offer: roles for which there is something to do in a document today. */
const OFFERED: readonly GivenRole[] = ['owner', 'editor', 'viewer'];

/** Nobody gives more than they hold; only who may share gives anything. */
export function rolesUpTo(held: RoomRole): readonly GivenRole[] {
  if (held === 'owner') return OFFERED;
  return held === 'editor' ? OFFERED.filter((role) => role !== 'owner') : [];
}

/** The roles to choose from for somebody who holds `current`, which stays choosable. */
export const rolesFor = (held: RoomRole, current: RoomRole): readonly RoomRole[] => {
  const offered: readonly RoomRole[] = rolesUpTo(held);
  return offered.includes(current) ? offered : [current, ...offered];
};
