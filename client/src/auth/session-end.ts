/**
 * Ends a session on the server after a person signed out, also when that happened without network: the refresh cookie is
 * out of reach for scripts, so the profile remembers it, and nothing else is asked of the server before it is ended.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { ProfileStore } from '../storage/profile-store.ts';
import type { Exclusive } from './session.ts';

export interface SessionEndOptions {
  readonly exclusive: Exclusive;
  readonly withProfile: <T>(work: (store: ProfileStore) => Promise<T>) => Promise<T>;
  /** POST /api/auth/sign-out. */
  readonly signOut: () => Promise<Result<undefined, AppError>>;
}

/** The server did not take the request, or says that it could not do it. */
const UNHEARD_CODES = new Set(['network', 'internal', 'not-ready', 'shutting-down', 'rate-limited']);

/** Resolves to ok when no session is left to be ended; asks the server only if there is one. One tab at a time. */
export const createSessionEnd =
  ({ exclusive, withProfile, signOut }: SessionEndOptions) =>
  async (): Promise<Result<undefined, AppError>> => {
    const isOpen = (): Promise<boolean> => withProfile((store) => store.isSessionOpen()).catch(() => false); // an unreadable profile remembers no session
    if (!(await isOpen())) return ok();
    return exclusive('vicinal/sign-out', async () => {
      if (!(await isOpen())) return ok();
      const answer = await signOut();
      if (!answer.ok && UNHEARD_CODES.has(answer.error.code)) return answer;
      try {
        await withProfile((store) => store.sessionEnded());
      } catch (cause) {
        return err(cause instanceof AppError ? cause : new AppError('storage-failed', 'profile', { cause }));
      }
      return ok();
    });
  };
