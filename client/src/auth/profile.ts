/** The profile database of this browser, opened once, and the accounts whose data it keeps. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import { openProfileDatabase, storageFailure } from '../storage/database.ts';
import { createProfileStore, type AccountName, type ProfileStore } from '../storage/profile-store.ts';
import { removeAccountData, type AccountPlaces } from '../storage/remove-account.ts';
import { isLocalIssuer } from './local-account.ts';
import type { KeptAccount } from './types.ts';

/** A tab that does not let go of an account's database holds its removal up, not whoever asked for it. */
const REMOVAL_WAIT_MS = 5000;

export interface Profile {
  /** Rejects with 'storage-failed' when the profile cannot be opened or the work fails. */
  use<T>(work: (store: ProfileStore) => Promise<T>): Promise<T>;
  /** Most recently used first. */
  kept(): Promise<readonly KeptAccount[]>;
  /** Removes an account that nobody here has open. What was interrupted goes on with {@link Profile.finishRemovals}. */
  remove(account: AccountName): Promise<void>;
  finishRemovals(): Promise<void>;
  close(): Promise<void>;
}

export function openProfile(clock: Clock, places: AccountPlaces): Profile {
  const opening = openProfileDatabase().then(
    (database) => ({ database, store: createProfileStore(database) }),
    (error: unknown): { error: AppError } => ({ error: storageFailure(error) }),
  );
  const use = async <T>(work: (store: ProfileStore) => Promise<T>): Promise<T> => {
    const profile = await opening;
    if ('error' in profile) throw profile.error;
    return work(profile.store);
  };
  const removeNow = async (account: AccountName): Promise<void> => {
    await removeAccountData(account, places);
    await use((store) => store.forget(account));
  };
  return {
    use,
    kept: () =>
      use(async (store) => {
        const [accounts, active] = await Promise.all([store.accounts(), store.activeAccount()]);
        return accounts.map(({ issuer, user: { id, name, colour, isGuest }, lastUsedAt }) => ({
          issuer,
          user: { id, name, colour, isGuest },
          lastUsedAt,
          isActive: active?.issuer === issuer && active.user.id === id,
          isLocal: isLocalIssuer(issuer),
        }));
      }),
    remove: async (account) => {
      await use((store) => store.beginRemoval(account));
      const removal = removeNow(account);
      let cancel: (() => void) | undefined;
      const patience = new Promise<void>((resolve) => (cancel = clock.after(REMOVAL_WAIT_MS, resolve)));
      removal.catch(() => undefined); // told to whoever still waits; tried again at the next start
      await Promise.race([removal, patience]).finally(() => cancel?.());
    },
    finishRemovals: async () => {
      const [left, active] = await use((store) => Promise.all([store.removals(), store.activeAccount()]));
      for (const { issuer, user } of left) {
        if (active?.issuer === issuer && active.user.id === user.id) continue;
        await removeNow({ issuer, user: user.id });
      }
    },
    close: async () => {
      const profile = await opening;
      if ('database' in profile) profile.database.close();
    },
  };
}
