import type { PeerId, UserId } from '@vicinal/shared/ids.ts';
import type { PresenceEntry } from '@vicinal/shared/mesh/types.ts';
import { expect, test } from 'vitest';
import { distinctPeople, visiblePeople } from './people.ts';

let peers = 0;
const entry = (user: string, name: string, role: PresenceEntry['role'] = 'editor'): PresenceEntry => ({
  peerId: `peer${(peers += 1)}` as PeerId, // Only compared here.
  userId: user as UserId,
  name,
  colour: 1,
  role,
  state: {},
});
const self = { userId: 'me' as UserId, name: 'Ada', colour: 5, role: 'owner' as const };

test('an account with several tabs is one person, oneself comes last, archivers are nobody', () => {
  const people = distinctPeople(
    [
      entry('me', 'Ada'),
      entry('c', 'Chiara'),
      entry('b', 'Ben'),
      entry('c', 'Chiara'),
      entry('x', 'archive', 'archiver'),
    ],
    self,
  );
  expect(people.map((person) => person.name)).toEqual(['Ben', 'Chiara', 'Ada']);
  expect(people.map((person) => person.isSelf)).toEqual([false, false, true]);
});

test('everybody is shown while they fit, else as many as there are places and how many more', () => {
  const six = distinctPeople(
    ['a', 'b', 'c', 'd', 'e'].map((id) => entry(id, id)),
    self,
  );
  expect(visiblePeople(six.slice(1), 5)).toMatchObject({ hidden: 0 });
  const { shown, hidden } = visiblePeople(six, 5);
  expect(shown.map((person) => person.name)).toEqual(['a', 'b', 'c', 'd', 'Ada']);
  expect(hidden).toBe(1);
});
