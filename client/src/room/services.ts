/** Puts the client core together. `main.tsx` calls {@link createServices} once and shares the result through one context. */
import type { Account } from '../auth/types.ts';
import type { AppUpdates } from '../register-sw.ts';
import type { Rooms } from './types.ts';

export interface Services {
  readonly account: Account;
  /** Of the account signed in now; another object (or none) after a change of account, announced by 'rooms'. */
  readonly rooms: Rooms | undefined;
  readonly updates: AppUpdates;
  on(event: 'rooms', listener: () => void): () => void;
  /** Flushes and releases everything. */
  close(): Promise<void>;
}
