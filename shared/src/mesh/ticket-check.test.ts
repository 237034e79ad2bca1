import { describe, expect, it } from 'vitest';
import type { TicketClaims } from '../crypto/claims.ts';
import type { DeviceId } from '../ids.ts';
import { testRoom, testUser, testWorkspace } from '../testing/seeded-peers.ts';
import { admits, createRevocations, type TicketContext } from './ticket-check.ts';

const device = (name: string): DeviceId => name.padEnd(43, 'A') as DeviceId; // the shape of a thumbprint
const room = testRoom('one');
const claims: TicketClaims = {
  iss: 'i',
  sub: testUser('b'),
  cnf: { jkt: device('b') },
  iat: 0,
  exp: 600,
  ws: testWorkspace('w'),
  room,
  name: 'b',
  colour: 1,
  role: 'viewer',
  accessEpoch: 3,
  grace: 0,
};
const context: TicketContext = {
  room,
  identity: {
    deviceId: device('b'),
    claims: { iss: 'i', sub: testUser('b'), cnf: { jkt: device('b') }, iat: 0, exp: 600 },
  },
  own: { ticket: '', claims: { ...claims, sub: testUser('a'), cnf: { jkt: device('a') }, role: 'editor' } },
  leastEpoch: 3,
};
const archiver: Partial<TicketClaims> = { room: '*', role: 'archiver' };

describe('a ticket', () => {
  it.each([
    ['for this room, device and subject', claims, context],
    ['of an archiver for every room of the workspace', { ...claims, ...archiver }, context],
    [
      'shown to an archiver',
      claims,
      { ...context, own: { ticket: '', claims: { ...context.own.claims, ...archiver } } },
    ],
  ] as const)('SEC-2 %s admits', (_case, ticket, where) => {
    expect(admits(ticket as TicketClaims, where as TicketContext)).toBeUndefined(); // literal types widen to the contracts
  });

  it.each([
    ['of another device', { cnf: { jkt: device('c') } }, 'bad-signature'],
    ['of another subject', { sub: testUser('c') }, 'unauthenticated'],
    ['of another issuer', { iss: 'other' }, 'unauthenticated'],
    ['of another workspace', { ws: testWorkspace('other') }, 'forbidden'],
    ["of another workspace's archiver", { ...archiver, ws: testWorkspace('other') }, 'forbidden'],
    ['for another room', { room: testRoom('two') }, 'forbidden'],
    ["for every room without being an archiver's", { room: '*', role: 'owner' }, 'forbidden'],
    ['from before a revocation', { accessEpoch: 2 }, 'revoked'],
  ] as const)('SEC-2 %s admits nobody', (_case, change, code) => {
    expect(admits({ ...claims, ...change } as TicketClaims, context)).toBe(code); // as above
  });

  it("SEC-2 of an issuer that is not one's own admits nobody", () => {
    const foreign = {
      ...context,
      identity: { ...context.identity, claims: { ...context.identity.claims, iss: 'other' } },
    };
    expect(admits({ ...claims, iss: 'other' }, foreign)).toBe('forbidden');
  });
});

describe('revocations', () => {
  it('MESH-12 hold for every device of a user, or for one', () => {
    const revocations = createRevocations();
    revocations.add(testUser('b'), undefined, 4);
    revocations.add(testUser('c'), device('c'), 7);
    expect(revocations.leastEpoch(claims)).toBe(4);
    expect(revocations.leastEpoch({ sub: testUser('c'), cnf: { jkt: device('c') } })).toBe(7);
    expect(revocations.leastEpoch({ sub: testUser('c'), cnf: { jkt: device('d') } })).toBe(0);
  });

  it('MESH-12 never go back, and are bounded', () => {
    const revocations = createRevocations(2);
    revocations.add(testUser('b'), undefined, 4);
    revocations.add(testUser('b'), undefined, 2);
    expect(revocations.leastEpoch(claims)).toBe(4);
    revocations.add(testUser('c'), undefined, 1);
    revocations.add(testUser('d'), undefined, 1);
    expect(revocations.leastEpoch(claims)).toBe(0);
  });
});
