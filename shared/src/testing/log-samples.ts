/** One well-formed value of every record of the log, the same in every run. */
import { importSeed, signerFromKeyPair } from '../crypto/device-key.ts';
import { createVirtualClock } from './virtual-clock.ts';
import { utf8 } from '../bytes.ts';
import type { RoomId } from '../ids.ts';
import { ALG_ED25519 } from '../crypto/signer.ts';
import { signReceipt } from '../log/receipts.ts';
import { entryBody, entryHash, headerHash, sessionClientId, signHeader } from '../log/session.ts';
import type { Checkpoint, Entry, LogHeader, Receipt } from '../log/types.ts';
import { rawUpdate, text } from './raw-update.ts';
import { testId } from './test-document.ts';

export interface LogSamples {
  readonly header: LogHeader;
  readonly entry: Entry;
  readonly entryHash: Uint8Array;
  readonly receipt: Receipt;
  readonly checkpoint: Checkpoint;
}

export async function logSamples(): Promise<LogSamples> {
  const signer = await signerFromKeyPair(await importSeed(new Uint8Array(32).fill(1)));
  const address = { room: testId('golden') as RoomId, doc: 'content', gen: 0 } as const; // 16 bytes encode to the 22 characters of a room id
  const header = await signHeader(
    { v: 1, alg: ALG_ED25519, ...address, devicePub: signer.publicKey, nonce: new Uint8Array(16).fill(2) },
    'grant',
    signer,
  );
  const clientId = sessionClientId(header);
  const bytes = rawUpdate([{ client: clientId, clock: 0, structs: [text({ parent: 'body' }, 'golden')] }]);
  const unsigned = { clientId, seq: 1, deps: [{ clientId: 2 ** 52 + 5, seq: 300 }], bytes };
  const body = entryBody(headerHash(header), headerHash(header), unsigned);
  const hash = entryHash(body);
  const heads = [{ clientId, seq: 1, hash }];
  const archiveId = new Uint8Array(16).fill(3);
  const receipt = await signReceipt(
    {
      ...address,
      archiveId,
      lease: 0,
      archiveSeq: 42,
      heads,
      durability: 'archive-disk',
      at: createVirtualClock().now(),
    },
    signer,
  );
  const checkpoint: Checkpoint = {
    ...address,
    archiveId,
    archiveSeq: 42,
    sessions: [{ header, seq: 1, hash }],
    state: bytes,
    devicePub: signer.publicKey,
    grant: 'grant',
    sig: await signer.sign(utf8('sample')),
  };
  return { header, entry: { ...unsigned, sig: await signer.sign(body) }, entryHash: hash, receipt, checkpoint };
}
