/** Devices register their public key with a proof that they hold the private one. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { fromBase64Url, type Bytes } from '@vicinal/shared/bytes.ts';
import { thumbprint, verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import { deviceRegistrationMessage } from '@vicinal/shared/crypto/transcript.ts';
import type { DeviceId, UserId } from '@vicinal/shared/ids.ts';
import type { Device } from '@vicinal/shared/http/api.ts';
import * as table from '../db/devices.ts';
import type { AppDeps, Deps } from '../deps.ts';
import { cutOff } from './device-watch.ts';

/** How far `at` in a proof may be from the server's clock. */
export const PROOF_MAX_SKEW_MS = 300_000;
export const MAX_DEVICES_PER_USER = 1000;

/** The key and its id once the signature over `message` holds. `invalid-body` for malformed bytes, `bad-signature`. */
export async function verifyProof(
  devicePub: string,
  sig: string,
  message: Uint8Array,
): Promise<{ readonly id: DeviceId; readonly publicKey: Bytes }> {
  const publicKey = fromBase64Url(devicePub);
  const signature = fromBase64Url(sig);
  if (publicKey?.length !== 32 || signature?.length !== 64) throw new AppError('invalid-body', 'key or signature');
  if (!(await verifySignature(publicKey, signature, message))) throw new AppError('bad-signature');
  return { id: thumbprint(publicKey), publicKey };
}

/** `bad-signature` when `at` is not about now. */
export function checkProofTime(at: number, now: number): void {
  if (!(Math.abs(at - now) <= PROOF_MAX_SKEW_MS)) throw new AppError('bad-signature', 'time of the proof');
}

export interface DeviceRegistration {
  readonly devicePub: string;
  readonly at: number;
  readonly sig: string;
  readonly label: string;
}

/** Harmless to repeat. `conflict` when the key belongs to somebody else, `revoked` when it was revoked, for good. */
export async function registerDevice(
  deps: Deps,
  user: UserId,
  session: string,
  registration: DeviceRegistration,
): Promise<void> {
  checkProofTime(registration.at, deps.clock.now());
  const { id, publicKey } = await verifyProof(
    registration.devicePub,
    registration.sig,
    deviceRegistrationMessage(deps.tokens.issuer, user, registration.at),
  );
  const isKnown = (await table.findDevice(deps.database, id)) !== undefined;
  if (!isKnown && (await table.countDevices(deps.database, user)) >= MAX_DEVICES_PER_USER)
    throw new AppError('limit-exceeded', 'devices');
  const device = { id, publicKey, user, archiver: null, label: registration.label };
  if (!(await table.insertDevice(deps.database, device, new Date(deps.clock.now())))) {
    const known = await table.findDevice(deps.database, id);
    if (known?.user !== user) throw new AppError('conflict', 'device key');
    if (known.isRevoked) throw new AppError('revoked', 'device');
  }
  await table.bindDevice(deps.database, id, session);
}

/** The user's own, without revoked ones. */
export async function listDevices(deps: Deps, user: UserId): Promise<Device[]> {
  return (await table.listDevices(deps.database, user)).map(({ id, label, createdAt, lastSeenAt }) => ({
    id,
    label,
    createdAt: createdAt.getTime(),
    ...(lastSeenAt === null ? {} : { lastSeenAt: lastSeenAt.getTime() }),
  }));
}

/** Ends a device of the user for good: its sign-in, its tokens, its connections. `not-found`. */
export async function revokeDevice(deps: AppDeps, user: UserId, device: DeviceId): Promise<void> {
  const now = new Date(deps.clock.now());
  if (!(await deps.database.transaction((db) => table.revokeDevice(db, user, device, now))))
    throw new AppError('not-found');
  await cutOff(deps, user, device, 'revoked');
}
