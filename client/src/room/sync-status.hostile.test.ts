import { afterEach, describe, expect, test } from 'vitest';
import { encodeReceipt } from '@vicinal/shared/log/envelope.ts';
import { signReceipt, type UnsignedReceipt } from '@vicinal/shared/log/receipts.ts';
import type { Head } from '@vicinal/shared/log/types.ts';
import { encodeFrame } from '@vicinal/shared/mesh/frame.ts';
import { MESSAGE } from '@vicinal/shared/mesh/messages.ts';
import { areLinked, doAgree, join, write, type Member } from '@vicinal/shared/testing/mesh-members.ts';
import { testRoom } from '@vicinal/shared/testing/seeded-peers.ts';
import { createSimulatedWorld, type SimulatedWorld } from '@vicinal/shared/testing/simulated-world.ts';
import { createProgress } from './progress.ts';
import { computeSyncStatus } from './sync-status.ts';
import type { SyncState } from './types.ts';

const room = testRoom('status');
let world: SimulatedWorld;

afterEach(async () => {
  await world.close();
});

/** What the pill of a member says, from its real replica and links. */
const stateOf = (member: Member): SyncState => {
  const peers = member.room.handle.peers();
  const archivers = peers.filter((peer) => peer.isArchiver).length;
  const replicas = new Map([['content', member.room.content]] as const);
  return computeSyncStatus({
    isOnline: true,
    signaling: member.peer.mesh.signaling.kind === 'open' ? 'open' : 'down',
    linkedPeers: peers.length - archivers,
    linkedArchivers: archivers,
    isCatchingUp: member.room.handle.isCatchingUp,
    documents: createProgress(replicas, member.peer.signer.publicKey).read(),
  }).state;
};
const claim = (heads: readonly Head[], part: Partial<UnsignedReceipt> = {}): UnsignedReceipt => ({
  room,
  doc: 'content',
  gen: 0,
  archiveId: new Uint8Array(16).fill(1),
  lease: 0,
  archiveSeq: 1,
  heads,
  durability: 'archive-disk',
  at: 5,
  ...part,
});
const trio = async (): Promise<readonly [Member, Member, Member]> => {
  world = createSimulatedWorld({ seed: 1 });
  const members = [
    await join(world, 'writer', room),
    await join(world, 'rogue', room),
    await join(world, 'archive', room, 'archiver'),
  ] as const;
  await world.until(() => areLinked(members));
  write(members[0], 'precious');
  await world.until(() => doAgree(members));
  return members;
};

describe('CLI-24 "in the archive" is never said of', () => {
  test("receipts that are forged, another's, of another chain or of the future", async () => {
    const [writer, rogue, archive] = await trio();
    const heads = writer.room.content.heads();
    const forge = async (receipt: UnsignedReceipt, by: Member): Promise<void> => {
      by.room.handle.sendReceipt(await signReceipt(receipt, by.peer.signer));
      await world.run(200);
      expect(stateOf(writer)).not.toBe('archived');
    };
    await forge(claim(heads), rogue);
    await forge(claim(heads, { durability: 'archive-os' }), rogue);
    await forge(claim(heads.map((head) => ({ ...head, hash: new Uint8Array(32) }))), archive);
    await forge(claim(heads.map((head) => ({ ...head, seq: head.seq + 1000 }))), archive);
    await forge(claim(heads, { doc: 'meta' }), archive);
    await forge(claim(heads, { gen: 1 }), archive);
    const stolen = {
      ...(await signReceipt(claim(heads), rogue.peer.signer)),
      devicePub: archive.peer.signer.publicKey,
    };
    const frame = {
      type: MESSAGE.receipt,
      stream: 1,
      isIgnorable: false,
      hasMore: false,
      payload: encodeReceipt(stolen),
    };
    world.network.inject('rogue', 'writer', 'control', encodeFrame(frame));
    world.network.inject('archive', 'writer', 'control', encodeFrame(frame));
    await world.run(200);
    expect(stateOf(writer)).not.toBe('archived');

    archive.room.handle.sendReceipt(await signReceipt(claim(heads, { archiveSeq: 2 }), archive.peer.signer));
    await world.until(() => stateOf(writer) === 'archived');
  });

  test('receipts that were lost on the way, and of what was written since', async () => {
    const [writer, rogue, archive] = await trio();
    const receipt = await signReceipt(claim(writer.room.content.heads()), archive.peer.signer);
    world.network.cut('writer', 'archive');
    archive.room.handle.sendReceipt(receipt);
    for (let i = 0; i < 40; i++) {
      await world.run(500);
      expect(stateOf(writer)).not.toBe('archived');
    }
    expect(stateOf(writer)).toBe('replicated');
    world.network.heal('writer', 'archive');
    await world.until(() => areLinked([writer, rogue, archive]), 60_000);
    archive.room.handle.sendReceipt(receipt);
    await world.until(() => stateOf(writer) === 'archived');
    write(writer, 'more');
    await world.until(() => doAgree([writer, rogue, archive]));
    expect(stateOf(writer)).toBe('syncing');
  });

  test('what others wrote, by somebody who wrote nothing, until the archive vouches for it', async () => {
    world = createSimulatedWorld({ seed: 1 });
    const members = [
      await join(world, 'writer', room),
      await join(world, 'reader', room, 'viewer'),
      await join(world, 'archive', room, 'archiver'),
    ] as const;
    const [writer, reader, archive] = members;
    await world.until(() => areLinked(members));
    write(writer, 'a');
    await world.until(() => doAgree(members));
    expect(stateOf(reader)).not.toBe('archived');
    const vouch = async (archiveSeq: number): Promise<void> =>
      archive.room.handle.sendReceipt(
        await signReceipt(claim(archive.room.content.heads(), { archiveSeq }), archive.peer.signer),
      );
    await vouch(1);
    await world.until(() => stateOf(reader) === 'archived');
    write(writer, 'b');
    await world.until(() => doAgree(members));
    expect(stateOf(reader)).toBe('syncing');
    await vouch(2);
    await world.until(() => stateOf(reader) === 'archived');
  });
});
