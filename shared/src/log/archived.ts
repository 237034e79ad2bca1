/** Whether an archive holds all of a stored document, by the receipts that were stored with it. */
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import { silentLogger } from '../logger.ts';
import { createReceiptTracker } from './receipts.ts';
import { entryHash, sessionClientId, SessionLog } from './session.ts';
import type { DocAddress, StoredLog } from './types.ts';

const still: Clock = { now: () => 0, monotonic: () => 0, after: () => () => undefined };

/**
 * True when receipts of the archive heard last, given for what is on its disk, cover every entry of `stored`, whoever wrote
 * it, on the chain held here. By the rule of the sync status; a log with gaps, or that waits to be stored, is not covered.
 */
export function isArchived(address: DocAddress, stored: StoredLog): boolean {
  if (stored.unsaved !== undefined) return false;
  const logs = logsOf(stored);
  if (logs === undefined) return false;
  const tracker = createReceiptTracker({
    address,
    store: { saveReceipted: () => Promise.reject(new AppError('internal', 'nothing is saved here')) },
    clock: still,
    logger: silentLogger,
    saveMs: 0,
    logs: () => logs,
    ownLogs: () => [],
    unsaved: () => 0,
    onChange: () => undefined,
  });
  tracker.restore(stored.receipted);
  const { uncovered, archive, archiveRegressed } = tracker.snapshot();
  if (logs.every(({ seq }) => seq === 0)) return true;
  return archive?.durability === 'archive-disk' && uncovered === 0 && !archiveRegressed;
}

function logsOf(stored: StoredLog): readonly SessionLog[] | undefined {
  const logs = new Map<number, SessionLog>();
  for (const header of stored.headers) logs.set(sessionClientId(header), new SessionLog(header));
  for (const { header, seq, hash } of stored.checkpoint?.sessions ?? []) {
    const log = logs.get(sessionClientId(header)) ?? new SessionLog(header);
    log.startAt(seq, hash);
    logs.set(log.clientId, log);
  }
  for (const entry of stored.entries) {
    const log = logs.get(entry.clientId);
    if (!log) return undefined;
    if (entry.seq <= log.seq) continue;
    if (entry.seq !== log.seq + 1) return undefined;
    log.append(entry, entryHash(log.bodyOfNext(entry)));
  }
  return [...logs.values()];
}
