/** Signs what was copied in a hurry: own headers and entries that were sealed but not signed when their page ended. */
import { equalBytes } from '../bytes.ts';
import type { DeviceSigner } from '../crypto/signer.ts';
import { SessionLog, entryHash, sessionClientId, signHeader } from './session.ts';
import type { Entry, LogBatch, LogHeader, StoredLog } from './types.ts';

const isBlank = (signature: Uint8Array): boolean => signature.every((byte) => byte === 0);

/** What copies amount to. */
export interface CompletedBatch extends LogBatch {
  /** Entries that cannot be applied yet: something they follow on is neither stored nor in a copy. */
  readonly left: number;
}

/**
 * The batch of `Replica.unsaved()` as it would have become: signatures are deterministic, so an entry that was sent before
 * its page ended is the same entry again. Several copies may be put together in any order: entries are given back in one
 * in which they can be applied. What is stored already, or does not continue what is, is left out.
 */
export async function completeBatch(batch: LogBatch, stored: StoredLog, signer: DeviceSigner): Promise<CompletedBatch> {
  const logs = new Map<number, SessionLog>();
  const headers: LogHeader[] = [];
  for (const header of stored.headers) logs.set(sessionClientId(header), new SessionLog(header));
  for (const { header, seq, hash } of stored.checkpoint?.sessions ?? []) {
    const log = logs.get(sessionClientId(header)) ?? new SessionLog(header);
    log.startAt(seq, hash);
    logs.set(log.clientId, log);
  }
  for (const entry of stored.entries) append(logs.get(entry.clientId), entry);
  for (const header of batch.headers) {
    if (logs.has(sessionClientId(header))) continue;
    if (isBlank(header.sig) && !equalBytes(header.devicePub, signer.publicKey)) continue;
    const signed = isBlank(header.sig) ? await signHeader(header, header.grant, signer) : header;
    headers.push(signed);
    const log = new SessionLog(signed);
    logs.set(log.clientId, log);
  }
  const hasAncestors = ({ deps }: Entry): boolean =>
    deps.every(({ clientId, seq }) => (logs.get(clientId)?.seq ?? 0) >= seq);
  const entries: Entry[] = [];
  let waiting: readonly Entry[] = batch.entries;
  for (let before = -1; before !== waiting.length;) {
    before = waiting.length;
    const later: Entry[] = [];
    for (const entry of waiting) {
      const log = logs.get(entry.clientId);
      if (!log || entry.seq <= log.seq) continue;
      if (isBlank(entry.sig) && !equalBytes(log.header.devicePub, signer.publicKey)) continue;
      if (entry.seq !== log.seq + 1 || !hasAncestors(entry)) {
        later.push(entry);
        continue;
      }
      const signed = isBlank(entry.sig) ? { ...entry, sig: await signer.sign(log.bodyOfNext(entry)) } : entry;
      append(log, signed);
      entries.push(signed);
    }
    waiting = later;
  }
  const used = new Set(entries.map(({ clientId }) => clientId));
  return { headers: headers.filter((header) => used.has(sessionClientId(header))), entries, left: waiting.length };
}

function append(log: SessionLog | undefined, entry: Entry): void {
  if (log && entry.seq === log.seq + 1) log.append(entry, entryHash(log.bodyOfNext(entry)));
}
