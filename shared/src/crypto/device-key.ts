/**
 * Device keys over WebCrypto Ed25519 (RFC 8032; https://wicg.github.io/webcrypto-secure-curves/). Works in browsers
 * and Node alike. `crypto.subtle` rejects where the platform has no Ed25519; {@link supportsDeviceKeys} says so before.
 */
import { concat, sha256, toBase64Url, unshared, utf8 } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import type { DeviceId } from '../ids.ts';
import type { DeviceSigner, VerifySignature } from './signer.ts';

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

const algorithm = { name: 'Ed25519' } as const;
/** DER in front of a 32-byte seed in an Ed25519 PKCS #8 key without attributes (RFC 8410 section 7). */
const pkcs8Prefix = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

/** Whether this platform can make and use device keys. Never rejects. */
export async function supportsDeviceKeys(): Promise<boolean> {
  try {
    await generateDeviceKey();
    return true;
  } catch {
    return false; // the question asked is whether it throws
  }
}

/** A new key whose private half never leaves WebCrypto. The pair can be stored in IndexedDB as it is. */
export const generateDeviceKey = (): Promise<CryptoKeyPair> => generate(false);

/** A new key that {@link exportPkcs8} can write to a key file. For Node only. */
export const generateExtractableDeviceKey = (): Promise<CryptoKeyPair> => generate(true);

async function generate(extractable: boolean): Promise<CryptoKeyPair> {
  const pair = await crypto.subtle.generateKey(algorithm, extractable, ['sign', 'verify']);
  return pair as CryptoKeyPair; // Ed25519 always yields a pair; the library type is a union
}

/** PKCS #8 DER of the private key (RFC 8410); rejects for a key that is not extractable. */
export async function exportPkcs8(pair: CryptoKeyPair): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
}

/** The pair of a PKCS #8 DER private key; the imported private half is not extractable. Rejects when it is not Ed25519. */
export async function importPkcs8(der: Uint8Array): Promise<CryptoKeyPair> {
  const bytes = new Uint8Array(der);
  const transient = await crypto.subtle.importKey('pkcs8', bytes, algorithm, true, ['sign']);
  const jwk = await crypto.subtle.exportKey('jwk', transient);
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '' };
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']),
    crypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
  ]);
  return { privateKey, publicKey };
}

/** The pair that a 32-byte seed stands for: same seed, same key. For tests and golden bytes. */
export const importSeed = (seed: Uint8Array): Promise<CryptoKeyPair> => importPkcs8(concat(pkcs8Prefix, seed));

export async function signerFromKeyPair(pair: CryptoKeyPair): Promise<DeviceSigner> {
  const publicKey: Bytes = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return {
    deviceId: thumbprint(publicKey),
    publicKey,
    sign: async (message) => new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, unshared(message))),
  };
}

/** RFC 7638 SHA-256 thumbprint of a raw Ed25519 public key (member order of RFC 8037 appendix A.3). */
export function thumbprint(publicKey: Uint8Array): DeviceId {
  const canonical = `{"crv":"Ed25519","kty":"OKP","x":"${toBase64Url(publicKey)}"}`;
  return toBase64Url(sha256(utf8(canonical))) as DeviceId; // 32 bytes encode to the 43 characters of a device id
}

export const verifySignature: VerifySignature = async (publicKey, signature, message) => {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  try {
    const key = await importPublicKey(publicKey);
    return await crypto.subtle.verify(algorithm, key, unshared(signature), unshared(message));
  } catch {
    return false; // bytes that are no point on the curve
  }
};

const MAX_CACHED_KEYS = 512;
const importedKeys = new Map<string, Promise<CryptoKey>>();

/** Importing costs as much as verifying; keys of a room repeat for every entry. A pure cache: same bytes, same key. */
function importPublicKey(publicKey: Uint8Array): Promise<CryptoKey> {
  const id = toBase64Url(publicKey);
  const cached = importedKeys.get(id);
  if (cached) return cached;
  const imported = crypto.subtle.importKey('raw', new Uint8Array(publicKey), algorithm, true, ['verify']);
  imported.catch(() => importedKeys.delete(id));
  if (importedKeys.size >= MAX_CACHED_KEYS) {
    for (const oldest of importedKeys.keys()) {
      importedKeys.delete(oldest);
      break;
    }
  }
  importedKeys.set(id, imported);
  return imported;
}
