/**
 * Open rooms: rooms of stock y-webrtc, declared by the operator. A kind of their own: no tickets, no grants, no roles;
 * whoever reaches the address reads and writes.
 */
import { err, ok, type Result } from './result.ts';

/** Path of the WebSocket that stock y-webrtc is given as its signaling server. */
export const OPEN_ROOMS_PATH = '/y-webrtc';
/** Rooms that one instance may declare. */
export const MAX_OPEN_ROOMS = 64;

/** 1 to 64 letters, digits, `.`, `_`, `-`; the first a letter or digit. */
export const isOpenRoomName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);

/** `name,name`; absent or empty declares none. The error is one line for the operator. */
export function parseOpenRooms(text: string | undefined): Result<readonly string[], string> {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const wrong = names.find((name) => !isOpenRoomName(name));
  if (wrong !== undefined)
    return err(`OPEN_ROOMS: "${wrong}" is not a name of 1 to 64 letters, digits, dots, dashes and underscores`);
  if (new Set(names).size !== names.length) return err('OPEN_ROOMS names a room twice');
  if (names.length > MAX_OPEN_ROOMS) return err(`OPEN_ROOMS names more than ${MAX_OPEN_ROOMS} rooms`);
  return ok(Object.freeze(names));
}
