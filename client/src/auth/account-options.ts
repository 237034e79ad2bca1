/** What an account stands on. */
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { AccountPlaces } from '../storage/remove-account.ts';
import type { Exclusive, Hold } from './session.ts';

/** Tells other tabs of this browser that the active account changed. */
export interface TabSignal {
  send(): void;
  on(listener: () => void): () => void;
  close(): void;
}

export interface AccountOptions {
  readonly origin: string;
  readonly apiBase: string;
  readonly fetch: typeof fetch;
  readonly exclusive: Exclusive;
  readonly hold: Hold;
  readonly tabs: TabSignal;
  /** Where data of an account may lie besides its database. */
  readonly places: AccountPlaces;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly deviceLabel: string;
  /** `navigator.onLine`. */
  readonly isOnline: () => boolean;
  /** A newer version of the app took over this account's data. */
  readonly onSuperseded: () => void;
}
