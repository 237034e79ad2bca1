import { beforeEach, describe, expect, test } from 'vitest';
import type { PeerId, RoomId, UserId, DeviceId } from '@vicinal/shared/ids.ts';
import type { RoomPeer } from '@vicinal/shared/mesh/types.ts';
import type { SyncLogStore } from '../storage/sync-log-store.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { createSyncLog, type SyncLog } from './sync-log.ts';
import type { SyncLogEntry, SyncStatus } from './types.ts';

const room = 'RRRRRRRRRRRRRRRRRRRRRA' as RoomId;
const status = (state: SyncStatus['state'], part: Partial<SyncStatus> = {}): SyncStatus => ({
  state,
  pendingChanges: 0,
  isCatchingUp: false,
  devicesWithAll: 0,
  linkedPeers: 0,
  signaling: 'open',
  ...part,
});
const peer = (name: string): RoomPeer => ({
  peerId: name as PeerId,
  deviceId: name as DeviceId,
  userId: name as UserId,
  name,
  colour: 0,
  role: 'editor',
  isArchiver: false,
  path: 'direct',
});

let clock: ManualClock;
let rows: readonly SyncLogEntry[];
let isFull: boolean;
let writes: number;
let log: SyncLog;
const store: SyncLogStore = {
  read: () => Promise.resolve(rows),
  append: async (_room, entries) => {
    if (isFull) throw new DOMException('full', 'QuotaExceededError');
    writes++;
    rows = [...entries, ...rows];
  },
};
const noted = async (): Promise<string[]> =>
  (await log.read()).map(({ kind, state, name, durability }) =>
    [kind, state, name, durability].filter(Boolean).join(' '),
  );

beforeEach(() => {
  clock = createManualClock(1_800_000_000_000);
  rows = [];
  writes = 0;
  isFull = false;
  log = createSyncLog({ room, store, clock });
});

describe('CLI-41 the sync log', () => {
  test('notes states that stand, not the flicker of typing', async () => {
    log.status(status('archived'));
    clock.advance(2000);
    for (let i = 0; i < 50; i++) {
      log.status(status('syncing', { pendingChanges: i }));
      clock.advance(100);
      log.status(status('archived'));
      clock.advance(100);
    }
    clock.advance(5000);
    log.status(status('offline'));
    clock.advance(2000);
    expect(await noted()).toEqual(['state offline', 'state archived']);
  });

  test('notes an error at once', async () => {
    log.status(status('error', { reason: 'not-saved' }));
    log.status(status('local'));
    expect(await noted()).toEqual(['state error']);
  });

  test('notes who came and went, not links that were renewed', async () => {
    log.peers([peer('ben')]);
    clock.advance(2000);
    log.peers([]);
    clock.advance(500);
    log.peers([peer('ben')]);
    clock.advance(2000);
    log.peers([]);
    clock.advance(2000);
    expect(await noted()).toEqual(['unlinked ben', 'linked ben']);
  });

  test('a receipt that was there already is no news', async () => {
    const archive = { at: 1, durability: 'archive-disk' } as const;
    log.status(status('archived', { archive }));
    log.opened(archive);
    log.status(status('archived', { archive }));
    expect(await noted()).toEqual(['opened']);
  });

  test('notes the first receipt, a change of class, and then one in five minutes', async () => {
    const receipt = (at: number, durability: 'archive-os' | 'archive-disk'): void =>
      log.status(status('archived', { archive: { at, durability } }));
    log.opened(undefined);
    receipt(1, 'archive-os');
    receipt(2, 'archive-os');
    receipt(3, 'archive-disk');
    clock.advance(1000);
    receipt(4, 'archive-disk');
    clock.advance(5 * 60_000);
    receipt(5, 'archive-disk');
    const receipts = (await noted()).filter((line) => line.startsWith('receipt'));
    expect(receipts).toEqual(['receipt archive-disk', 'receipt archive-disk', 'receipt archive-os']);
  });

  test('is written in batches and waits while storage refuses', async () => {
    isFull = true;
    log.note({ kind: 'opened' });
    log.note({ kind: 'storage-failed' });
    clock.advance(1000);
    await log.flush();
    expect([writes, await noted()]).toEqual([0, ['storage-failed', 'opened']]);
    isFull = false;
    log.note({ kind: 'access-changed' });
    await log.close();
    expect(writes).toBe(1);
    expect(await noted()).toEqual(['access-changed', 'storage-failed', 'opened']);
  });
});
