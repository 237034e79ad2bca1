import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import type { RoomId, UserId, WorkspaceId } from '../ids.ts';
import { seededDevice } from '../testing/seeded-device.ts';
import { createSeededIssuer } from '../testing/seeded-issuer.ts';
import type { SeededIssuer } from '../testing/seeded-issuer.ts';
import { testId } from '../testing/test-document.ts';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import type { VirtualClock } from '../testing/virtual-clock.ts';
import { GRANT_TYP, PEER_TOKEN_TYP, TICKET_TYP } from './claims.ts';
import { createTokenVerifier } from './tokens.ts';
import type { Jwks, JwksTokenVerifier } from './tokens.ts';

let clock: VirtualClock;
let issuer: SeededIssuer;
let served: Jwks | undefined;
let fetches: number;
let verifier: JwksTokenVerifier;
let base: { sub: UserId; cnf: { jkt: never }; iat: number };
const iat = 1_700_000_000;

const open = (cached?: Jwks): JwksTokenVerifier =>
  createTokenVerifier({
    issuer: () => issuer.issuer,
    fetchJwks: async () => {
      fetches++;
      if (!served) throw new AppError('network');
      return served;
    },
    clock,
    ...(cached ? { cached } : {}),
  });
const peerClaims = (lifetime = 600) => ({ ...base, exp: iat + lifetime });
const room = () =>
  ({
    ...base,
    ws: testId('ws') as WorkspaceId,
    room: testId('room') as RoomId,
    name: 'Ada',
    role: 'editor',
    accessEpoch: 0,
  }) as const; // 16 bytes encode to ids

beforeEach(async () => {
  clock = createVirtualClock(iat * 1000);
  issuer = await createSeededIssuer('home');
  served = issuer.jwks;
  fetches = 0;
  base = { sub: testId('ada') as UserId, cnf: { jkt: (await seededDevice('ada')).deviceId as never }, iat }; // 16 bytes encode to a user id
  verifier = open();
});

