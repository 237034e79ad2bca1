/**
 * Bytes of every message that a device signs outside the log, so that both ends build the same ones. Each begins with a
 * domain string that ends in NUL; fields of variable length are separated by NUL, which none of them contains.
 */
import { concat, sha256, toBase64Url, utf8 } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import type { PeerId, UserId } from '../ids.ts';

const NUL = '\0';

/** What `hello` and `reauth` sign. `nonce` is the challenge's 32 bytes; `origin` the page's, or the configured one in Node. */
export const signalAuthMessage = (origin: string, nonce: Uint8Array, token: string): Bytes =>
  concat(utf8(`vicinal/signal-auth/v1${NUL}${origin}`), nonce, sha256(utf8(token)));

/** What POST /api/devices signs; `at` in ms since the epoch. */
export const deviceRegistrationMessage = (issuer: string, user: UserId, at: number): Bytes =>
  utf8(['vicinal/device/v1', issuer, user, decimal(at)].join(NUL));

/** What POST /api/archivers/enroll signs. */
export const enrolMessage = (issuer: string, code: string): Bytes => utf8(['vicinal/enrol/v1', issuer, code].join(NUL));

/** What POST /api/archivers/tokens signs; `at` in ms since the epoch. */
export const archiverAuthMessage = (issuer: string, at: number): Bytes =>
  utf8(['vicinal/archiver-auth/v1', issuer, decimal(at)].join(NUL));

/** What POST /api/archivers/events signs; `digest` is that of the events. */
export const archiverEventsMessage = (issuer: string, at: number, digest: Uint8Array): Bytes =>
  concat(utf8(['vicinal/archiver-events/v1', issuer, decimal(at), ''].join(NUL)), digest);

/** What `X-Vicinal-Proof` signs; see `request-proof.ts`. `path` includes the query as sent. */
export const requestProofMessage = (method: string, path: string, at: number, ticket: string): Bytes =>
  concat(utf8(['vicinal/request/v1', method.toUpperCase(), path, decimal(at), ''].join(NUL)), sha256(utf8(ticket)));

/** A running endpoint's id: first 16 bytes of SHA-256("vicinal/peer/v1" ‖ devicePub ‖ tabNonce). */
export const peerIdOf = (devicePub: Uint8Array, tabNonce: Uint8Array): PeerId =>
  toBase64Url(sha256(utf8('vicinal/peer/v1'), devicePub, tabNonce).subarray(0, 16)) as PeerId; // 16 bytes encode to the 22 characters of a peer id

const decimal = (value: number): string => Math.trunc(value).toString(10);

/** What an archiver signs of a batch of updates, or of a compacted state, that it took from an open room (OPEN-9). */
export const openRoomMessage = (
  kind: 'state' | 'updates',
  room: string,
  seq: number,
  at: number,
  body: Uint8Array,
): Bytes => concat(utf8(['vicinal/open-room/v1', kind, room, String(seq), String(at), ''].join(NUL)), sha256(body));
