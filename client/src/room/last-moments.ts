/**
 * Copies of what was written here and is not in the database yet, made in the task of the change itself: a browser that is
 * closed and a page that crashes say nothing before they end. The cost is bounded: a copy never takes more than a small
 * share of the time since the one before.
 */
import type { Clock } from '@vicinal/shared/clock.ts';
import type { Replica } from '@vicinal/shared/log/types.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import type { Transaction } from 'yjs';
import type { UnsavedCopies } from '../storage/unsaved-copies.ts';

export interface LastMoments {
  /** The database took something of the document: the copy goes once it has everything. */
  stored(doc: DocKind): void;
  /** There is a copy of the document already. */
  noteCopy(doc: DocKind): void;
  /** At once, whatever it costs: the page may end without another word. */
  keepAll(): void;
  /** Stops copying; a copy that is still needed stays. */
  close(): void;
}

const hasChanged = ({ beforeState, afterState, deleteSet }: Transaction): boolean =>
  deleteSet.clients.size > 0 || [...afterState].some(([client, clock]) => beforeState.get(client) !== clock);

/** Shorter than a person's keystrokes are apart: each is copied with the edit itself. */
const LEAST_INTERVAL_MS = 4;
/** Copying takes at most one part in so many of the time. */
const SHARE = 10;

export function createLastMoments(
  replicas: ReadonlyMap<DocKind, Replica>,
  copies: UnsavedCopies,
  clock: Clock,
): LastMoments {
  const copied = new Set<DocKind>();
  const due = new Map<DocKind, () => void>();
  const restUntil = new Map<DocKind, number>();

  const keep = (doc: DocKind): void => {
    due.get(doc)?.();
    due.delete(doc);
    const replica = replicas.get(doc);
    if (!replica) return;
    const startedAt = clock.monotonic();
    const batch = replica.unsaved();
    if (batch.entries.length > 0) copied.add(doc);
    else if (!copied.delete(doc)) return;
    copies.keep(replica.address, batch);
    const now = clock.monotonic();
    restUntil.set(doc, now + Math.max(LEAST_INTERVAL_MS, (now - startedAt) * SHARE));
  };
  const onChange = (doc: DocKind): void => {
    if (due.has(doc)) return;
    const restMs = (restUntil.get(doc) ?? 0) - clock.monotonic();
    if (restMs <= 0) keep(doc);
    else
      due.set(
        doc,
        clock.after(restMs, () => keep(doc)),
      );
  };
  const stops = [...replicas].map(([doc, { ydoc }]) => {
    // a listener to 'update' would have Yjs encode again whatever comes from others
    const listener = (_doc: unknown, transactions: readonly Transaction[]): void => {
      if (transactions.some((transaction) => transaction.local && hasChanged(transaction))) onChange(doc);
    };
    ydoc.on('afterAllTransactions', listener);
    return () => ydoc.off('afterAllTransactions', listener);
  });

  return {
    stored: (doc) => {
      if (copied.has(doc) && replicas.get(doc)?.unstored === 0) keep(doc);
    },
    noteCopy: (doc) => void copied.add(doc),
    keepAll: () => {
      for (const doc of replicas.keys()) keep(doc);
    },
    close: () => {
      for (const cancel of due.values()) cancel();
      due.clear();
      for (const stop of stops) stop();
    },
  };
}
