/** Notifications between the account's storage, its connection and the screens. */
import { z } from '@vicinal/shared/zod.ts';
import type { Mesh } from '@vicinal/shared/mesh/types.ts';
import type { AccountCaches } from '../storage/account-caches.ts';
import type { RoomNotifications } from './types.ts';

/** The service worker reads the row `list/notify` of the store `caches` (`sw/notify-words.ts`). */
const WORDS = 'notify';
const ENDPOINT = 'push-endpoint';

export const createNotifications = (
  mesh: Pick<Mesh, 'on'>,
  caches: Pick<AccountCaches, 'readList' | 'saveList'>,
): RoomNotifications => ({
  on: (_event, listener) => mesh.on('inbox', listener),
  saveWords: (words) => caches.saveList(WORDS, words),
  pushEndpoint: async () => z.string().safeParse(await caches.readList(ENDPOINT)).data,
  savePushEndpoint: (endpoint) => caches.saveList(ENDPOINT, endpoint ?? null),
});
