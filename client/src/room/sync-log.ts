/**
 * Writes the sync log of one room: what stood for a moment, not every flicker while somebody types. Written in batches,
 * far from typing; what storage refuses waits for the next batch.
 */
import type { Clock } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { RoomPeer } from '@vicinal/shared/mesh/types.ts';
import { MAX_SYNC_LOG_ENTRIES, trimSyncLog, type SyncLogStore } from '../storage/sync-log-store.ts';
import type { SyncLogEntry, SyncStatus } from './types.ts';

export interface SyncLog {
  note(entry: Omit<SyncLogEntry, 'at'>): void;
  /** The room was read from this device; the receipt it came with is no news. */
  opened(archive: SyncStatus['archive']): void;
  /** Call at every change of status. */
  status(status: SyncStatus): void;
  /** Call at every change of links. */
  peers(peers: readonly RoomPeer[]): void;
  /** Newest first, what is not written yet included. */
  read(): Promise<readonly SyncLogEntry[]>;
  /** Writes what waits. Never rejects. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A state is noted once it stood this long; errors at once. */
const STEADY_MS = 2000;
/** Links that are torn and made again within this time are no news. */
const LINK_STEADY_MS = 2000;
const RECEIPT_INTERVAL_MS = 5 * 60_000;
const WRITE_DELAY_MS = 1000;

export function createSyncLog(options: {
  readonly room: RoomId;
  readonly store: SyncLogStore;
  readonly clock: Clock;
}): SyncLog {
  const { room, store, clock } = options;
  let waiting: SyncLogEntry[] = [];
  let isClosed = false;
  let cancelWrite: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  let notedState: string | undefined;
  let cancelSteady: (() => void) | undefined;
  let steadyFor: string | undefined;
  let receipt: SyncStatus['archive'];
  let isOpened = false;
  let receiptNotedAt = Number.NEGATIVE_INFINITY;
  let linked = new Map<string, RoomPeer>();
  let current: readonly RoomPeer[] = [];
  let cancelLinks: (() => void) | undefined;

  const write = (): Promise<void> => {
    cancelWrite?.();
    cancelWrite = undefined;
    writing = writing.then(async () => {
      const batch = waiting;
      if (batch.length === 0) return;
      waiting = [];
      try {
        await store.append(room, batch, clock.now());
      } catch {
        // storage that refuses shows in the room's status; the log waits for the next batch
        waiting = [...waiting, ...batch].slice(0, MAX_SYNC_LOG_ENTRIES);
      }
    });
    return writing;
  };
  const note = (entry: Omit<SyncLogEntry, 'at'>): void => {
    if (isClosed) return;
    waiting.unshift({ at: clock.now(), ...entry });
    cancelWrite ??= clock.after(WRITE_DELAY_MS, () => void write());
  };

  const noteState = (state: SyncStatus['state'], key: string): void => {
    notedState = key;
    note({ kind: 'state', state });
  };
  const noteReceipt = (archive: NonNullable<SyncStatus['archive']>): void => {
    const isStronger = receipt?.durability !== archive.durability;
    if (receipt?.at === archive.at && !isStronger) return;
    receipt = archive;
    if (!isStronger && clock.monotonic() - receiptNotedAt < RECEIPT_INTERVAL_MS) return;
    receiptNotedAt = clock.monotonic();
    note({ kind: 'receipt', durability: archive.durability });
  };
  const compareLinks = (): void => {
    cancelLinks = undefined;
    const next = new Map(current.map((peer) => [peer.peerId as string, peer] as const));
    for (const [id, peer] of linked) if (!next.has(id)) note({ kind: 'unlinked', name: peer.name });
    for (const [id, peer] of next) if (!linked.has(id)) note({ kind: 'linked', name: peer.name, path: peer.path });
    linked = next;
  };

  return {
    note,
    opened: (archive) => {
      isOpened = true;
      receipt = archive;
      note({ kind: 'opened' });
    },
    flush: write,
    status: (status) => {
      if (status.archive && isOpened) noteReceipt(status.archive);
      const key = `${status.state}/${status.reason ?? ''}`;
      if (key === steadyFor) return;
      steadyFor = key;
      cancelSteady?.();
      cancelSteady = undefined;
      if (key === notedState) return;
      if (status.state === 'error') noteState(status.state, key);
      else cancelSteady = clock.after(STEADY_MS, () => noteState(status.state, key));
    },
    peers: (peers) => {
      current = peers;
      cancelLinks ??= clock.after(LINK_STEADY_MS, compareLinks);
    },
    read: async () => trimSyncLog([...waiting, ...(await store.read(room).catch(() => []))], clock.now()), // unreadable: what is known since it was opened
    close: async () => {
      cancelSteady?.();
      if (cancelLinks) {
        cancelLinks();
        compareLinks();
      }
      await write();
      isClosed = true;
    },
  };
}
