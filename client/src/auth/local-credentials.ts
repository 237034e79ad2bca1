/** Credentials of an account that no server knows: its rooms are those this device made, and nobody is asked. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { err, ok } from '@vicinal/shared/result.ts';
import type { AccountCaches } from '../storage/account-caches.ts';
import type { RoomCredentials } from './credentials.ts';

export function createLocalCredentials(caches: AccountCaches): RoomCredentials {
  const access: RoomCredentials['access'] = async (room) => {
    try {
      const record = await caches.room(room);
      return record ? ok({ ticket: '', grant: '', record }) : err(new AppError('not-found'));
    } catch (cause) {
      return err(cause instanceof AppError ? cause : new AppError('internal', 'credentials', { cause }));
    }
  };
  return {
    access,
    room: access,
    peerToken: () => Promise.resolve(err(new AppError('unauthenticated', 'a local account has no tokens'))),
    iceServers: () => [],
    retryNow: () => undefined,
    invalidate: () => Promise.resolve(),
    on: () => () => undefined,
    close: () => undefined,
  };
}
