import { systemClock } from '@vicinal/shared/clock.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { PeerId } from '@vicinal/shared/ids.ts';
import { verifyReceipt } from '@vicinal/shared/log/receipts.ts';
import type { Head, Receipt } from '@vicinal/shared/log/types.ts';
import { seededDevice } from '@vicinal/shared/testing/seeded-device.ts';
import { expect, test } from 'vitest';
import type { Committed } from '../store/archive-store.ts';
import { testRoom } from '../testing/test-session.ts';
import { createReceiptDesk } from './receipt-desk.ts';

const address = { room: testRoom('a'), doc: 'content', gen: 0 } as const;
const head = (clientId: number, seq: number): Head => ({ clientId, seq, hash: new Uint8Array(32).fill(seq) });
const commit = (archiveSeq: number, ...heads: Head[]): Committed => ({
  address,
  heads,
  archiveSeq,
  lease: 0,
  durability: 'archive-disk',
  entries: 1,
});
const peer = 'BBBBBBBBBBBBBBBBBBBBBA' as PeerId; // a valid id

async function setUp(stored: readonly Head[]) {
  const sent: { receipt: Receipt; to: PeerId | undefined }[] = [];
  const desk = createReceiptDesk(
    {
      archiveId: new Uint8Array(16).fill(7),
      signer: await seededDevice('archiver'),
      delayMs: 100,
      clock: systemClock,
      now: () => 1234.5,
      send: (receipt, to) => void sent.push({ receipt, to }),
      onError: (error) => {
        throw error;
      },
    },
    stored.length === 0 ? [] : [{ address, heads: stored, archiveSeq: 4, lease: 0, durability: 'archive-disk' }],
  );
  return { desk, sent };
}

test('ARC-13 commits gather into one signed receipt of the changed heads', async () => {
  const { desk, sent } = await setUp([head(1, 1)]);
  desk.committed(commit(5, head(2, 1)));
  desk.committed(commit(6, head(2, 2)));
  await desk.flush();
  expect(sent).toMatchObject([
    {
      to: undefined,
      receipt: { archiveSeq: 6, durability: 'archive-disk', at: 1234, heads: [{ clientId: 2, seq: 2 }] },
    },
  ]);
  expect(sent[0] && (await verifyReceipt(sent[0].receipt, verifySignature))).toBe(true);
});

test('ARC-14 a peer that newly joins is told all durable heads, and nothing when there are none', async () => {
  const { desk, sent } = await setUp([head(1, 1)]);
  desk.committed(commit(5, head(2, 1)));
  await desk.flush();
  desk.greet(peer);
  await desk.flush();
  expect(sent[1]).toMatchObject({ to: peer, receipt: { archiveSeq: 5, heads: [{ clientId: 1 }, { clientId: 2 }] } });
  const empty = await setUp([]);
  empty.desk.greet(peer);
  await empty.desk.flush();
  expect(empty.sent).toEqual([]);
});
