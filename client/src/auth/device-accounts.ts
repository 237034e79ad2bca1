/** Accounts that live on this device: local ones, and those whose data is kept after signing out. No server is asked. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { ok, type Result } from '@vicinal/shared/result.ts';
import { LOCAL_ISSUER, type AccountName, type KnownAccount } from '../storage/profile-store.ts';
import { newLocalAccount } from './local-account.ts';
import type { Profile } from './profile.ts';
import type { Account } from './types.ts';

export interface DeviceAccountsOptions {
  readonly profile: Profile;
  readonly clock: Clock;
  readonly random: Random;
  /** The account open now. */
  readonly opened: () => AccountName | undefined;
  /** Runs a change of account after those under way. */
  readonly attempt: <T>(work: () => Promise<T>) => Promise<Result<T, AppError>>;
  /** Opens a local account and makes it the active one. */
  readonly enter: (account: KnownAccount) => Promise<void>;
  readonly logFailure: (event: string) => (error: unknown) => void;
}

type DeviceAccounts = Pick<Account, 'tryLocally' | 'resumeLocal' | 'keptAccounts' | 'removeKept'> & {
  adoptions(): Promise<readonly KnownAccount[]>;
};

const MAX_NAME_LENGTH = 80;

export function createDeviceAccounts(options: DeviceAccountsOptions): DeviceAccounts {
  const { profile, clock } = options;
  const change = async (work: () => Promise<void>): Promise<Result<undefined, AppError>> => {
    const done = await options.attempt(work);
    return done.ok ? ok() : done;
  };
  const requireSignedOut = (): void => {
    if (options.opened()) throw new AppError('conflict', 'an account is signed in');
  };
  return {
    tryLocally: (name) =>
      change(async () => {
        requireSignedOut();
        const trimmed = name.trim().slice(0, MAX_NAME_LENGTH);
        if (trimmed === '') throw new AppError('invalid-body', 'a name');
        await options.enter(newLocalAccount(trimmed, options.random, clock.now()));
      }),
    resumeLocal: () =>
      change(async () => {
        requireSignedOut();
        const known = (await profile.use((store) => store.accounts())).find(({ issuer }) => issuer === LOCAL_ISSUER);
        if (!known) throw new AppError('not-found', 'no local account');
        const { adoptedBy: _, ...account } = known;
        await options.enter({ ...account, lastUsedAt: clock.now() });
      }),
    keptAccounts: () =>
      profile.kept().catch((error: unknown) => {
        options.logFailure('accounts-not-listed')(error);
        return [];
      }),
    removeKept: (issuer, user) =>
      change(async () => {
        const opened = options.opened();
        if (opened?.issuer === issuer && opened.user === user) throw new AppError('conflict', 'signed in');
        await profile.remove({ issuer, user });
      }),
    adoptions: async () => {
      const into = options.opened();
      if (!into) return [];
      const accounts = await profile.use((store) => store.accounts());
      return accounts.filter(({ adoptedBy }) => adoptedBy?.issuer === into.issuer && adoptedBy.user === into.user);
    },
  };
}
