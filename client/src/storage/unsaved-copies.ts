/**
 * Copies of what was not yet in the database when its page was hidden or ended: the last moments before a reload. Kept in
 * localStorage, the one store that is written while a page is torn down, and moved into the log when the document is
 * opened next; where the database still refuses it then, it goes on as the new page's own copy. Entries are copied as they are, so one that had left already does not come twice.
 */
import { fromBase64Url, toBase64Url } from '@vicinal/shared/bytes.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { completeBatch } from '@vicinal/shared/log/complete-batch.ts';
import { decodeBatch, encodeBatch } from '@vicinal/shared/log/envelope.ts';
import type { DocAddress, LogBatch, LogStore, StoredLog } from '@vicinal/shared/log/types.ts';

/** Characters of one copy; what is larger is left to the database. */
const MAX_COPY_LENGTH = 1024 * 1024;
const PREFIX = 'vicinal/unsaved/';

export interface UnsavedCopies {
  /**
   * Synchronous. An empty batch removes the copy of this tab. False when it cannot be kept; the copy before it stays then:
   * it holds the first part of the same.
   */
  keep(address: DocAddress, batch: LogBatch): boolean;
  /** Copies of any tab of this account. */
  read(address: DocAddress): readonly UnsavedCopy[];
  /** Nothing happens when its page, which is still open, has replaced it meanwhile. */
  remove(copy: UnsavedCopy): void;
}

export interface UnsavedCopy {
  readonly key: string;
  readonly text: string;
  readonly batch: LogBatch;
}

/** `tab` tells this page from the others; `account` is the name of its database. */
export function createUnsavedCopies(storage: Storage, account: string, tab: string): UnsavedCopies {
  const prefixOf = ({ room, doc, gen }: DocAddress): string => `${PREFIX}${account}/${room}/${doc}/${gen}/`;
  return {
    keep: (address, batch) => {
      const key = prefixOf(address) + tab;
      try {
        if (batch.entries.length === 0) {
          storage.removeItem(key);
          return true;
        }
        const text = toBase64Url(encodeBatch(batch));
        if (text.length > MAX_COPY_LENGTH) return false;
        storage.setItem(key, text);
        return true;
      } catch {
        return false; // no room or no permission: the database is still being written
      }
    },
    read: (address) =>
      keysUnder(storage, prefixOf(address)).flatMap((key) => {
        const text = storage.getItem(key) ?? '';
        const bytes = fromBase64Url(text);
        const batch = bytes && decodeBatch(bytes);
        if (batch?.ok !== true) storage.removeItem(key);
        return batch?.ok === true ? [{ key, text, batch: batch.value }] : [];
      }),
    remove: ({ key, text }) => {
      if (storage.getItem(key) === text) storage.removeItem(key);
    },
  };
}

/** For the removal of an account from this device. */
export function removeUnsavedCopies(storage: Storage, account: string): void {
  for (const key of keysUnder(storage, `${PREFIX}${account}/`)) storage.removeItem(key);
}

/** A store that takes in what the copies hold before a document is read. */
export function createRecoveringStore(store: LogStore, copies: UnsavedCopies, signer: DeviceSigner): LogStore {
  const load = async (address: DocAddress): Promise<StoredLog> => {
    const stored = await store.load(address);
    const found = copies.read(address);
    if (found.length === 0) return stored;
    const together: LogBatch = {
      headers: found.flatMap(({ batch }) => batch.headers),
      entries: found.flatMap(({ batch }) => batch.entries),
    };
    const { left, ...unsaved } = await completeBatch(together, stored, signer);
    const remove = (): void => {
      // what cannot be applied yet waits for the next start
      if (left === 0) for (const copy of found) copies.remove(copy);
    };
    try {
      if (unsaved.entries.length > 0) await store.append(address, unsaved);
      remove();
    } catch {
      if (copies.keep(address, unsaved)) remove();
      return { ...stored, unsaved };
    }
    return {
      ...stored,
      headers: [...stored.headers, ...unsaved.headers],
      entries: [...stored.entries, ...unsaved.entries],
    };
  };
  return { ...store, load };
}

function keysUnder(storage: Storage, prefix: string): string[] {
  const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i));
  return keys.filter((key) => key?.startsWith(prefix) === true) as string[]; // the filter leaves no null
}
