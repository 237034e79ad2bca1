/** Receipts: what is signed, and who has acknowledged what of this device's own entries (protocol.md 7). */
import { concat, equalBytes, toHex, utf8 } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import type { Clock } from '../clock.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import type { Logger } from '../logger.ts';
import { encodeReceiptCore } from './envelope.ts';
import { byClientId } from './session.ts';
import type { SessionLog } from './session.ts';
import type {
  AcknowledgementSnapshot,
  DocAddress,
  Durability,
  Head,
  LogStore,
  Receipt,
  ReceiptTracker,
  StoredReceiptHeads,
} from './types.ts';

const DOMAIN = utf8('vicinal/receipt/v1');

export type UnsignedReceipt = Omit<Receipt, 'devicePub' | 'sig'>;

export async function signReceipt(receipt: UnsignedReceipt, signer: DeviceSigner): Promise<Receipt> {
  const whole = { ...receipt, devicePub: signer.publicKey };
  return { ...whole, sig: await signer.sign(concat(DOMAIN, encodeReceiptCore(whole))) };
}

/** Whether the receipt is signed by its own `devicePub`. That this device may say so (role, room) is for the caller. */
export const verifyReceipt = (receipt: Receipt, verify: VerifySignature): Promise<boolean> =>
  verify(receipt.devicePub, receipt.sig, concat(DOMAIN, encodeReceiptCore(receipt)));

interface Acknowledger {
  readonly by: string;
  readonly kind: 'archiver' | 'device';
  readonly heads: Map<number, Head>;
  /** What was receipted once and is not now, by session: until it is receipted again, the archive counts as having lost data. */
  readonly lost: Map<number, number>;
  archiveSeq: number;
  durability: Durability;
  at: number;
  /** Order in which acknowledgers were last heard of here. */
  heardAt: number;
}

export interface TrackerOptions {
  readonly address: DocAddress;
  readonly store: Pick<LogStore, 'saveReceipted'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly saveMs: number;
  /** Logs of the sessions that this device ever wrote. */
  readonly ownLogs: () => Iterable<SessionLog>;
  /** Every log of the document. */
  readonly logs: () => Iterable<SessionLog>;
  /** Entries that are not durable here, those not signed yet included. */
  readonly unsaved: () => number;
  readonly onChange: () => void;
}

export interface OwnReceiptTracker extends ReceiptTracker {
  restore(receipted: readonly StoredReceiptHeads[]): void;
  /** Own entries made now; keeps their time. */
  noteEntry(clientId: number, seq: number): void;
  /** Saves what is due and stops. */
  close(): Promise<void>;
}

