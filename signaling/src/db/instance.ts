/** Tables `instance` and `signing_keys`. */
import type { Db } from './pool.ts';

/** The stored issuer, or `proposed` stored now. */
export async function ensureIssuer(db: Db, proposed: string): Promise<string> {
  await db.query('insert into instance (issuer) values ($1) on conflict do nothing', [proposed]);
  const { rows } = await db.query<{ issuer: string }>('select issuer from instance');
  return rows[0]?.issuer ?? proposed;
}

/** Serializes set-up and the making of the first key; held until the transaction ends. */
export async function lockInstance(db: Db): Promise<void> {
  await db.query('select 1 from instance for update');
}

export interface SigningKeyRow {
  readonly kid: string;
  /** Public and private half, base64url as in a JWK. */
  readonly x: string;
  readonly d: string;
  readonly signsFrom: Date;
}

/** Newest first. */
export async function listSigningKeys(db: Db): Promise<readonly SigningKeyRow[]> {
  const { rows } = await db.query<SigningKeyRow>(
    'select kid, public_x as x, private_d as d, signs_from as "signsFrom" from signing_keys order by signs_from desc, kid',
  );
  return rows;
}

export async function insertSigningKey(db: Db, key: SigningKeyRow, now: Date): Promise<void> {
  await db.query(
    'insert into signing_keys (kid, public_x, private_d, created_at, signs_from) values ($1, $2, $3, $4, $5)',
    [key.kid, key.x, key.d, now, key.signsFrom],
  );
}
