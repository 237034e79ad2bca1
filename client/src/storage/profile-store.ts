/** Which accounts this browser profile knows, which one is active, and what the instance said of itself last. */
import { configResponseSchema, userSchema, workspaceSchema } from '@vicinal/shared/http/api.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { ProfileDatabase } from './database.ts';

const knownAccountSchema = z.object({
  issuer: z.string(),
  user: userSchema,
  workspaces: z.array(workspaceSchema),
  lastUsedAt: z.number(),
});
export type KnownAccount = z.infer<typeof knownAccountSchema>;
export type InstanceConfig = z.infer<typeof configResponseSchema>;

export interface ProfileStore {
  /** The account to restore at start. */
  activeAccount(): Promise<KnownAccount | undefined>;
  /** Remembers the account and makes it the active one. */
  saveActive(account: KnownAccount): Promise<void>;
  /** Nobody is signed in any more; the account stays known unless it is forgotten. */
  clearActive(): Promise<void>;
  forget(issuer: string, user: UserId): Promise<void>;
  config(): Promise<InstanceConfig | undefined>;
  saveConfig(config: InstanceConfig): Promise<void>;
}

const accountKey = (issuer: string, user: UserId): string => `${issuer}\n${user}`;

export function createProfileStore(database: ProfileDatabase): ProfileStore {
  return {
    activeAccount: () =>
      database.read(['accounts', 'settings'], async (tx) => {
        const active = await tx.objectStore('settings').get('active');
        if (typeof active !== 'string') return undefined;
        return knownAccountSchema.safeParse(await tx.objectStore('accounts').get(active)).data;
      }),
    saveActive: (account) =>
      database.write(['accounts', 'settings'], async (tx) => {
        const key = accountKey(account.issuer, account.user.id);
        await tx.objectStore('accounts').put(account, key);
        await tx.objectStore('settings').put(key, 'active');
      }),
    clearActive: () => database.write(['settings'], (tx) => tx.objectStore('settings').delete('active')),
    forget: (issuer, user) =>
      database.write(['accounts'], (tx) => tx.objectStore('accounts').delete(accountKey(issuer, user))),
    config: async () =>
      configResponseSchema.safeParse(
        await database.read(['settings'], (tx) => tx.objectStore('settings').get('config')),
      ).data,
    saveConfig: (config) =>
      database.write(['settings'], async (tx) => {
        await tx.objectStore('settings').put(config, 'config');
      }),
  };
}
