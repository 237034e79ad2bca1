/** One open room: what stands in the database, the stock provider on it, and what arrives, signed and stored. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Bytes } from '@vicinal/shared/bytes.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { openRoomMessage } from '@vicinal/shared/crypto/transcript.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { Limits } from '../config.ts';
import { errorCodeOf, isRetryable } from '../store/connection.ts';
import type { OpenRoomStore, SignedBody } from '../store/open-rooms.ts';
import type { OpenRoomStats } from './messages.ts';
import { createOpenDoc, decodeUpdates, encodeUpdates, type OpenDoc } from './open-doc.ts';
import type { OpenRoomLink } from './provider.ts';

/** Stock peers lose messages above this: a newcomer gets no larger state at once. */
const STOCK_MESSAGE_BYTES = 256 * 1024;
/** Bytes of one batch. */
const BATCH_BYTES = 1024 * 1024;

export interface OpenRoomOptions {
  readonly room: string;
  readonly store: OpenRoomStore;
  readonly signer: DeviceSigner;
  readonly join: (ydoc: OpenDoc['ydoc']) => OpenRoomLink;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What arrived can never be stored; the room is of no use any more. */
  readonly onFailed: (error: unknown) => void;
}

export interface OpenRoom {
  readonly link: OpenRoomLink;
  stats(): OpenRoomStats;
  /** Leaves, then stores what has arrived. Idempotent. */
  close(): Promise<void>;
}

/** Rejects with what the store reports, or with 'storage-failed' when what is stored is not what was signed. */
export async function openOpenRoom(options: OpenRoomOptions): Promise<OpenRoom> {
  const { room, store, signer, limits, clock, logger } = options;
  let state: OpenRoomStats['state'] = 'taking';
  let seq = 0;
  let storedBytes = 0;
  let batches = 0;
  let refused = 0;
  let dropped = 0;
  let queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let isClosing = false;
  let cancelFlush: (() => void) | undefined;
  let flushing: Promise<void> | undefined;
  let isWarned = false;

  const become = (next: OpenRoomStats['state']): void => {
    if (state === next) return;
    const before = state;
    state = next;
    logger.warn('open-room.state', { room, state, before, bytes: storedBytes });
    // What was refused meanwhile is with the peers: they hand it over when they meet again.
    if (state === 'taking') link.reconnect();
  };

  const doc = createOpenDoc({
    isTaking: () => state === 'taking' && !isClosing,
    maxPendingBytes: limits.openRoomMaxPendingBytes,
    onRefused: () => refused++,
    onDropped: () => {
      if (dropped++ === 0) logger.warn('open-room.pending-dropped', { room });
    },
    onUpdate: (update) => {
      queue.push(update);
      queuedBytes += update.length;
      if (queuedBytes > limits.openRoomMaxQueuedBytes && state === 'taking') become('paused');
      if (flushing === undefined) cancelFlush ??= clock.after(limits.coalesceMs, flush);
    },
  });

  const sign = async (kind: 'state' | 'updates', number: number, body: Bytes): Promise<SignedBody> => {
    const at = Math.trunc(clock.now());
    const sig = await signer.sign(openRoomMessage(kind, room, number, at, body));
    return { seq: number, at, body, signer: signer.publicKey, sig };
  };
  /** Until it works, or never will. */
  const persist = async (work: () => Promise<unknown>): Promise<void> => {
    for (let failures = 1; ; failures++) {
      try {
        await work();
        return;
      } catch (error) {
        if (!isRetryable(error)) throw error;
        const delayMs = Math.min(limits.retryMaxMs, limits.retryMinMs * 2 ** Math.min(failures - 1, 16));
        logger.warn('open-room.not-stored', { room, code: errorCodeOf(error), delayMs });
        await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
      }
    }
  };
  const compact = async (): Promise<void> => {
    const body = doc.state();
    await persist(async () => store.compact(room, await sign('state', seq, body)));
    storedBytes = body.length;
    batches = 0;
    if (storedBytes > limits.openRoomMaxBytes) become('full');
    if (storedBytes > STOCK_MESSAGE_BYTES && !isWarned) {
      isWarned = true;
      logger.warn('open-room.too-large-for-newcomers', { room, bytes: storedBytes });
    }
  };
  const takeBatch = (): Uint8Array[] => {
    let bytes = 0;
    let count = 0;
    for (const update of queue) {
      if (count > 0 && bytes + update.length > BATCH_BYTES) break;
      bytes += update.length;
      count++;
    }
    queuedBytes -= bytes;
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  };
  const storeQueue = async (): Promise<void> => {
    while (queue.length > 0) {
      const body = encodeUpdates(takeBatch());
      const signed = await sign('updates', seq + 1, body);
      await persist(async () => {
        const durability = await store.append(room, signed);
        if (durability !== 'archive-disk') logger.warn('open-room.not-on-disk', { room, durability });
      });
      seq++;
      batches++;
      storedBytes += body.length;
      if (batches >= limits.openRoomCompactEvery || storedBytes > limits.openRoomMaxBytes) await compact();
    }
    if (state === 'paused') become('taking');
  };
  const flush = (): void => {
    cancelFlush?.();
    cancelFlush = undefined;
    flushing ??= storeQueue()
      .catch((error: unknown) => options.onFailed(error))
      .finally(() => {
        flushing = undefined;
        if (queue.length > 0 && !isClosing) flush();
      });
  };

  const stored = await store.load(room);
  for (const [kind, signed] of [
    ...(stored.state === undefined ? [] : [['state', stored.state] as const]),
    ...stored.updates.map((update) => ['updates', update] as const),
  ]) {
    const message = openRoomMessage(kind, room, signed.seq, signed.at, signed.body);
    if (!(await verifySignature(signed.signer, signed.sig, message)))
      throw new AppError('storage-failed', `open room ${room}: ${kind} ${signed.seq} is not what was signed`);
    doc.load(kind === 'state' ? [signed.body] : decodeUpdates(signed.body));
    seq = signed.seq;
    storedBytes += signed.body.length;
  }
  batches = stored.updates.length;
  if (batches > 0) await compact();
  else if (storedBytes > limits.openRoomMaxBytes) state = 'full';
  const link = options.join(doc.ydoc);
  logger.info('open-room.opened', { room, state, bytes: storedBytes });

  let closing: Promise<void> | undefined;
  return {
    link,
    stats: () => ({ room, state, peers: link.peers(), bytes: storedBytes, batches: seq, refused, dropped }),
    close: () =>
      (closing ??= (async () => {
        isClosing = true;
        link.close();
        flush();
        await flushing;
        doc.close();
      })()),
  };
}
