/** One room attended: every document's replica, what peers send persisted, receipts for what is durable, checkpoints now and then. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { PeerId, RoomId } from '@vicinal/shared/ids.ts';
import type { Checkpoint, DocAddress, LogReplica, LogStore } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { sessionClientId } from '@vicinal/shared/log/session.ts';
import type { Mesh, RoomHandle, RoomPresence } from '@vicinal/shared/mesh/types.ts';
import { DOC_KINDS } from '@vicinal/shared/roles.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import type { Metrics } from '../metrics.ts';
import type { ArchiveStore } from '../store/archive-store.ts';
import { createReceiptDesk } from './receipt-desk.ts';
import { createWriteBehind } from './write-behind.ts';

export interface RoomLimits {
  readonly receiptDelayMs: number;
  readonly idleRoomMs: number;
  readonly checkpointEvery: number;
}

/** What runs tasks for the room; closed before the room is left. */
export interface RoomTasks {
  /** The room is not left while it is. */
  readonly isBusy: boolean;
  close(): Promise<void>;
}
export interface RoomSeat {
  readonly room: RoomId;
  readonly replicas: ReadonlyMap<DocKind, LogReplica>;
  readonly presence: RoomPresence;
  readonly onFailed: () => void;
}

export interface RoomDeps {
  readonly mesh: Pick<Mesh, 'join'>;
  readonly store: ArchiveStore;
  /** Opens a document over `store`; rejects with 'storage-failed' when it cannot be read. */
  readonly openReplica: (address: DocAddress, store: LogStore) => Promise<LogReplica>;
  /** The replica's state, signed. */
  readonly buildCheckpoint: (replica: LogReplica, archiveSeq: number) => Promise<Checkpoint | undefined>;
  readonly openTasks: (seat: RoomSeat) => RoomTasks;
  readonly signer: DeviceSigner;
  readonly limits: RoomLimits;
  readonly clock: Clock;
  readonly now: () => number;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'receiptSent' | 'checkpointSaved'>;
}

export interface ArchivedRoom {
  readonly room: RoomId;
  readonly replicas: ReadonlyMap<DocKind, LogReplica>;
  readonly peers: number;
  /** Flushes what was received, sends the receipts due and leaves. Idempotent. */
  close(): Promise<void>;
}

/** Why a room was left: nobody in it, access ended, or a batch that can never be stored (the replicas are ahead of the disk). */
export type LeaveReason = 'idle' | 'revoked' | 'failed';

