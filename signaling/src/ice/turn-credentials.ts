/**
 * Credentials for the organization's TURN servers, good for a while and for one user ("TURN REST API",
 * draft-uberti-behave-turn-rest; coturn's `use-auth-secret`): the server needs nothing but the shared secret.
 */
import { createHmac } from 'node:crypto';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { IceServer } from '@vicinal/shared/http/api.ts';
import type { IceSettings, TurnSettings } from './ice-settings.ts';

/** `now` in ms since the epoch. */
export function turnServer({ urls, secret, ttlS }: TurnSettings, user: UserId, now: number): IceServer {
  const username = `${Math.floor(now / 1000) + ttlS}:${user}`;
  return { urls: [...urls], username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** What only somebody with tokens is told. */
export const privateIceServers = (
  { secretIceServers, turn }: Pick<IceSettings, 'secretIceServers' | 'turn'>,
  user: UserId,
  now: number,
): readonly IceServer[] => [...secretIceServers, ...(turn === undefined ? [] : [turnServer(turn, user, now)])];
