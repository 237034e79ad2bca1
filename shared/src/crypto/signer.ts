/** The device key as the rest of the code sees it. Node and browsers implement it over WebCrypto; tests over a seed. */
import type { Bytes } from '../bytes.ts';
import type { DeviceId } from '../ids.ts';

/** `alg` byte of headers. Ed25519 is the only one in version 1. */
export const ALG_ED25519 = 1;

export interface DeviceSigner {
  /** RFC 7638 thumbprint of the public key. */
  readonly deviceId: DeviceId;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
  /** 64-byte Ed25519 signature of `message`. */
  sign(message: Uint8Array): Promise<Bytes>;
}

/** Verifies an Ed25519 signature; resolves false for anything malformed, never rejects. */
export type VerifySignature = (publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array) => Promise<boolean>;
