/** Signs and verifies the tokens of this instance. The only importer of jose on this side. */
import {
  SignJWT,
  calculateJwkThumbprint,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  type CryptoKey,
} from 'jose';
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import {
  ACCESS_TOKEN_TYP,
  GRANT_TYP,
  PEER_TOKEN_TYP,
  TICKET_TYP,
  peerTokenClaimsSchema,
  ticketClaimsSchema,
  type GrantClaims,
  type PeerTokenClaims,
  type TicketClaims,
} from '@vicinal/shared/crypto/claims.ts';
import type { Jwks } from '@vicinal/shared/crypto/tokens.ts';
import { userIdSchema, type UserId } from '@vicinal/shared/ids.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import { z } from '@vicinal/shared/zod.ts';

const algorithm = 'EdDSA';

/** A signing key as the database keeps it. */
export interface StoredKey {
  readonly kid: string;
  readonly x: string;
  readonly d: string;
  /** ms since the epoch from which the key signs. */
  readonly signsFrom: number;
}

export async function generateStoredKey(signsFrom: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
  const { x, d } = await exportJWK(privateKey);
  if (x === undefined || d === undefined) throw new AppError('internal', 'a generated key lacks a half');
  return { kid: await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x }), x, d, signsFrom };
}

interface LoadedKey extends StoredKey {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

const accessClaimsSchema = z.object({ sub: userIdSchema, sid: z.string().check(z.length(22)) });
export interface AccessClaims {
  readonly sub: UserId;
  readonly sid: string;
}

export interface Tokens {
  readonly issuer: string;
  /** Public keys of everything that ever signed, newest first. */
  jwks(): Jwks;
  /** Takes over the keys as stored now. */
  load(keys: readonly StoredKey[]): Promise<void>;
  signAccess(claims: AccessClaims, ttlMs: number): Promise<string>;
  signPeerToken(claims: Omit<PeerTokenClaims, 'iss'>): Promise<string>;
  signTicket(claims: Omit<TicketClaims, 'iss'>): Promise<string>;
  signGrant(claims: Omit<GrantClaims, 'iss'>): Promise<string>;
  verifyAccess(token: string): Promise<Result<AccessClaims, AppError>>;
  verifyPeerToken(token: string): Promise<Result<PeerTokenClaims, AppError>>;
  verifyTicket(token: string): Promise<Result<TicketClaims, AppError>>;
}

/** Signs nothing until `load` brought a key that may sign. */
export function createTokens(issuer: string, clock: Clock): Tokens {
  const audience = `${issuer}/api`;
  let keys: readonly LoadedKey[] = [];

  const sign = (typ: string, claims: Readonly<Record<string, unknown>>): Promise<string> => {
    const key = keys.find((candidate) => candidate.signsFrom <= clock.now()) ?? keys.at(-1);
    if (!key) throw new AppError('not-ready', 'no signing key');
    return new SignJWT({ iss: issuer, ...claims })
      .setProtectedHeader({ alg: algorithm, typ, kid: key.kid })
      .sign(key.privateKey);
  };

  const verify = async <T>(
    token: string,
    typ: string,
    schema: z.ZodMiniType<T>,
    expectedAudience?: string,
  ): Promise<Result<T, AppError>> => {
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = keys.find((candidate) => candidate.kid === kid);
          if (!key) throw new AppError('unauthenticated', 'unknown kid');
          return key.publicKey;
        },
        {
          algorithms: [algorithm],
          typ,
          issuer,
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'iat', 'sub'],
          ...(expectedAudience === undefined ? {} : { audience: expectedAudience }),
        },
      );
      const parsed = schema.safeParse(payload);
      return parsed.success ? ok(parsed.data) : err(new AppError('unauthenticated', 'claims'));
    } catch (error) {
      return err(new AppError(error instanceof errors.JWTExpired ? 'token-expired' : 'unauthenticated', 'token'));
    }
  };

  return {
    issuer,
    jwks: () => ({
      keys: keys.map(({ kid, x }) => ({ kty: 'OKP', crv: 'Ed25519', x, kid, alg: algorithm, use: 'sig' })),
    }),
    load: async (stored) => {
      keys = await Promise.all([...stored].sort((a, b) => b.signsFrom - a.signsFrom).map(loadKey));
    },
    signAccess: ({ sub, sid }, ttlMs) => {
      const iat = Math.floor(clock.now() / 1000);
      return sign(ACCESS_TOKEN_TYP, { aud: audience, sub, sid, iat, exp: iat + Math.ceil(ttlMs / 1000) });
    },
    signPeerToken: (claims) => sign(PEER_TOKEN_TYP, claims),
    signTicket: (claims) => sign(TICKET_TYP, claims),
    signGrant: (claims) => sign(GRANT_TYP, claims),
    verifyAccess: (token) => verify(token, ACCESS_TOKEN_TYP, accessClaimsSchema, audience),
    verifyPeerToken: (token) => verify(token, PEER_TOKEN_TYP, peerTokenClaimsSchema),
    verifyTicket: (token) => verify(token, TICKET_TYP, ticketClaimsSchema),
  };
}

async function loadKey(key: StoredKey): Promise<LoadedKey> {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.x };
  const [publicKey, privateKey] = await Promise.all([
    importJWK(jwk, algorithm),
    importJWK({ ...jwk, d: key.d }, algorithm),
  ]);
  if (publicKey instanceof Uint8Array || privateKey instanceof Uint8Array)
    throw new AppError('internal', 'an OKP key came out as bytes');
  return { ...key, publicKey, privateKey };
}
