/** Signing keys between the database and `tokens.ts`. */
import type { Clock } from '@vicinal/shared/clock.ts';
import { insertSigningKey, listSigningKeys, lockInstance } from '../db/instance.ts';
import type { Database } from '../db/pool.ts';
import { generateStoredKey, type StoredKey } from './tokens.ts';

const read = async (database: Pick<Database, 'query'>): Promise<readonly StoredKey[]> =>
  (await listSigningKeys(database)).map((row) => ({ ...row, signsFrom: row.signsFrom.getTime() }));

/** All keys, newest first; makes the first one when there is none. */
export async function readSigningKeys(database: Database, clock: Clock): Promise<readonly StoredKey[]> {
  const keys = await read(database);
  if (keys.length > 0) return keys;
  return await database.transaction(async (db) => {
    await lockInstance(db);
    const existing = await read(db);
    if (existing.length > 0) return existing;
    const key = await generateStoredKey(clock.now());
    await insertSigningKey(db, { ...key, signsFrom: new Date(key.signsFrom) }, new Date(clock.now()));
    return [key];
  });
}

/**
 * Adds a key that signs after `aheadMs`, so that devices can learn it from the JWKS before they meet it. The keys
 * before it stay in the JWKS: grants that they signed hold until revoked. Resolves to the new key's id.
 */
export async function rotateSigningKey(database: Database, clock: Clock, aheadMs: number): Promise<string> {
  const key = await generateStoredKey(clock.now() + aheadMs);
  await insertSigningKey(database, { ...key, signsFrom: new Date(key.signsFrom) }, new Date(clock.now()));
  return key.kid;
}
