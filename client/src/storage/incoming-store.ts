/**
 * Things shared with the installed app, between the service worker that received them and the page that asks what is to
 * become of them. A database of its own: they belong to no account, whoever opens the app next is asked.
 */
import { openDB, type DBSchema } from 'idb';
import { INCOMING_TTL_MS, type Incoming } from '../incoming/types.ts';

interface IncomingSchema extends DBSchema {
  /** Key: minted by the service worker. */
  items: { key: string; value: { readonly at: number; readonly incoming: Incoming } };
}

export interface IncomingStore {
  /** Keeps it under `id`, and forgets what nobody looked at in time. `now`: ms since the epoch. */
  keep(id: string, incoming: Incoming, now: number): Promise<void>;
  read(id: string): Promise<Incoming | undefined>;
  forget(id: string): Promise<void>;
  close(): void;
}

/** Rejects as IndexedDB does. */
export async function openIncomingStore(): Promise<IncomingStore> {
  const db = await openDB<IncomingSchema>('vicinal/incoming', 1, {
    upgrade: (opened) => void opened.createObjectStore('items'),
  });
  return {
    async keep(id, incoming, now) {
      const tx = db.transaction('items', 'readwrite');
      for (let cursor = await tx.store.openCursor(); cursor !== null; cursor = await cursor.continue())
        if (cursor.value.at < now - INCOMING_TTL_MS) await cursor.delete();
      await tx.store.put({ at: now, incoming }, id);
      await tx.done;
    },
    read: async (id) => (await db.get('items', id))?.incoming,
    forget: (id) => db.delete('items', id),
    close: () => db.close(),
  };
}
