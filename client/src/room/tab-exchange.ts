/**
 * Entries between tabs of one account over BroadcastChannel. A sibling is treated like any other peer: what it sends goes
 * through `replica.receive` and the rules of validity (protocol.md 6).
 */
import type { Bytes } from '@vicinal/shared/bytes.ts';
import type { PeerId } from '@vicinal/shared/ids.ts';
import { isPeerId } from '@vicinal/shared/ids.ts';
import { decodeBatch, decodeHeads, encodeBatch, encodeHeads } from '@vicinal/shared/log/envelope.ts';
import type { LogBatch, Replica } from '@vicinal/shared/log/types.ts';
import { DOC_KINDS, type DocKind } from '@vicinal/shared/roles.ts';

/** What the exchange needs of BroadcastChannel. */
export interface TabChannel {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
}

export interface TabExchange {
  close(): void;
}

/** Largest batch in one message, bytes. */
const MAX_BATCH_BYTES = 256 * 1024;

interface TabMessage {
  readonly from: PeerId;
  readonly doc: DocKind;
  readonly gen: number;
  readonly kind: 'batch' | 'heads';
  readonly bytes: Bytes;
  /** With 'heads': the receiver answers with its own. */
  readonly wantsReply: boolean;
}

/** Call when the replicas have read their store. `onFailed` hears of entries that could not be stored. */
export function createTabExchange(
  channel: TabChannel,
  self: PeerId,
  replicas: ReadonlyMap<DocKind, Replica>,
  onFailed: (error: unknown) => void,
): TabExchange {
  const siblings = new Set<PeerId>();
  let isClosed = false;

  const send = (replica: Replica, kind: TabMessage['kind'], bytes: Bytes, wantsReply = false): void => {
    if (isClosed) return;
    const { doc, gen } = replica.address;
    channel.postMessage({ from: self, doc, gen, kind, bytes, wantsReply } satisfies TabMessage);
  };
  const sendBatch = (replica: Replica, batch: LogBatch): void => send(replica, 'batch', encodeBatch(batch));
  const sendHeads = (replica: Replica, wantsReply: boolean): void =>
    send(replica, 'heads', encodeHeads(replica.heads()), wantsReply);

  const receiveBatch = async (replica: Replica, from: PeerId, batch: LogBatch): Promise<void> => {
    const report = await replica.receive(batch, from);
    if (report.missing.length > 0 && report.applied + report.held > 0) sendHeads(replica, false);
  };
  const answerHeads = (replica: Replica, bytes: Bytes, wantsReply: boolean): void => {
    const theirs = decodeHeads(bytes);
    if (!theirs.ok) return;
    for (const batch of replica.missingFor(theirs.value, MAX_BATCH_BYTES)) sendBatch(replica, batch);
    if (wantsReply) sendHeads(replica, false);
  };

  channel.onmessage = ({ data }) => {
    const message = parse(data);
    const replica = message && replicas.get(message.doc);
    if (!message || !replica || replica.address.gen !== message.gen || replica.state === 'closed') return;
    siblings.add(message.from);
    if (message.kind === 'heads') {
      answerHeads(replica, message.bytes, message.wantsReply);
      return;
    }
    const batch = decodeBatch(message.bytes);
    if (batch.ok) receiveBatch(replica, message.from, batch.value).catch(onFailed);
  };

  const unsubscribes = [...replicas.values()].map((replica) =>
    replica.on('applied', (batch, source) => {
      if (source.kind === 'store' || (source.kind === 'peer' && siblings.has(source.peer))) return;
      sendBatch(replica, batch);
    }),
  );
  for (const replica of replicas.values()) sendHeads(replica, true);

  return {
    close: () => {
      isClosed = true;
      for (const unsubscribe of unsubscribes) unsubscribe();
      channel.onmessage = null;
      channel.close();
    },
  };
}

function parse(data: unknown): TabMessage | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const row = data as Readonly<Record<string, unknown>>; // any object can be read by key
  const { from, gen, kind, bytes } = row;
  const doc = DOC_KINDS.find((known) => known === row['doc']);
  if (typeof from !== 'string' || !isPeerId(from) || doc === undefined || typeof gen !== 'number') return undefined;
  if ((kind !== 'batch' && kind !== 'heads') || !(bytes instanceof Uint8Array)) return undefined;
  // structured clone of what `send` posted
  return { from, doc, gen, kind, bytes: bytes as Bytes, wantsReply: row['wantsReply'] === true };
}
