/** The people of a document as screens name them. */
import type { UserId } from '@vicinal/shared/ids.ts';
import type { PresenceEntry } from '@vicinal/shared/mesh/types.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';

export interface Person {
  readonly userId: UserId;
  readonly name: string;
  readonly colour: number;
  readonly role: RoomRole;
  readonly isSelf: boolean;
}

/** One entry per account, others first in order of name, oneself last. Archivers are no people. */
export function distinctPeople(
  entries: readonly PresenceEntry[],
  self: Omit<Person, 'isSelf'> | undefined,
): readonly Person[] {
  const byUser = new Map<string, Person>();
  for (const entry of entries) {
    if (entry.role === 'archiver' || byUser.has(entry.userId) || entry.userId === self?.userId) continue;
    byUser.set(entry.userId, {
      userId: entry.userId,
      name: entry.name,
      colour: entry.colour,
      role: entry.role,
      isSelf: false,
    });
  }
  const others = [...byUser.values()].sort((a, b) => a.name.localeCompare(b.name));
  return self === undefined ? others : [...others, { ...self, isSelf: true }];
}

/** Everybody when they fit, else one place fewer than `places` is for "+N"; oneself keeps the last place. */
export function visiblePeople(people: readonly Person[], places: number): { shown: readonly Person[]; hidden: number } {
  if (people.length <= places) return { shown: people, hidden: 0 };
  const self = people.filter((person) => person.isSelf);
  const others = people.filter((person) => !person.isSelf).slice(0, places - self.length);
  const shown = [...others, ...self];
  return { shown, hidden: people.length - shown.length };
}