/** Reads everything, then joins. Rejects with 'storage-failed', nothing left open, when a document cannot be read. */
export async function openArchivedRoom(
  room: RoomId,
  deps: RoomDeps,
  onEnding: (reason: LeaveReason) => void,
): Promise<ArchivedRoom> {
  const { store, limits, clock, logger } = deps;
  const replicas = new Map<DocKind, LogReplica>();
  const fail = (address: DocAddress, error: AppError): void => {
    logger.error('room.append-refused', { room, doc: address.doc, code: error.code, reason: error.message });
    onEnding('failed');
  };
  const writeBehind = createWriteBehind(store, fail);
  try {
    // One after the other: a room is opened in the background and must not take every reading connection.
    for (const doc of DOC_KINDS) replicas.set(doc, await deps.openReplica({ room, doc, gen: 0 }, writeBehind));
    const stored = await store.roomHeads(room);
    return attend(stored);
  } catch (error) {
    await Promise.all([...replicas.values()].map((replica) => replica.close()));
    throw error;
  }

  function attend(stored: Awaited<ReturnType<ArchiveStore['roomHeads']>>): ArchivedRoom {
    const sinceCheckpoint = new Map<DocKind, number>();
    const checkpointing = new Set<DocKind>();
    const welcomed = new Set<PeerId>();
    let cancelIdle: (() => void) | undefined;
    let closing: Promise<void> | undefined;

    const desk = createReceiptDesk(
      {
        archiveId: store.archiveId,
        signer: deps.signer,
        delayMs: limits.receiptDelayMs,
        clock,
        now: deps.now,
        send: (receipt, to) => {
          handle.sendReceipt(receipt, to);
          deps.metrics.receiptSent();
          if (to === undefined)
            store.recordReceipt(receipt).catch(() => logger.warn('room.receipt-not-kept', { room }));
        },
        onError: () => logger.error('room.receipt-failed', { room }),
      },
      stored,
    );

    const offCommitted = store.on('committed', (committed) => {
      if (committed.address.room !== room) return;
      desk.committed(committed);
      const { doc } = committed.address;
      sinceCheckpoint.set(doc, (sinceCheckpoint.get(doc) ?? 0) + committed.entries);
      if ((sinceCheckpoint.get(doc) ?? 0) >= limits.checkpointEvery) void checkpoint(doc, committed.archiveSeq);
    });

    /** Only what is durable goes into a checkpoint: when the replica is ahead of the disk, the next commit tries again. */
    const checkpoint = async (doc: DocKind, archiveSeq: number): Promise<void> => {
      const replica = replicas.get(doc);
      if (replica === undefined || checkpointing.has(doc) || closing) return;
      const durable = desk.heads(doc);
      const heads = replica.heads();
      if (heads.length !== durable.size || heads.some((head) => durable.get(head.clientId)?.seq !== head.seq)) return;
      checkpointing.add(doc);
      try {
        const built = await deps.buildCheckpoint(replica, archiveSeq);
        // Entries may have come in while it was signed into shape; the next commit tries again.
        if (
          built === undefined ||
          built.sessions.some(({ header, seq }) => durable.get(sessionClientId(header))?.seq !== seq)
        )
          return;
        await store.saveCheckpoint(built);
        deps.metrics.checkpointSaved();
        sinceCheckpoint.set(doc, 0);
        logger.debug('room.checkpoint', { room, doc, archiveSeq, bytes: built.state.length });
      } catch {
        logger.warn('room.checkpoint-failed', { room, doc });
      } finally {
        checkpointing.delete(doc);
      }
    };

    const peersChanged = (): void => {
      const present = new Set(handle.peers().map((peer) => peer.peerId));
      for (const peer of welcomed) if (!present.has(peer)) welcomed.delete(peer);
      for (const peer of present) {
        if (welcomed.has(peer)) continue;
        welcomed.add(peer);
        desk.greet(peer);
      }
      if (present.size > 0) {
        cancelIdle?.();
        cancelIdle = undefined;
      } else if (!closing) {
        cancelIdle ??= clock.after(limits.idleRoomMs, idle);
      }
    };
    const idle = (): void => {
      cancelIdle = undefined;
      // Somebody may be in the room whom no link has reached yet: signaling tells of nobody twice.
      if (tasks.isBusy || handle.unreached > 0) cancelIdle = clock.after(limits.idleRoomMs, idle);
      else onEnding('idle');
    };

    const offStatus = [...replicas.values()].map((replica) =>
      replica.on('status', () => {
        if (replica.state === 'failed') onEnding('failed');
      }),
    );
    const handle: RoomHandle = deps.mesh.join({ room, replicas });
    handle.on('peers', peersChanged);
    handle.on('access', () => {
      if (handle.access.kind === 'revoked') onEnding('revoked');
    });
    const tasks = deps.openTasks({ room, replicas, presence: handle.presence, onFailed: () => onEnding('failed') });
    peersChanged();
    logger.info('room.attended', { room, documents: stored.length });

    const close = async (): Promise<void> => {
      cancelIdle?.();
      await tasks.close();
      // Everything received so far was handed to the store; its receipts still go out over the open links.
      await store.flush();
      await desk.flush();
      await handle.leave();
      offCommitted();
      for (const off of offStatus) off();
      desk.close();
      await Promise.all([...replicas.values()].map((replica) => replica.close()));
      logger.info('room.left', { room });
    };
    return {
      room,
      replicas,
      get peers() {
        return handle.peers().length;
      },
      close: () => (closing ??= close()),
    };
  }
}
