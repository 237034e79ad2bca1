import { beforeEach, describe, expect, it } from 'vitest';
import { verifySignature } from '../crypto/device-key.ts';
import { metaTitle } from '../room/documents.ts';
import { createTestDocument, pull } from '../testing/test-document.ts';
import type { Member, MemberReplica, TestDocument } from '../testing/test-document.ts';
import { signReceipt, verifyReceipt } from './receipts.ts';
import type { Head, Receipt } from './types.ts';

let document: TestDocument;
let ada: MemberReplica;
let archive: Member;

const type = async (letters: string): Promise<void> => {
  for (const letter of letters) {
    metaTitle(ada.replica.ydoc).insert(0, letter);
    await ada.replica.flush();
    document.clock.advance(20);
  }
};
const receipt = (heads: readonly Head[], archiveSeq: number, by = archive, archiveId = 1): Promise<Receipt> =>
  signReceipt(
    {
      ...document.address,
      archiveId: new Uint8Array(16).fill(archiveId),
      lease: 0,
      archiveSeq,
      heads,
      durability: 'archive-disk',
      at: document.clock.now(),
    },
    by.device,
  );
const headAt = async (seq: number): Promise<Head> => {
  const probe = await document.join(`probe-${seq}`, 'viewer');
  for (const batch of ada.replica.range(ada.replica.clientId, 1, seq, 1e6))
    await probe.replica.receive(batch, ada.peer);
  return probe.replica.heads()[0] ?? expect.unreachable('no head');
};

beforeEach(async () => {
  document = await createTestDocument({ doc: 'meta' });
  ada = await document.join('ada', 'owner');
  archive = await document.member('archive', 'archiver');
  await type('abc');
});