export function createReceiptTracker(options: TrackerOptions): OwnReceiptTracker {
  const acknowledgers = new Map<string, Acknowledger>();
  /** When own entries were made, ms since the epoch, by session; index is seq − 1. Sparse for entries of earlier runs. */
  const madeAt = new Map<number, number[]>();
  const openedAt = options.clock.now();
  const dirty = new Set<Acknowledger>();
  let cancelSave: (() => void) | undefined;
  let saving: Promise<void> = Promise.resolve();
  let heard = 0;

  const acknowledger = (by: string, kind: 'archiver' | 'device'): Acknowledger => {
    const known = acknowledgers.get(by);
    if (known) return known;
    const fresh: Acknowledger = {
      by,
      kind,
      heads: new Map(),
      lost: new Map(),
      archiveSeq: 0,
      durability: 'memory',
      at: 0,
      heardAt: 0,
    };
    acknowledgers.set(by, fresh);
    return fresh;
  };

  const save = (): void => {
    cancelSave = undefined;
    const due = [...dirty];
    dirty.clear();
    saving = saving
      .then(async () => {
        for (const { by, archiveSeq, durability, at, heads } of due) {
          await options.store.saveReceipted(options.address, {
            by,
            archiveSeq,
            durability,
            at,
            heads: [...heads.values()].sort(byClientId),
          });
        }
      })
      .catch(() => options.logger.warn('log.receipts-not-saved')); // an acknowledgement forgotten is asked for again
  };

  /** Own entries of a log that `ack` covers: its head must be on the chain kept here. */
  const covered = (log: SessionLog, ack: Acknowledger): number => {
    const head = ack.heads.get(log.clientId);
    if (!head) return 0;
    // Nobody can vouch for entries that do not exist yet.
    if (head.seq > log.seq) return 0;
    const hash = log.hashAt(head.seq);
    return hash === undefined || equalBytes(hash, head.hash) ? head.seq : 0;
  };
  /** Entries of a log, whoever wrote them, that an archive has not vouched for. One that is ahead of this device has them. */
  const uncovered = (log: SessionLog, ack: Acknowledger | undefined): number => {
    const head = ack?.heads.get(log.clientId);
    if (!head) return log.seq;
    const hash = log.hashAt(head.seq);
    if (hash !== undefined && !equalBytes(hash, head.hash)) return log.seq;
    return Math.max(0, log.seq - head.seq);
  };
  /** The archive heard last: after a restore the former one no longer counts. */
  const currentArchive = (): Acknowledger | undefined =>
    [...acknowledgers.values()].filter((ack) => ack.kind === 'archiver').sort((a, b) => b.heardAt - a.heardAt)[0];

  return {
    accept: (receipt, signer, deviceId) => {
      const { room, doc, gen } = options.address;
      if (receipt.room !== room || receipt.doc !== doc || receipt.gen !== gen) return;
      const by = signer === 'archiver' ? toHex(receipt.archiveId) : deviceId;
      const former = signer === 'archiver' && !acknowledgers.has(by) ? currentArchive() : undefined;
      const ack = acknowledger(by, signer);
      // A restored archive has to vouch for what the one before it did.
      for (const { clientId, seq } of former?.heads.values() ?? [])
        ack.lost.set(clientId, Math.max(seq, former?.lost.get(clientId) ?? 0));
      for (const head of receipt.heads) {
        const known = ack.heads.get(head.clientId);
        if (known && head.seq < known.seq) {
          if (signer === 'device') continue; // an older receipt overtaken on the way
          if (receipt.archiveSeq < ack.archiveSeq) continue;
          ack.lost.set(head.clientId, Math.max(known.seq, ack.lost.get(head.clientId) ?? 0));
          options.logger.error('log.archive-regressed', { archiveId: ack.by, from: known.seq, to: head.seq });
        }
        ack.heads.set(head.clientId, head);
        if (head.seq >= (ack.lost.get(head.clientId) ?? 0)) ack.lost.delete(head.clientId);
      }
      if (former !== undefined && ack.lost.size > 0)
        options.logger.warn('log.archive-replaced', { archiveId: ack.by, former: former.by, sessions: ack.lost.size });
      ack.archiveSeq = Math.max(ack.archiveSeq, receipt.archiveSeq);
      ack.durability = receipt.durability;
      ack.at = Math.max(ack.at, receipt.at);
      ack.heardAt = ++heard;
      dirty.add(ack);
      cancelSave ??= options.clock.after(options.saveMs, save);
      options.onChange();
    },

    snapshot: (): AcknowledgementSnapshot => {
      const archive = currentArchive();
      const devices = [...acknowledgers.values()].filter((ack) => ack.kind === 'device');
      let unarchived = 0;
      let unreplicated = 0;
      let unvouched = 0;
      let oldest: number | undefined;
      const isComplete = new Set(devices);
      for (const log of options.ownLogs()) {
        const byArchive = archive ? covered(log, archive) : 0;
        let byAnyone = byArchive;
        for (const device of devices) {
          const upTo = covered(log, device);
          if (upTo < log.seq) isComplete.delete(device);
          byAnyone = Math.max(byAnyone, upTo);
        }
        unarchived += log.seq - byArchive;
        unreplicated += log.seq - byAnyone;
        if (byAnyone < log.seq) oldest = Math.min(oldest ?? Infinity, madeAt.get(log.clientId)?.[byAnyone] ?? openedAt);
      }
      let archiveRegressed = false;
      for (const log of options.logs()) {
        unvouched += uncovered(log, archive);
        // what this device does not hold it cannot send again
        const lost = Math.min(archive?.lost.get(log.clientId) ?? 0, log.seq);
        if (lost > (archive?.heads.get(log.clientId)?.seq ?? 0)) archiveRegressed = true;
      }
      return {
        unsaved: options.unsaved(),
        uncovered: unvouched,
        unarchived,
        unreplicated,
        devicesWithAll: isComplete.size,
        archiveRegressed,
        ...(archive ? { archive: { durability: archive.durability, at: archive.at, archiveId: archive.by } } : {}),
        ...(oldest === undefined ? {} : { oldestLocalOnlyAt: oldest }),
      };
    },

    restore: (receipted) => {
      for (const stored of [...receipted].sort((a, b) => a.at - b.at)) {
        const ack = acknowledger(stored.by, stored.durability.startsWith('archive') ? 'archiver' : 'device');
        for (const head of stored.heads) ack.heads.set(head.clientId, head);
        ack.archiveSeq = stored.archiveSeq;
        ack.durability = stored.durability;
        ack.at = stored.at;
        ack.heardAt = ++heard;
      }
    },

    noteEntry: (clientId, seq) => {
      const times = madeAt.get(clientId) ?? [];
      times[seq - 1] = options.clock.now();
      madeAt.set(clientId, times);
    },

    close: async () => {
      cancelSave?.();
      if (dirty.size > 0) save();
      await saving;
    },
  };
}

/** Bytes by which an archive is known; random, changed when it is restored. */
export const ARCHIVE_ID_BYTES = 16;
export type ArchiveId = Bytes;