describe('token verifier', () => {
  it('LOG-70: accepts each form as itself alone', async () => {
    const tokens = {
      peer: await issuer.peerToken(peerClaims()),
      ticket: await issuer.ticket({ ...room(), exp: iat + 600, colour: 1, grace: 0 }),
      grant: await issuer.grant(room()),
    };
    const accepts = async (token: string): Promise<boolean[]> =>
      (
        await Promise.all([
          verifier.verifyPeerToken(token),
          verifier.verifyTicket(token, { graceAllowed: false }),
          verifier.verify(token),
        ])
      ).map((r) => r.ok);
    expect(await accepts(tokens.peer)).toEqual([true, false, false]);
    expect(await accepts(tokens.ticket)).toEqual([false, true, false]);
    expect(await accepts(tokens.grant)).toEqual([false, false, true]);
    expect(await accepts(tokens.grant)).toEqual([false, false, true]);
  });

  it.each([
    ['alg none', { alg: 'none' }],
    ['alg HS256', { alg: 'HS256' }],
    ['alg ES256', { alg: 'ES256' }],
    ['no typ', { typ: undefined }],
    ['typ JWT', { typ: 'JWT' }],
    ['no kid', { kid: undefined }],
    ['a critical extension', { crit: ['x'], x: 1 }],
  ])('LOG-71: refuses %s', async (_what, header) => {
    const token = await issuer.sign({ typ: PEER_TOKEN_TYP, ...header }, { iss: issuer.issuer, ...peerClaims() });
    expect(await verifier.verifyPeerToken(token)).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
  });

  it('LOG-71: never follows keys that the token itself names', async () => {
    const stranger = await createSeededIssuer('stranger');
    const header = { typ: GRANT_TYP, kid: 'home-1', jku: 'https://stranger.test/jwks', jwk: stranger.jwks.keys[0] };
    expect(await verifier.verify(await stranger.sign(header, { iss: issuer.issuer, ...room() }))).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    expect(fetches).toBe(1);
  });

  it.each([
    ['another issuer', { iss: 'https://elsewhere.test' }],
    ['no subject', { sub: undefined }],
    ['no key binding', { cnf: undefined }],
    ['a role that does not exist', { role: 'admin' }],
    ['all rooms without being an archiver', { room: '*' }],
  ])('LOG-72: refuses a grant with %s', async (_what, claims) => {
    const token = await issuer.sign({ typ: GRANT_TYP }, { iss: issuer.issuer, ...room(), ...claims });
    expect(await verifier.verify(token)).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
  });

  it('LOG-73: refuses every single changed character', async () => {
    const token = await issuer.grant(room());
    for (let at = 0; at < token.length; at += 7) {
      const changed = token.slice(0, at) + (token[at] === 'B' ? 'C' : 'B') + token.slice(at + 1);
      expect((await verifier.verify(changed)).ok).toBe(false);
    }
  });

  it("LOG-74: leeway is 5 minutes, or the token's own lifetime when that is shorter", async () => {
    const long = await issuer.peerToken(peerClaims(600));
    const short = await issuer.peerToken(peerClaims(20));
    clock.advance(40_000);
    expect((await verifier.verifyPeerToken(short)).ok).toBe(true);
    clock.advance(1);
    expect(await verifier.verifyPeerToken(short)).toMatchObject({ error: { code: 'token-expired' } });
    clock.advance(860_000 - 1);
    expect((await verifier.verifyPeerToken(long)).ok).toBe(true);
    clock.advance(1);
    expect(await verifier.verifyPeerToken(long)).toMatchObject({ error: { code: 'token-expired' } });
  });

  it('LOG-75: an expired ticket counts through its grace for devices linked before, and for them only', async () => {
    const ticket = await issuer.sign(
      { typ: TICKET_TYP },
      { iss: issuer.issuer, ...room(), exp: iat + 10, colour: 1, grace: 3600 },
    );
    clock.advance(600_000);
    expect((await verifier.verifyTicket(ticket, { graceAllowed: true })).ok).toBe(true);
    expect((await verifier.verifyTicket(ticket, { graceAllowed: false })).ok).toBe(false);
    clock.advance(3_600_000);
    expect((await verifier.verifyTicket(ticket, { graceAllowed: true })).ok).toBe(false);
  });

  it("LOG-76: judges time by the server's clock, however the device's is set", async () => {
    const token = await issuer.peerToken(peerClaims());
    clock.shiftWall(365 * 86_400_000);
    expect((await verifier.verifyPeerToken(token)).ok).toBe(false);
    verifier.setServerNow(iat * 1000);
    expect((await verifier.verifyPeerToken(token)).ok).toBe(true);
    clock.shiftWall(-2 * 365 * 86_400_000);
    clock.advance(1000);
    expect(verifier.serverNow()).toBe(iat * 1000 + 1000);
  });

  it('LOG-77: works offline from kept keys, and cannot tell about unknown ones', async () => {
    const grant = await issuer.grant(room());
    served = undefined;
    expect((await open(issuer.jwks).verify(grant)).ok).toBe(true);
    expect(fetches).toBe(0);
    expect(await open().verify(grant)).toMatchObject({ error: { code: 'not-ready' } });
  });

  it('LOG-78: unknown keys cause one fetch per 30 s at most', async () => {
    const unknown = await issuer.sign({ typ: GRANT_TYP, kid: 'unknown' }, { iss: issuer.issuer, ...room() });
    for (let i = 0; i < 50; i++) expect(await verifier.verify(unknown)).toMatchObject({ error: { code: 'not-ready' } });
    expect(fetches).toBe(1);
    clock.advance(30_000);
    await Promise.all([verifier.verify(unknown), verifier.verify(unknown)]);
    expect(fetches).toBe(2);
  });
});
