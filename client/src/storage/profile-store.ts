/** Which accounts this browser profile knows, which one is active, and what the instance said of itself last. */
import { configResponseSchema, userSchema, workspaceSchema } from '@vicinal/shared/http/api.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { ProfileDatabase } from './database.ts';

/** Issuer of accounts that no server knows. */
export const LOCAL_ISSUER = 'local';

const accountNameSchema = z.object({ issuer: z.string(), user: userSchema.shape.id });
/** Names one account of one instance. */
export type AccountName = z.infer<typeof accountNameSchema>;

const knownAccountSchema = z.object({
  issuer: z.string(),
  user: userSchema,
  workspaces: z.array(workspaceSchema),
  lastUsedAt: z.number(),
  /** A local account whose documents are on their way into this one. */
  adoptedBy: z.optional(accountNameSchema),
  /** Its data is being removed; finished at the next start when interrupted. */
  isRemoving: z.optional(z.boolean()),
});
export type KnownAccount = z.infer<typeof knownAccountSchema>;
export type InstanceConfig = z.infer<typeof configResponseSchema>;

const noticeSchema = z.enum(['device-revoked', 'session-ended']);
/** Why nobody is signed in any more, when it was not the person's own wish. */
export type SignedOutNotice = z.infer<typeof noticeSchema>;

export interface ProfileStore {
  /** The account to restore at start. */
  activeAccount(): Promise<KnownAccount | undefined>;
  /** Accounts whose data is kept, the most recently used first. */
  accounts(): Promise<readonly KnownAccount[]>;
  /** Remembers the account and makes it the active one. `adopts`: a local account whose documents move into it. */
  saveActive(account: KnownAccount, adopts?: AccountName): Promise<void>;
  /** Remembers what changed about the active account; false when another one is active by now, or none. */
  updateActive(account: KnownAccount): Promise<boolean>;
  /**
   * This account is not the active one any more (nothing happens when another one is); it stays known until forgotten.
   * `isSessionOpen`: its session on the server has yet to be ended.
   */
  clearActive(
    account: AccountName,
    why: { readonly notice?: SignedOutNotice; readonly isSessionOpen?: boolean },
  ): Promise<void>;
  notice(): Promise<SignedOutNotice | undefined>;
  /** Whether the refresh cookie belongs to a session that a person ended while the server could not hear it. */
  isSessionOpen(): Promise<boolean>;
  sessionEnded(): Promise<void>;
  /** Marks an account whose removal begins. */
  beginRemoval(account: AccountName): Promise<void>;
  removals(): Promise<readonly KnownAccount[]>;
  forget(account: AccountName): Promise<void>;
  config(): Promise<InstanceConfig | undefined>;
  saveConfig(config: InstanceConfig): Promise<void>;
}

const keyOf = ({ issuer, user }: { readonly issuer: string; readonly user: UserId }): string => `${issuer}\n${user}`;
const keyOfKnown = ({ issuer, user }: KnownAccount): string => keyOf({ issuer, user: user.id });
const parse = (row: unknown): KnownAccount | undefined => knownAccountSchema.safeParse(row).data;

export function createProfileStore(database: ProfileDatabase): ProfileStore {
  const setting = (key: string): Promise<unknown> =>
    database.read(['settings'], (tx) => tx.objectStore('settings').get(key));
  const all = async (): Promise<KnownAccount[]> => {
    const rows = await database.read(['accounts'], (tx) => tx.objectStore('accounts').getAll());
    return rows
      .map(parse)
      .filter((account) => account !== undefined)
      .sort((a, b) => b.lastUsedAt - a.lastUsedAt);
  };
  const change = (account: AccountName, next: (row: KnownAccount) => KnownAccount): Promise<void> =>
    database.write(['accounts'], async (tx) => {
      const rows = tx.objectStore('accounts');
      const row = parse(await rows.get(keyOf(account)));
      if (row !== undefined) await rows.put(next(row), keyOf(account));
    });
  return {
    activeAccount: () =>
      database.read(['accounts', 'settings'], async (tx) => {
        const active = await tx.objectStore('settings').get('active');
        if (typeof active !== 'string') return undefined;
        return parse(await tx.objectStore('accounts').get(active));
      }),
    accounts: async () => (await all()).filter(({ isRemoving }) => isRemoving !== true),
    saveActive: (account, adopts) =>
      database.write(['accounts', 'settings'], async (tx) => {
        const rows = tx.objectStore('accounts');
        const settings = tx.objectStore('settings');
        await rows.put(account, keyOfKnown(account));
        await settings.put(keyOfKnown(account), 'active');
        await settings.delete('notice');
        const adopted = adopts && parse(await rows.get(keyOf(adopts)));
        if (!adopted) return;
        const adoptedBy = { issuer: account.issuer, user: account.user.id };
        await rows.put({ ...adopted, adoptedBy }, keyOfKnown(adopted));
      }),
    updateActive: (account) =>
      database.write(['accounts', 'settings'], async (tx) => {
        const key = keyOfKnown(account);
        if ((await tx.objectStore('settings').get('active')) !== key) return false;
        await tx.objectStore('accounts').put(account, key);
        return true;
      }),
    clearActive: (account, { notice, isSessionOpen }) =>
      database.write(['settings'], async (tx) => {
        const settings = tx.objectStore('settings');
        if ((await settings.get('active')) !== keyOf(account)) return;
        await settings.delete('active');
        if (notice !== undefined) await settings.put(notice, 'notice');
        if (isSessionOpen === true) await settings.put(true, 'session-open');
      }),
    notice: async () => noticeSchema.safeParse(await setting('notice')).data,
    isSessionOpen: async () => (await setting('session-open')) === true,
    sessionEnded: () => database.write(['settings'], (tx) => tx.objectStore('settings').delete('session-open')),
    beginRemoval: (account) => change(account, (row) => ({ ...row, isRemoving: true })),
    removals: async () => (await all()).filter(({ isRemoving }) => isRemoving === true),
    forget: (account) => database.write(['accounts'], (tx) => tx.objectStore('accounts').delete(keyOf(account))),
    config: async () => configResponseSchema.safeParse(await setting('config')).data,
    saveConfig: (config) =>
      database.write(['settings'], async (tx) => {
        await tx.objectStore('settings').put(config, 'config');
      }),
  };
}
