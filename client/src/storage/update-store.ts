/** Keeps logs in an account's database (protocol.md 7, L1). One strict transaction per batch; idempotent by (session, seq). */
import type {
  Checkpoint,
  DocAddress,
  Durability,
  LogBatch,
  LogHeader,
  LogStore,
  StoredLog,
  StoredReceiptHeads,
} from '@vicinal/shared/log/types.ts';
import { sessionClientId } from '@vicinal/shared/log/session.ts';
import type { AccountDatabase, AddressKey } from './database.ts';
import {
  checkpointRow,
  entryRow,
  headerRow,
  readCheckpoint,
  readEntry,
  readHeader,
  readNumber,
  readReceipted,
  readRow,
  receiptedRow,
} from './rows.ts';

const keyOf = ({ room, doc, gen }: DocAddress): AddressKey => [room, doc, gen];

/** Every key that begins with `key`: arrays sort after numbers and strings in IndexedDB. */
const under = (key: AddressKey): IDBKeyRange => IDBKeyRange.bound(key, [...key, []]);

/** Within a transaction over (at least) headers, entries, checkpoints and receipted. */
export async function readLog(tx: LogReader, address: DocAddress): Promise<StoredLog> {
  const key = keyOf(address);
  const [headers, entries, checkpoint, receipted] = await Promise.all([
    tx.objectStore('headers').getAll(under(key)),
    tx.objectStore('entries').getAll(under(key)),
    tx.objectStore('checkpoints').get(key),
    tx.objectStore('receipted').getAll(under(key)),
  ]);
  return {
    headers: headers.map(readHeader),
    entries: entries
      .map(readEntry)
      .sort((a, b) => a.order - b.order)
      .map(({ order: _order, ...entry }) => entry),
    receipted: receipted.map(readReceipted),
    ...(checkpoint === undefined ? {} : { checkpoint: readCheckpoint(checkpoint) }),
  };
}
/** What reading a log needs of a transaction. */
export interface LogReader {
  objectStore(name: 'headers' | 'entries' | 'checkpoints' | 'receipted'): {
    getAll(range: IDBKeyRange): Promise<unknown[]>;
    get(key: AddressKey): Promise<unknown>;
  };
}

/** `close()` of the store ends its use, not the database: whoever opened that closes it. */
export function createUpdateStore(database: AccountDatabase): LogStore {
  const load = (address: DocAddress): Promise<StoredLog> =>
    database.read(['headers', 'entries', 'checkpoints', 'receipted'], (tx) => readLog(tx, address));

  const append = (address: DocAddress, batch: LogBatch): Promise<Durability> =>
    database.write(['headers', 'entries', 'documents'], async (tx) => {
      const key = keyOf(address);
      const headers = tx.objectStore('headers');
      for (const header of batch.headers) {
        const at: [...AddressKey, number] = [...key, sessionClientId(header)];
        const known = await headers.get(at);
        if (known === undefined || isCompletedBy(readHeader(known), header)) await headers.put(headerRow(header), at);
      }
      if (batch.entries.length > 0) {
        const documents = tx.objectStore('documents');
        const entries = tx.objectStore('entries');
        const record = await documents.get(key);
        const first = record === undefined ? 0 : readNumber(readRow(record, 'document')['nextOrder'], 'document');
        let order = first;
        const unique = new Map(
          batch.entries.map((entry) => [`${entry.clientId}/${entry.seq}`, entry] as const).reverse(),
        );
        await Promise.all(
          [...unique.values()].reverse().map(async (entry) => {
            const at: [...AddressKey, number, number] = [...key, entry.clientId, entry.seq];
            if ((await entries.getKey(at)) === undefined) await entries.put(entryRow(entry, order++), at);
          }),
        );
        if (order !== first) await documents.put({ nextOrder: order }, key);
      }
      return 'device' as const;
    });

  return {
    load,
    append,
    saveCheckpoint: (checkpoint: Checkpoint) =>
      database.write(['checkpoints'], async (tx) => {
        const key = keyOf(checkpoint);
        const stored = await tx.objectStore('checkpoints').get(key);
        // a device keeps the checkpoint it started from: the entries it has continue that one
        if (stored === undefined || readCheckpoint(stored).archiveSeq <= checkpoint.archiveSeq) {
          await tx.objectStore('checkpoints').put(checkpointRow(checkpoint), key);
        }
      }),
    saveReceipted: (address: DocAddress, heads: StoredReceiptHeads) =>
      database.write(['receipted'], async (tx) => {
        await tx.objectStore('receipted').put(receiptedRow(heads), [...keyOf(address), heads.by]);
      }),
    close: () => Promise.resolve(),
  };
}

/** The same header with the grant it lacked. */
const isCompletedBy = (stored: LogHeader, header: LogHeader): boolean => stored.grant === '' && header.grant !== '';
