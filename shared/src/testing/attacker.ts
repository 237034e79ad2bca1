/** A member with a modified client: signs whatever it likes with its own real key and grant. */
import type { Bytes } from '../bytes.ts';
import { entryBody, entryHash, newHeader, sessionClientId, headerHash, signHeader } from '../log/session.ts';
import type { Dep, DocAddress, Entry, LogBatch, LogHeader } from '../log/types.ts';
import { seededRandom } from './seeded-device.ts';
import type { Member } from './test-document.ts';

export interface Attacker {
  readonly clientId: number;
  readonly header: LogHeader;
  /** The next entry of the session, correctly chained and signed. */
  entry(bytes: Uint8Array, deps?: readonly Dep[]): Promise<Entry>;
  /** A batch of the header and one more entry. */
  batch(bytes: Uint8Array, deps?: readonly Dep[]): Promise<LogBatch>;
  /** Another body for a seq already used. */
  fork(seq: number, prevHash: Bytes, bytes: Uint8Array): Promise<Entry>;
  readonly headHash: Bytes;
}

export async function createAttacker(
  member: Member,
  address: DocAddress,
  seed: string | number = 0,
): Promise<Attacker> {
  const header = await signHeader(
    newHeader(address, member.device.publicKey, seededRandom(`attacker/${seed}`)),
    member.grant,
    member.device,
  );
  const hash = headerHash(header);
  const clientId = sessionClientId(header);
  let seq = 0;
  let headHash = hash;
  const sign = async (
    at: number,
    prevHash: Bytes,
    bytes: Uint8Array,
    deps: readonly Dep[],
  ): Promise<{ entry: Entry; hash: Bytes }> => {
    const unsigned = { clientId, seq: at, deps, bytes: new Uint8Array(bytes) };
    const body = entryBody(hash, prevHash, unsigned);
    return { entry: { ...unsigned, sig: await member.device.sign(body) }, hash: entryHash(body) };
  };
  const entry: Attacker['entry'] = async (bytes, deps = []) => {
    const signed = await sign(++seq, headHash, bytes, deps);
    headHash = signed.hash;
    return signed.entry;
  };
  return {
    clientId,
    header,
    entry,
    batch: async (bytes, deps) => ({ headers: [header], entries: [await entry(bytes, deps)] }),
    fork: async (at, prevHash, bytes) => (await sign(at, prevHash, bytes, [])).entry,
    get headHash() {
      return headHash;
    },
  };
}
