/** Turns commits into signed receipts: changed heads to everybody, gathered for a moment; all heads to whoever newly joined. */
import type { Bytes } from '@vicinal/shared/bytes.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { PeerId } from '@vicinal/shared/ids.ts';
import { signReceipt } from '@vicinal/shared/log/receipts.ts';
import type { Head, Receipt } from '@vicinal/shared/log/types.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import type { Committed, StoredHeads } from '../store/archive-store.ts';

export interface ReceiptDeskOptions {
  readonly archiveId: Bytes;
  readonly signer: DeviceSigner;
  readonly delayMs: number;
  readonly clock: Clock;
  /** Server's wall time in ms. */
  readonly now: () => number;
  /** `to` absent: to every peer of the room. */
  readonly send: (receipt: Receipt, to?: PeerId) => void;
  readonly onError: (error: unknown) => void;
}

export interface ReceiptDesk {
  committed(committed: Committed): void;
  /** Heads that are durable, per document, as far as told. */
  heads(doc: DocKind): ReadonlyMap<number, Head>;
  /** Tells one peer everything that is durable. */
  greet(peer: PeerId): void;
  /** Resolves when every receipt due is sent. */
  flush(): Promise<void>;
  close(): void;
}

type Durable = Omit<StoredHeads, 'heads'> & { readonly heads: Map<number, Head> };

/** `stored` is what disk yielded when the room was opened. */
export function createReceiptDesk(options: ReceiptDeskOptions, stored: readonly StoredHeads[]): ReceiptDesk {
  const durable = new Map<DocKind, Durable>();
  const changed = new Map<DocKind, Map<number, Head>>();
  let cancelTimer: (() => void) | undefined;
  let signing: Promise<void> = Promise.resolve();
  let isClosed = false;
  for (const one of stored)
    durable.set(one.address.doc, { ...one, heads: new Map(one.heads.map((head) => [head.clientId, head])) });

  /** One after the other: receipts leave in the order of what they claim. */
  const issue = (doc: DocKind, heads: readonly Head[], to?: PeerId): void => {
    const known = durable.get(doc);
    if (known === undefined || heads.length === 0) return;
    const { address, archiveSeq, lease, durability } = known;
    const unsigned = {
      ...address,
      archiveId: options.archiveId,
      lease,
      archiveSeq,
      heads,
      durability,
      at: Math.trunc(options.now()),
    };
    signing = signing
      .then(async () => {
        const receipt = await signReceipt(unsigned, options.signer);
        if (!isClosed) options.send(receipt, to);
      })
      .catch(options.onError);
  };
  const issueChanged = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    for (const [doc, heads] of changed) issue(doc, [...heads.values()]);
    changed.clear();
  };

  return {
    committed({ address, heads, archiveSeq, lease, durability }) {
      if (isClosed) return;
      const { doc } = address;
      const all = durable.get(doc)?.heads ?? new Map<number, Head>();
      const moved = changed.get(doc) ?? new Map<number, Head>();
      for (const head of heads) {
        all.set(head.clientId, head);
        moved.set(head.clientId, head);
      }
      durable.set(doc, { address, heads: all, archiveSeq, lease, durability });
      changed.set(doc, moved);
      cancelTimer ??= options.clock.after(options.delayMs, issueChanged);
    },
    heads: (doc) => durable.get(doc)?.heads ?? new Map<number, Head>(),
    greet(peer) {
      for (const [doc, { heads }] of durable) issue(doc, [...heads.values()], peer);
    },
    async flush() {
      issueChanged();
      await signing;
    },
    close() {
      isClosed = true;
      cancelTimer?.();
    },
  };
}
