/**
 * The device key of one account in this browser profile (protocol.md 3): made once, its private half never readable.
 * A revoked one is given up together with everything that was issued to it; the next opening makes another.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import { generateDeviceKey, signerFromKeyPair } from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { AccountDatabase } from './database.ts';
import { readRow } from './rows.ts';

const KEY = 'self';

export interface StoredDevice {
  readonly signer: DeviceSigner;
  /** Whether the server has taken this key as one of the account's. */
  readonly isRegistered: boolean;
}

/** The stored key, or a new one. Tabs that race end with the same key. Rejects with 'unsupported-browser' or 'storage-failed'. */
export async function openDevice(database: AccountDatabase): Promise<StoredDevice> {
  const stored = await database.read(['device'], (tx) => tx.objectStore('device').get(KEY));
  if (stored !== undefined) return restore(stored);
  const pair = await generate();
  const kept = await database.write(['device'], async (tx) => {
    const store = tx.objectStore('device');
    const other = await store.get(KEY);
    if (other !== undefined) return other;
    const row = { pair, isRegistered: false };
    await store.put(row, KEY);
    return row;
  });
  return restore(kept);
}

export const markDeviceRegistered = (database: AccountDatabase): Promise<void> =>
  database.write(['device'], async (tx) => {
    const store = tx.objectStore('device');
    await store.put({ ...readRow(await store.get(KEY), 'device'), isRegistered: true }, KEY);
  });

/** The server refuses this key for good. Rooms keep their role; tickets and grants were bound to the key. */
export const retireDevice = (database: AccountDatabase): Promise<void> =>
  database.write(['device', 'rooms', 'caches'], async (tx) => {
    await tx.objectStore('device').delete(KEY);
    await tx.objectStore('caches').delete('peer-token');
    const rooms = tx.objectStore('rooms');
    for (const room of await rooms.getAllKeys()) {
      const { ticket: _, ...record } = readRow(await rooms.get(room), 'room');
      await rooms.put({ ...record, grant: '' }, room);
    }
  });

async function generate(): Promise<CryptoKeyPair> {
  try {
    return await generateDeviceKey();
  } catch (cause) {
    throw new AppError('unsupported-browser', 'no Ed25519', { cause });
  }
}

async function restore(value: unknown): Promise<StoredDevice> {
  const row = readRow(value, 'device');
  const pair = readRow(row['pair'], 'device');
  const { publicKey, privateKey } = pair;
  if (!(publicKey instanceof CryptoKey) || !(privateKey instanceof CryptoKey))
    throw new AppError('storage-failed', 'stored device is not readable');
  return { signer: await signerFromKeyPair({ publicKey, privateKey }), isRegistered: row['isRegistered'] === true };
}
