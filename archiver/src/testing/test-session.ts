/** A session that writes real signed entries, for tests of the store. */
import { sha256, toBase64Url, utf8 } from '@vicinal/shared/bytes.ts';
import type { Bytes } from '@vicinal/shared/bytes.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { clientIdOf, entryBody, entryHash, headerHash, newHeader, signHeader } from '@vicinal/shared/log/session.ts';
import type { DocAddress, Entry, Head, LogHeader } from '@vicinal/shared/log/types.ts';
import { seededDevice, seededRandom } from '@vicinal/shared/testing/seeded-device.ts';

/** The room that `name` stands for. */
export const testRoom = (name: string): RoomId => toBase64Url(sha256(utf8(name)).subarray(0, 16)) as RoomId; // 16 bytes encode to the 22 characters of a room id

export interface TestSession {
  readonly address: DocAddress;
  readonly clientId: number;
  header(grant?: string): LogHeader;
  /** Signs the next entry of the chain. */
  next(bytes: Uint8Array): Promise<Entry>;
  head(): Head;
}

export async function createTestSession(address: DocAddress, name: string): Promise<TestSession> {
  const signer = await seededDevice(name);
  const core = newHeader(address, signer.publicKey, seededRandom(name));
  const signed = await signHeader(core, '', signer);
  const hash = headerHash(core);
  let seq = 0;
  let previous: Bytes = hash;
  return {
    address,
    clientId: clientIdOf(hash),
    header: (grant = '') => ({ ...signed, grant }),
    async next(bytes) {
      seq++;
      const unsigned = { seq, deps: [], bytes: new Uint8Array(bytes) };
      const body = entryBody(hash, previous, unsigned);
      previous = entryHash(body);
      return { clientId: clientIdOf(hash), ...unsigned, sig: await signer.sign(body) };
    },
    head: () => ({ clientId: clientIdOf(hash), seq, hash: previous }),
  };
}
