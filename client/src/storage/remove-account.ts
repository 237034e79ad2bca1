/** Removes what this browser profile keeps of one account: everything whose name begins with its database's. */
import { accountDatabaseName, deleteAccountDatabase } from './database.ts';
import type { AccountName } from './profile-store.ts';

/** Where else than in its database an account may leave things; absent where the browser has none. */
export interface AccountPlaces {
  readonly caches: CacheStorage | undefined;
  readonly localStorage: Storage | undefined;
}

/** Named after no account, and yet with ids of one: open folders. */
const SHARED_KEYS: readonly string[] = ['vicinal.tree'];

/** Resolves once every tab has closed the database and it is gone. Rejects with 'storage-failed'. */
export async function removeAccountData(account: AccountName, places: AccountPlaces): Promise<void> {
  const name = accountDatabaseName(account.issuer, account.user);
  const isOfAccount = (other: string): boolean => other === name || other.startsWith(`${name}/`);
  const { caches, localStorage } = places;
  if (localStorage)
    for (const key of Object.keys(localStorage).filter((other) => isOfAccount(other) || SHARED_KEYS.includes(other)))
      localStorage.removeItem(key);
  if (caches) {
    const names = await caches.keys().catch(() => []); // none where they cannot be listed
    await Promise.all(names.filter(isOfAccount).map((key) => caches.delete(key)));
  }
  await deleteAccountDatabase(account.issuer, account.user);
}
