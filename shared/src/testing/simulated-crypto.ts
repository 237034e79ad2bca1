/**
 * Device keys for simulations: WebCrypto completes in varying order, which no seed can replay. A signature here is a MAC
 * under a secret that the object keeps per public key, so nobody signs for another; real WebCrypto has suites of its own.
 */
import { concat, equalBytes, hmacSha256, sha256, toHex, utf8, type Bytes } from '../bytes.ts';
import { thumbprint } from '../crypto/device-key.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';

export interface SimulatedCrypto {
  /** Same name, same key. */
  device(name: string): Promise<DeviceSigner>;
  readonly verifySignature: VerifySignature;
}

export function createSimulatedCrypto(): SimulatedCrypto {
  const secrets = new Map<string, Bytes>();
  const mac = (secret: Bytes, message: Uint8Array): Bytes =>
    concat(hmacSha256(secret, utf8('first'), message), hmacSha256(secret, utf8('second'), message));
  return {
    device: (name) => {
      const secret = sha256(utf8(`vicinal/simulated-device/${name}`));
      const publicKey = sha256(utf8('public'), secret);
      secrets.set(toHex(publicKey), secret);
      return Promise.resolve({
        deviceId: thumbprint(publicKey),
        publicKey,
        sign: (message) => Promise.resolve(mac(secret, message)),
      });
    },
    verifySignature: (publicKey, signature, message) => {
      const secret = secrets.get(toHex(publicKey));
      return Promise.resolve(secret !== undefined && equalBytes(signature, mac(secret, message)));
    },
  };
}
