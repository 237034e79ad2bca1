/**
 * What the service worker knows of the account that is open in this browser: its user id, and the words that a page kept
 * for it. Reads alone, and makes no database. Raw IndexedDB: the worker stays small.
 */
export interface NotifyWords {
  /** Of the account signed in; undefined when nobody is. */
  readonly user: string | undefined;
  /** By kind and what is known; with `{name}` and `{title}` to fill in. */
  readonly sentences: Readonly<Record<string, string>>;
  readonly titles: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<string, string>>;
}

/** What is known where nobody is signed in. */
export const NO_WORDS: NotifyWords = { user: undefined, sentences: {}, titles: {}, names: {} };

/** Never rejects: what cannot be read is not known. */
export async function readNotifyWords(): Promise<NotifyWords> {
  try {
    const active = await readRow('vicinal/profile', 'settings', 'active');
    const [issuer, user] = typeof active === 'string' ? active.split('\n') : [];
    if (issuer === undefined || user === undefined) return NO_WORDS;
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(issuer)));
    const name = [...hash.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const row = asRecord(await readRow(`vicinal/${name}/${user}`, 'caches', 'list/notify'));
    return {
      user,
      sentences: asTexts(row['sentences']),
      titles: asTexts(row['titles']),
      names: asTexts(row['names']),
    };
  } catch {
    return NO_WORDS;
  }
}

const readRow = (database: string, store: string, key: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const fail = (): void => reject(new DOMException(database, 'NotFoundError'));
    const opening = indexedDB.open(database);
    // it was not there: it is not made here
    opening.addEventListener('upgradeneeded', () => opening.transaction?.abort());
    opening.addEventListener('error', fail);
    opening.addEventListener('success', () => {
      const db = opening.result;
      db.addEventListener('versionchange', () => db.close());
      if (!db.objectStoreNames.contains(store)) {
        db.close();
        return fail();
      }
      const transaction = db.transaction(store, 'readonly');
      const asked = transaction.objectStore(store).get(key);
      transaction.addEventListener('complete', () => {
        db.close();
        resolve(asked.result);
      });
      transaction.addEventListener('abort', () => {
        db.close();
        fail();
      });
    });
  });

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // an object's keys are strings

const asTexts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asRecord(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
