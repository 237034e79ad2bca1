import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { userIdSchema } from '@vicinal/shared/ids.ts';
import type { RoomSession } from '../room/types.ts';
import { fixtureGrant } from '../testing/fixture-assist.ts';
import { createAuthors } from './authors.ts';

const SELF = userIdSchema.parse(`${'a'.repeat(21)}A`);
const BEN = userIdSchema.parse(`${'b'.repeat(21)}A`);

function authors(grants: ReadonlyMap<number, string>) {
  const jobs = new Y.Doc();
  jobs.clientID = 1;
  const session = {
    jobs,
    self: SELF,
    state: { kind: 'ready', role: 'owner', canWrite: true },
    grantOf: (_doc: string, client: number) => grants.get(client),
  } as unknown as RoomSession; // nothing else is asked of it
  return createAuthors(session);
}

describe('authors', () => {
  it('JOB-40: are read from the grant of the session', () => {
    const of = authors(new Map([[2, fixtureGrant(BEN, 'Ben', 'commenter')]]));
    expect(of(2)).toEqual({ user: BEN, name: 'Ben', role: 'commenter' });
    expect(of(3)).toBeUndefined();
  });

  it('JOB-40: of this device are this person, before its entry or its grant is there', () => {
    const of = authors(new Map([[4, '']]));
    expect(of(1)?.user).toBe(SELF);
    expect(of(4)?.user).toBe(SELF);
  });

  it.each(['x', 'a.b.c', 'e30.e30.e30', `e30.${'ä'}.x`, 'e30.bnVsbA.x'])('%j is nobody', (grant) => {
    expect(authors(new Map([[2, grant]]))(2)).toBeUndefined();
  });
});
