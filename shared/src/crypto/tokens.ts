/**
 * Verifies what signaling issues, offline, from cached JWKS (protocol.md 3; RFC 7515, RFC 8725). Algorithm and `typ`
 * are pinned, keys come from the instance's JWKS alone: `jku`, `x5u`, `jwk` and `x5c` are never looked at.
 */
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import type { CryptoKey as JoseKey } from 'jose';
import { AppError } from '../app-error.ts';
import { fromUtf8 } from '../bytes.ts';
import type { Clock } from '../clock.ts';
import { jwksResponseSchema } from '../http/api.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import type { z } from '../zod.ts';
import {
  GRANT_TYP,
  PEER_TOKEN_TYP,
  TICKET_TYP,
  grantClaimsSchema,
  peerTokenClaimsSchema,
  ticketClaimsSchema,
} from './claims.ts';
import type { GrantClaims, PeerTokenClaims, TicketClaims } from './claims.ts';

export type Jwks = z.infer<typeof jwksResponseSchema>;

/** Most that clocks may differ; a token shorter than this is given its own lifetime. */
export const MAX_LEEWAY_MS = 300_000;
const MAX_TOKEN_CHARS = 4096;
const MAX_CACHED_TOKENS = 2000;

export interface TokenVerifierOptions {
  /** Issuer of the instance; tokens of any other are refused. Asked at every verification. */
  readonly issuer: () => string;
  /** Reads GET /api/jwks. May reject or answer nonsense: tokens then stay undecided. */
  readonly fetchJwks: () => Promise<Jwks>;
  readonly clock: Clock;
  /** Keys kept from an earlier run, so that verification works offline. */
  readonly cached?: Jwks;
  /** Called with every newly fetched set, to be kept. */
  readonly onJwks?: (jwks: Jwks) => void;
  /** Least time between two fetches caused by unknown keys, in ms. Default 30 000. */
  readonly minRefetchIntervalMs?: number;
  /** Least time between a failed fetch and the next, in ms. Default 1000. */
  readonly retryAfterFailureMs?: number;
}

/**
 * Errors: 'not-ready' = the key is not known here and cannot be fetched now, so nothing can be said yet; 'token-expired';
 * 'unauthenticated' = never valid for this instance. Satisfies `TokenVerifier` of the mesh and `GrantVerifier` of the log.
 */
export interface JwksTokenVerifier {
  verifyPeerToken(token: string): Promise<Result<PeerTokenClaims, AppError>>;
  /** With `graceAllowed` (a device already linked once) an expired ticket counts until exp + its `grace`. */
  verifyTicket(ticket: string, options: { readonly graceAllowed: boolean }): Promise<Result<TicketClaims, AppError>>;
  /** Grants have no expiry. */
  verify(grant: string): Promise<Result<GrantClaims, AppError>>;
  /** Tells the server's wall time in ms as heard just now; from then on time runs by the monotonic clock. */
  setServerNow(ms: number): void;
  /** The server's wall time in ms as far as known. */
  serverNow(): number;
  /** Fetches the keys now (rate limits still hold). */
  refresh(): Promise<void>;
}

