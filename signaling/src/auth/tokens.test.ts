import { beforeAll, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url, utf8 } from '@vicinal/shared/bytes.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { createTokenVerifier } from '@vicinal/shared/crypto/tokens.ts';
import type { DeviceId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { randomId, randomSecret } from '../random-ids.ts';
import { createTokens, generateStoredKey, type StoredKey, type Tokens } from './tokens.ts';

const issuer = 'urn:vicinal:test';
let now = 1_800_000_000_000;
const clock: Clock = { ...systemClock, now: () => now };
const sub = randomId<UserId>(systemRandom);
const sid = randomId<string>(systemRandom);
const device = randomSecret(systemRandom) as DeviceId; // 32 bytes, as a thumbprint is
const ids = { ws: randomId<WorkspaceId>(systemRandom), room: randomId<RoomId>(systemRandom) };
let keys: readonly StoredKey[];
let tokens: Tokens;

beforeAll(async () => {
  keys = [await generateStoredKey(now - 1000)];
  tokens = createTokens(issuer, clock);
  await tokens.load(keys);
});

const iat = (): number => Math.floor(now / 1000);
const peerClaims = () => ({ sub, cnf: { jkt: device }, iat: iat(), exp: iat() + 600 });
const ticketClaims = () => ({
  ...peerClaims(),
  ...ids,
  name: 'Ada',
  colour: 3,
  role: 'editor' as const,
  accessEpoch: 0,
  grace: 0,
});
const grantClaims = () => ({
  sub,
  cnf: { jkt: device },
  iat: iat(),
  ...ids,
  name: 'Ada',
  role: 'editor' as const,
  accessEpoch: 0,
});

const all = async () => ({
  access: await tokens.signAccess({ sub, sid }, 600_000),
  peer: await tokens.signPeerToken(peerClaims()),
  ticket: await tokens.signTicket(ticketClaims()),
  grant: await tokens.signGrant(grantClaims()),
});

test('SIG-35 each form of token passes for itself and for no other', async () => {
  const made = await all();
  const verifiers = { access: tokens.verifyAccess, peer: tokens.verifyPeerToken, ticket: tokens.verifyTicket };
  for (const [form, verify] of Object.entries(verifiers)) {
    for (const [name, token] of Object.entries(made))
      expect([form, name, (await verify(token)).ok]).toEqual([form, name, form === name]);
  }
});

const encode = (value: unknown): string => toBase64Url(utf8(JSON.stringify(value)));
const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(fromBase64Url(part ?? ''))) as Record<string, unknown>; // made by the test

test.each<[string, (header: Record<string, unknown>, claims: Record<string, unknown>, signature: string) => string]>([
  ['no algorithm', (header, claims) => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`],
  ['a symmetric algorithm', (header, claims, sig) => `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}.${sig}`],
  ['another kid', (header, claims, sig) => `${encode({ ...header, kid: 'other' })}.${encode(claims)}.${sig}`],
  [
    'a key of its own',
    (header, claims, sig) =>
      `${encode({ ...header, jwk: { kty: 'OKP' }, jku: 'http://evil.test/jwks' })}.${encode(claims)}.${sig}`,
  ],
  [
    'changed claims',
    (header, claims, sig) => `${encode(header)}.${encode({ ...claims, sub: randomId(systemRandom) })}.${sig}`,
  ],
  ['a cut signature', (header, claims, sig) => `${encode(header)}.${encode(claims)}.${sig.slice(0, -8)}`],
  ['no signature', (header, claims) => `${encode(header)}.${encode(claims)}.`],
  ['no structure', () => 'x'],
])('SIG-35 a token with %s is refused', async (_, forge) => {
  const made = await all();
  for (const [token, verify] of [
    [made.access, tokens.verifyAccess],
    [made.peer, tokens.verifyPeerToken],
    [made.ticket, tokens.verifyTicket],
  ] as const) {
    const [header, claims, signature = ''] = token.split('.');
    const forged = await verify(forge(decode(header), decode(claims), signature));
    expect(forged.ok || forged.error.code).toBe('unauthenticated');
  }
});

test('SIG-35 tokens of another issuer, audience or instance are refused', async () => {
  const other = createTokens('urn:vicinal:other', clock);
  await other.load(keys);
  expect((await tokens.verifyAccess(await other.signAccess({ sub, sid }, 600_000))).ok).toBe(false);
  expect((await tokens.verifyTicket(await other.signTicket(ticketClaims()))).ok).toBe(false);
  const twin = createTokens(issuer, clock);
  await twin.load([await generateStoredKey(now - 1000)]);
  expect((await tokens.verifyPeerToken(await twin.signPeerToken(peerClaims()))).ok).toBe(false);
});

test('SIG-35 an expired token says so', async () => {
  const made = await all();
  now += 601_000;
  for (const result of [
    await tokens.verifyAccess(made.access),
    await tokens.verifyPeerToken(made.peer),
    await tokens.verifyTicket(made.ticket),
  ]) {
    expect(result.ok || result.error.code).toBe('token-expired');
  }
});

test('SIG-36 a new key is published before it signs, and an old one verifies for ever', async () => {
  const before = await tokens.signTicket(ticketClaims());
  const next = await generateStoredKey(now + 900_000);
  await tokens.load([...keys, next]);
  expect(tokens.jwks().keys.map((key) => key.kid)).toEqual([next.kid, keys[0]?.kid]);
  const kidOf = (token: string) => decode(token.split('.')[0])['kid'];
  expect(kidOf(await tokens.signGrant(grantClaims()))).toBe(keys[0]?.kid);
  expect((await tokens.verifyTicket(before)).ok).toBe(true);
  now += 900_001;
  expect(kidOf(await tokens.signGrant(grantClaims()))).toBe(next.kid);
});

test('SIG-35 what signaling issues, devices verify offline', async () => {
  const verifier = createTokenVerifier({
    issuer: () => issuer,
    fetchJwks: () => Promise.resolve(tokens.jwks()),
    clock,
  });
  const made = await all();
  expect((await verifier.verifyPeerToken(made.peer)).ok).toBe(true);
  expect((await verifier.verifyTicket(made.ticket, { graceAllowed: false })).ok).toBe(true);
  expect((await verifier.verify(made.grant)).ok).toBe(true);
  expect((await verifier.verify(made.ticket)).ok).toBe(false);
});
