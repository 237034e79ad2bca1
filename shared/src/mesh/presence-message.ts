/** The signed presence message: devicePub raw 32 · nonce raw 16 · varint clock · state (length, JSON) · sig raw 64. */
import type { AppError } from '../app-error.ts';
import { concat, fromUtf8, utf8, type Bytes } from '../bytes.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import type { RoomId } from '../ids.ts';
import { DecodeFault, decodeWith } from '../log/byte-reader.ts';
import type { Result } from '../result.ts';
import { MAX_TOKEN_BYTES } from './messages.ts';
import { createFieldWriter } from './wire.ts';

export type PresenceState = Readonly<Record<string, unknown>>;

export interface PresenceMessage {
  readonly devicePub: Bytes;
  /** The author's tab nonce: with devicePub it gives the peer id, so nobody speaks for another session. */
  readonly nonce: Bytes;
  /** Rises with every message of a session. */
  readonly clock: number;
  /** `null` withdraws. */
  readonly state: PresenceState | null;
  /** State as signed. */
  readonly json: Bytes;
  readonly sig: Bytes;
}

const signedBytes = (room: RoomId, nonce: Uint8Array, clock: number, json: Uint8Array): Bytes =>
  concat(utf8(`vicinal/presence/v1\0${room}`), nonce, createFieldWriter().varUint(clock).bytes(), json);

export async function encodePresence(
  room: RoomId,
  signer: DeviceSigner,
  nonce: Bytes,
  clock: number,
  state: PresenceState | undefined,
): Promise<Bytes> {
  const json = utf8(JSON.stringify(state ?? null));
  const sig = await signer.sign(signedBytes(room, nonce, clock, json));
  return createFieldWriter().raw(signer.publicKey).raw(nonce).varUint(clock).blob(json).raw(sig).bytes();
}

/** Never throws. The signature is checked by {@link verifyPresence}. */
export const decodePresence = (bytes: Uint8Array, maxStateBytes: number): Result<PresenceMessage, AppError> =>
  decodeWith(bytes, (reader) => {
    const devicePub = reader.raw(32);
    const nonce = reader.raw(16);
    const clock = reader.varUint();
    const json = reader.varBytes(maxStateBytes);
    const parsed: unknown = JSON.parse(fromUtf8(json));
    if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new DecodeFault('state');
    const state = parsed as PresenceState | null; // an object with string keys is all that JSON leaves
    return { devicePub, nonce, clock, state, json, sig: reader.raw(64) };
  });

export const verifyPresence = (room: RoomId, message: PresenceMessage, verify: VerifySignature): Promise<boolean> =>
  verify(message.devicePub, message.sig, signedBytes(room, message.nonce, message.clock, message.json));

/** FORWARDED-PRESENCE: the author's ticket, then its message verbatim. */
export const encodeForwarded = (ticket: string, message: Uint8Array): Bytes =>
  createFieldWriter().text(ticket).raw(message).bytes();
export const decodeForwarded = (
  bytes: Uint8Array,
): Result<{ readonly ticket: string; readonly message: Bytes }, AppError> =>
  decodeWith(bytes, (reader) => ({ ticket: reader.varString(MAX_TOKEN_BYTES), message: reader.raw(reader.remaining) }));