export function createTokenVerifier(options: TokenVerifierOptions): JwksTokenVerifier {
  const { clock } = options;
  const minRefetchIntervalMs = options.minRefetchIntervalMs ?? 30_000;
  const retryAfterFailureMs = options.retryAfterFailureMs ?? 1000;
  let keys = new Map<string, Promise<JoseKey>>();
  let nextFetchAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;
  let anchor: { readonly serverMs: number; readonly monotonicMs: number } | undefined;
  /** Payloads whose signature held; a signature does not stop holding. Keyed by the whole token. */
  const verified = new Map<string, { readonly kid: string; readonly typ: string; readonly payload: unknown }>();

  const useKeys = (jwks: Jwks): void => {
    keys = new Map(jwks.keys.map((jwk) => [jwk.kid, importPublic(jwk)]));
    for (const [token, { kid }] of verified) if (!keys.has(kid)) verified.delete(token);
  };
  const cached = jwksResponseSchema.safeParse(options.cached);
  if (cached.success) useKeys(cached.data);

  const fetchKeys = async (): Promise<void> => {
    nextFetchAt = clock.monotonic() + retryAfterFailureMs;
    try {
      const parsed = jwksResponseSchema.safeParse(await options.fetchJwks());
      if (!parsed.success) return;
      useKeys(parsed.data);
      nextFetchAt = clock.monotonic() + minRefetchIntervalMs;
      options.onJwks?.(parsed.data);
    } catch {
      // unreachable: what the cached keys cannot decide stays undecided
    }
  };
  const refresh = (): Promise<void> => {
    if (fetching) return fetching;
    if (clock.monotonic() < nextFetchAt) return Promise.resolve();
    fetching = fetchKeys().finally(() => (fetching = undefined));
    return fetching;
  };
  const keyOf = async (kid: string): Promise<JoseKey | undefined> => {
    if (!keys.has(kid)) await refresh();
    return keys.get(kid);
  };
  const serverNow = (): number => (anchor ? anchor.serverMs + (clock.monotonic() - anchor.monotonicMs) : clock.now());

  const payloadOf = async (token: string, typ: string): Promise<Result<unknown, AppError>> => {
    const known = verified.get(token);
    if (known) return known.typ === typ ? ok(known.payload) : refuse('typ');
    if (token.length > MAX_TOKEN_CHARS) return refuse('size');
    try {
      const header = decodeProtectedHeader(token);
      if (header.alg !== 'EdDSA' || header.typ !== typ || typeof header.kid !== 'string') return refuse('header');
      const key = await keyOf(header.kid);
      if (!key) return err(new AppError('not-ready', 'signing key unknown'));
      const { payload } = await compactVerify(token, key, { algorithms: ['EdDSA'] });
      const claims: unknown = JSON.parse(fromUtf8(payload));
      if (verified.size >= MAX_CACHED_TOKENS) verified.clear();
      verified.set(token, { kid: header.kid, typ, payload: claims });
      return ok(claims);
    } catch {
      return refuse('signature'); // whatever jose found wrong with it
    }
  };

  const claimsOf = async <T extends { readonly iss: string }>(
    token: string,
    typ: string,
    schema: z.ZodMiniType<T>,
  ): Promise<Result<T, AppError>> => {
    const payload = await payloadOf(token, typ);
    if (!payload.ok) return payload;
    const claims = schema.safeParse(payload.value);
    if (!claims.success) return refuse('claims');
    return claims.data.iss === options.issuer() ? ok(claims.data) : refuse('issuer');
  };

  const isExpired = (claims: { readonly iat: number; readonly exp: number }, graceMs: number): boolean => {
    const leewayMs = Math.max(0, Math.min(MAX_LEEWAY_MS, (claims.exp - claims.iat) * 1000));
    return serverNow() > claims.exp * 1000 + leewayMs + graceMs;
  };

  return {
    verifyPeerToken: async (token) => {
      const claims = await claimsOf(token, PEER_TOKEN_TYP, peerTokenClaimsSchema);
      return claims.ok && isExpired(claims.value, 0) ? expired() : claims;
    },
    verifyTicket: async (ticket, { graceAllowed }) => {
      const claims = await claimsOf(ticket, TICKET_TYP, ticketClaimsSchema);
      if (!claims.ok) return claims;
      return isExpired(claims.value, graceAllowed ? claims.value.grace * 1000 : 0) ? expired() : claims;
    },
    verify: (grant) => claimsOf(grant, GRANT_TYP, grantClaimsSchema),
    setServerNow: (ms) => {
      anchor = { serverMs: ms, monotonicMs: clock.monotonic() };
    },
    serverNow,
    refresh,
  };
}

function importPublic(jwk: Jwks['keys'][number]): Promise<JoseKey> {
  const key = importJWK({ kty: jwk.kty, crv: jwk.crv, x: jwk.x }, 'EdDSA') as Promise<JoseKey>; // an OKP JWK never imports as raw bytes
  key.catch(() => undefined); // reported where the key is used
  return key;
}

const refuse = (what: string): Result<never, AppError> => err(new AppError('unauthenticated', `token ${what}`));
const expired = (): Result<never, AppError> => err(new AppError('token-expired'));
