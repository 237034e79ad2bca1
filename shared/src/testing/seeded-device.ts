/** Devices and randomness that are the same in every run. */
import { sha256, utf8 } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import type { Random } from '../clock.ts';
import { importSeed, signerFromKeyPair } from '../crypto/device-key.ts';
import type { DeviceSigner } from '../crypto/signer.ts';

/** The device that `name` stands for: same name, same key. */
export const seededDevice = async (name: string): Promise<DeviceSigner> =>
  signerFromKeyPair(await importSeed(sha256(utf8(`vicinal/test-device/${name}`))));

/** A reproducible stream (SHA-256 in counter mode for bytes, mulberry32 for fractions). */
export function seededRandom(seed: number | string): Random {
  let counter = 0;
  let state = new DataView(sha256(utf8(`vicinal/test-random/${seed}`)).buffer).getUint32(0);
  return {
    bytes: (length) => {
      const out: Bytes = new Uint8Array(length);
      for (let offset = 0; offset < length; offset += 32) {
        out.set(sha256(utf8(`${seed}/${counter++}`)).subarray(0, length - offset), offset);
      }
      return out;
    },
    fraction: () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

/** A whole number in [0, below). */
export const pick = (random: Random, below: number): number => Math.floor(random.fraction() * below);
