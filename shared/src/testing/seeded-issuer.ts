/** An instance's token issuer whose key comes from a seed: real compact JWS, to be verified by the real verifier. */
import { toBase64Url, utf8 } from '../bytes.ts';
import { GRANT_TYP, PEER_TOKEN_TYP, TICKET_TYP } from '../crypto/claims.ts';
import type { GrantClaims, PeerTokenClaims, TicketClaims } from '../crypto/claims.ts';
import type { Jwks } from '../crypto/tokens.ts';
import { seededDevice } from './seeded-device.ts';

export interface SeededIssuer {
  readonly issuer: string;
  readonly jwks: Jwks;
  /** Any payload under any header, signed with the issuer's key. */
  sign(header: Readonly<Record<string, unknown>>, payload: unknown): Promise<string>;
  grant(claims: Omit<GrantClaims, 'iss'>): Promise<string>;
  ticket(claims: Omit<TicketClaims, 'iss'>): Promise<string>;
  peerToken(claims: Omit<PeerTokenClaims, 'iss'>): Promise<string>;
}

export async function createSeededIssuer(name: string): Promise<SeededIssuer> {
  const key = await seededDevice(`issuer/${name}`);
  const issuer = `https://${name}.test`;
  const kid = `${name}-1`;
  const json = (value: unknown): string => toBase64Url(utf8(JSON.stringify(value)));
  const sign: SeededIssuer['sign'] = async (header, payload) => {
    const input = `${json({ alg: 'EdDSA', kid, ...header })}.${json(payload)}`;
    return `${input}.${toBase64Url(await key.sign(utf8(input)))}`;
  };
  return {
    issuer,
    jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: toBase64Url(key.publicKey), kid, alg: 'EdDSA', use: 'sig' }] },
    sign,
    grant: (claims) => sign({ typ: GRANT_TYP }, { iss: issuer, ...claims }),
    ticket: (claims) => sign({ typ: TICKET_TYP }, { iss: issuer, ...claims }),
    peerToken: (claims) => sign({ typ: PEER_TOKEN_TYP }, { iss: issuer, ...claims }),
  };
}
