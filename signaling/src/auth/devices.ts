/** Devices register their public key with a proof that they hold the private one. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { fromBase64Url, type Bytes } from '@vicinal/shared/bytes.ts';
import { thumbprint, verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import { deviceRegistrationMessage } from '@vicinal/shared/crypto/transcript.ts';
import type { DeviceId, UserId } from '@vicinal/shared/ids.ts';
import { countDevices, findDevice, insertDevice } from '../db/devices.ts';
import type { Deps } from '../deps.ts';

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

/** Harmless to repeat. `conflict` when the key belongs to somebody else. */
export async function registerDevice(deps: Deps, user: UserId, registration: DeviceRegistration): Promise<void> {
  checkProofTime(registration.at, deps.clock.now());
  const { id, publicKey } = await verifyProof(
    registration.devicePub,
    registration.sig,
    deviceRegistrationMessage(deps.tokens.issuer, user, registration.at),
  );
  if ((await countDevices(deps.database, user)) >= MAX_DEVICES_PER_USER)
    throw new AppError('limit-exceeded', 'devices');
  const device = { id, publicKey, user, archiver: null, label: registration.label };
  if (await insertDevice(deps.database, device, new Date(deps.clock.now()))) return;
  if ((await findDevice(deps.database, id))?.user !== user) throw new AppError('conflict', 'device key');
}