describe('receipts', () => {
  it('LOG-40: are signed by the device they name, over every field', async () => {
    const signed = await receipt(ada.replica.heads(), 3);
    expect(await verifyReceipt(signed, verifySignature)).toBe(true);
    for (const changed of [
      { archiveSeq: 4 },
      { durability: 'archive-os' as const },
      { heads: [] },
      { at: 0 },
      { gen: 1 },
    ]) {
      expect(await verifyReceipt({ ...signed, ...changed }, verifySignature)).toBe(false);
    }
  });

  it('LOG-41: pending ends when a receipt names the session with the hash of the own chain there', async () => {
    const { receipts } = ada.replica;
    expect(receipts.snapshot()).toMatchObject({ unsaved: 0, unarchived: 3, unreplicated: 3, devicesWithAll: 0 });
    receipts.accept(await receipt([await headAt(2)], 2), 'archiver', archive.device.deviceId);
    expect(receipts.snapshot()).toMatchObject({
      unarchived: 1,
      unreplicated: 1,
      archive: { durability: 'archive-disk' },
    });
    const forked = { ...(await headAt(3)), hash: new Uint8Array(32) };
    receipts.accept(await receipt([forked], 3), 'archiver', archive.device.deviceId);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 3 });
    receipts.accept(await receipt([await headAt(3)], 4), 'archiver', archive.device.deviceId);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 0, unreplicated: 0, archiveRegressed: false });
    expect(receipts.snapshot().oldestLocalOnlyAt).toBeUndefined();
  });

  it('LOG-41: a receipt for entries that do not exist yet vouches for none', async () => {
    const ben = await document.member('ben', 'editor');
    const future = { ...(await headAt(3)), seq: 2 ** 40, hash: new Uint8Array(32) };
    ada.replica.receipts.accept(await receipt([future], 0, ben), 'device', ben.device.deviceId);
    expect(ada.replica.receipts.snapshot()).toMatchObject({ unreplicated: 3, devicesWithAll: 0 });
    await type('d');
    expect(ada.replica.receipts.snapshot()).toMatchObject({ unreplicated: 4, devicesWithAll: 0 });
  });

  it("LOG-42: another device's receipt means replicated, not archived", async () => {
    const ben = await document.member('ben', 'editor');
    ada.replica.receipts.accept(await receipt(ada.replica.heads(), 0, ben), 'device', ben.device.deviceId);
    expect(ada.replica.receipts.snapshot()).toMatchObject({ unarchived: 3, unreplicated: 0, devicesWithAll: 1 });
    await type('d');
    expect(ada.replica.receipts.snapshot()).toMatchObject({
      unarchived: 4,
      unreplicated: 1,
      devicesWithAll: 0,
      oldestLocalOnlyAt: document.clock.now() - 20,
    });
  });

  it('LOG-43: an archive that names less than it had receipted has lost data, and what it lost is pending again', async () => {
    const { receipts } = ada.replica;
    receipts.accept(await receipt(ada.replica.heads(), 3), 'archiver', archive.device.deviceId);
    receipts.accept(await receipt([await headAt(1)], 2), 'archiver', archive.device.deviceId);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 0, archiveRegressed: false });
    receipts.accept(await receipt([await headAt(1)], 4), 'archiver', archive.device.deviceId);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 2, archiveRegressed: true });
  });

  it('LOG-43: what was lost and is receipted again counts as archived again', async () => {
    const { receipts } = ada.replica;
    const deviceId = archive.device.deviceId;
    receipts.accept(await receipt(ada.replica.heads(), 3), 'archiver', deviceId);
    receipts.accept(await receipt([await headAt(1)], 4), 'archiver', deviceId);
    receipts.accept(await receipt([await headAt(2)], 5), 'archiver', deviceId);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 1, archiveRegressed: true });
    receipts.accept(await receipt([await headAt(3)], 6), 'archiver', deviceId);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 0, archiveRegressed: false });
  });

  it('LOG-47: what others wrote is covered only as far as the archive vouches for the chain held here', async () => {
    const ben = await document.join('ben', 'viewer');
    const snapshot = () => ben.replica.receipts.snapshot();
    await pull(ada, ben);
    expect(snapshot()).toMatchObject({ unarchived: 0, uncovered: 3 });
    ben.replica.receipts.accept(await receipt([await headAt(2)], 2), 'archiver', archive.device.deviceId);
    expect(snapshot()).toMatchObject({ unarchived: 0, uncovered: 1 });
    ben.replica.receipts.accept(await receipt(ada.replica.heads(), 3), 'archiver', archive.device.deviceId);
    expect(snapshot()).toMatchObject({ uncovered: 0 });
    const forked = { ...(await headAt(3)), hash: new Uint8Array(32) };
    ben.replica.receipts.accept(await receipt([forked], 4), 'archiver', archive.device.deviceId);
    expect(snapshot()).toMatchObject({ uncovered: 3 });
    await type('d');
    ben.replica.receipts.accept(await receipt(ada.replica.heads(), 5), 'archiver', archive.device.deviceId);
    expect(snapshot()).toMatchObject({ uncovered: 0 });
    await pull(ada, ben);
    expect(snapshot()).toMatchObject({ uncovered: 0 });
  });

  it("LOG-44: a restored archive has a new id, and its predecessor's receipts no longer count", async () => {
    const { receipts } = ada.replica;
    receipts.accept(await receipt(ada.replica.heads(), 3), 'archiver', archive.device.deviceId);
    receipts.accept(await receipt([await headAt(1)], 1, archive, 2), 'archiver', archive.device.deviceId);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 2 });
  });

  it('LOG-44: what the former archive had receipted counts as lost until the restored one has receipted it', async () => {
    const { receipts } = ada.replica;
    const hear = async (heads: readonly Head[], archiveId: number): Promise<void> =>
      receipts.accept(await receipt(heads, 3, archive, archiveId), 'archiver', archive.device.deviceId);
    await hear(ada.replica.heads(), 1);
    await hear([await headAt(2)], 2);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 1, archiveRegressed: true });
    await hear(ada.replica.heads(), 2);
    expect(receipts.snapshot()).toMatchObject({ unarchived: 0, archiveRegressed: false });
    await hear(ada.replica.heads(), 3);
    expect(receipts.snapshot(), 'a restored archive that lacks nothing').toMatchObject({ archiveRegressed: false });
  });

  it('LOG-45: acknowledgements survive a reload', async () => {
    ada.replica.receipts.accept(await receipt(ada.replica.heads(), 3), 'archiver', archive.device.deviceId);
    await ada.replica.close();
    const again = await document.open(ada, { memoryStore: ada.store });
    expect(again.replica.receipts.snapshot()).toMatchObject({ unarchived: 0, archive: { durability: 'archive-disk' } });
  });

  it('LOG-46: receipts for another document are ignored', async () => {
    const other = await signReceipt(
      {
        ...document.address,
        doc: 'content',
        archiveId: new Uint8Array(16),
        lease: 0,
        archiveSeq: 9,
        heads: ada.replica.heads(),
        durability: 'archive-disk',
        at: 0,
      },
      archive.device,
    );
    ada.replica.receipts.accept(other, 'archiver', archive.device.deviceId);
    expect(ada.replica.receipts.snapshot().unarchived).toBe(3);
  });
});
