/**
 * Receipts on the wire (protocol.md 7): verifies those of linked peers and feeds the replicas' trackers; acknowledges, as a
 * device (L2), what linked peers wrote and this device has stored. Archivers send their own through `send`.
 */
import { equalBytes, sha256, utf8, type Bytes } from '../bytes.ts';
import type { Clock } from '../clock.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import type { PeerId } from '../ids.ts';
import { decodeReceipt, encodeReceipt } from '../log/envelope.ts';
import { signReceipt, verifyReceipt } from '../log/receipts.ts';
import type { Head, Receipt, Replica } from '../log/types.ts';
import { may, type DocKind } from '../roles.ts';
import { MESSAGE } from './messages.ts';
import type { RoomPeerState } from './room-peer.ts';
import type { MeshLimits } from './types.ts';

export interface AcknowledgementsOptions {
  readonly replicas: ReadonlyMap<DocKind, Replica>;
  readonly peers: () => Iterable<RoomPeerState>;
  readonly signer: DeviceSigner;
  readonly verifySignature: VerifySignature;
  readonly clock: Clock;
  readonly limits: Pick<MeshLimits, 'receiptDelayMs'>;
  /** False for archivers, which know better what their receipts may claim. */
  readonly acknowledges: boolean;
  readonly count: (name: string) => void;
}

export interface Acknowledgements {
  opened(peer: RoomPeerState): void;
  receive(peer: RoomPeerState, payload: Bytes): void;
  send(receipt: Receipt, to?: PeerId): void;
  close(): void;
}

export function createAcknowledgements(options: AcknowledgementsOptions): Acknowledgements {
  const { replicas, signer, clock, count } = options;
  /** What this device has stored, as its replicas reported. */
  const stored = new Map<DocKind, Map<number, Head>>();
  const due = new Map<RoomPeerState, Map<DocKind, Map<number, Head>>>();
  const unsubscribe: (() => void)[] = [];
  let cancelFlush: (() => void) | undefined;
  let isClosed = false;
  /** Stands where an archive has its id; L2 trackers go by the device instead. */
  const deviceArchiveId = sha256(utf8(`vicinal/device-receipts/v1\0${signer.deviceId}`)).slice(0, 16);

  /** Another tab of this device shares its storage: what it has is no safer for being there. */
  const isOwnDevice = (peer: RoomPeerState): boolean => peer.roomLink.identity.deviceId === signer.deviceId;
  const isWrittenBy = (replica: Replica, clientId: number, peer: RoomPeerState): boolean => {
    const header = replica.header(clientId);
    return header !== undefined && equalBytes(header.devicePub, peer.roomLink.identity.devicePub);
  };
  const owe = (peer: RoomPeerState, doc: DocKind, replica: Replica, heads: Iterable<Head>): void => {
    if (isOwnDevice(peer)) return;
    for (const head of heads) {
      if (!isWrittenBy(replica, head.clientId, peer)) continue;
      const byDoc = due.get(peer) ?? new Map<DocKind, Map<number, Head>>();
      due.set(peer, byDoc);
      const bySession = byDoc.get(doc) ?? new Map<number, Head>();
      byDoc.set(doc, bySession);
      bySession.set(head.clientId, head);
    }
    if (due.size > 0) cancelFlush ??= clock.after(options.limits.receiptDelayMs, () => void flush());
  };

  const flush = async (): Promise<void> => {
    cancelFlush = undefined;
    const owed = [...due];
    due.clear();
    for (const [peer, byDoc] of owed) {
      for (const [doc, heads] of byDoc) {
        const replica = replicas.get(doc);
        if (!replica || isClosed || !peer.roomLink.isOpen) continue;
        const receipt = await signReceipt(
          {
            ...replica.address,
            archiveId: deviceArchiveId,
            lease: 0,
            archiveSeq: 0,
            heads: [...heads.values()],
            durability: 'device',
            at: Math.floor(clock.now()),
          },
          signer,
        );
        if (!isClosed && peer.roomLink.isOpen) peer.roomLink.send('control', MESSAGE.receipt, encodeReceipt(receipt));
      }
    }
  };

  const noteStored = (doc: DocKind, replica: Replica, heads: readonly Head[]): void => {
    const known = stored.get(doc) ?? new Map<number, Head>();
    stored.set(doc, known);
    for (const head of heads) if (head.seq >= (known.get(head.clientId)?.seq ?? 0)) known.set(head.clientId, head);
    for (const peer of options.peers()) owe(peer, doc, replica, heads);
  };

  /** What an earlier run stored. Heads are noted only once a flush behind them went through. */
  const noteLoaded = async (doc: DocKind, replica: Replica): Promise<void> => {
    try {
      await replica.flush();
      const heads = replica.heads();
      await replica.flush();
      if (!isClosed && replica.state !== 'failed') noteStored(doc, replica, heads);
    } catch {
      count('acknowledgement-skipped'); // nothing is claimed for a store that fails
    }
  };

  const receive = async (peer: RoomPeerState, payload: Bytes): Promise<void> => {
    const parsed = decodeReceipt(payload);
    if (!parsed.ok) return count('receipt-malformed');
    const receipt = parsed.value;
    const replica = replicas.get(receipt.doc);
    const { identity, claims, room } = peer.roomLink;
    if (!replica || receipt.room !== room || receipt.gen !== replica.address.gen) return count('receipt-unknown');
    const isArchive = receipt.durability === 'archive-os' || receipt.durability === 'archive-disk';
    if (!equalBytes(receipt.devicePub, identity.devicePub)) return count('receipt-forged');
    if (!isArchive && isOwnDevice(peer)) return count('receipt-own');
    if (isArchive && !may(claims.role, 'sign-archive-receipt')) return count('receipt-forged');
    if (!(await verifyReceipt(receipt, options.verifySignature))) return count('receipt-forged');
    if (isClosed) return;
    replica.receipts.accept(receipt, isArchive ? 'archiver' : 'device', identity.deviceId);
    count('receipt-accepted');
  };

  if (options.acknowledges) {
    for (const [doc, replica] of replicas) {
      unsubscribe.push(replica.on('stored', (heads) => noteStored(doc, replica, heads)));
      void noteLoaded(doc, replica);
    }
  }

  return {
    opened: (peer) => {
      for (const [doc, heads] of stored) {
        const replica = replicas.get(doc);
        if (replica) owe(peer, doc, replica, heads.values());
      }
    },
    receive: (peer, payload) => void receive(peer, payload),
    send: (receipt, to) => {
      const payload = encodeReceipt(receipt);
      for (const peer of options.peers()) {
        if (to === undefined || peer.peerId === to) peer.roomLink.send('control', MESSAGE.receipt, payload);
      }
    },
    close: () => {
      isClosed = true;
      cancelFlush?.();
      for (const off of unsubscribe) off();
      due.clear();
      stored.clear();
    },
  };
}
