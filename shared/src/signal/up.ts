/** Messages from a peer to the signaling server (protocol.md 2). JSON, one message per frame, ≤ 64 KiB. */
import { peerIdSchema, roomIdSchema } from '../ids.ts';
import { z } from '../zod.ts';
import { signalDataSchema } from './signal-data.ts';

/** Answers `challenge` within 5 s. `sig` = Sign(device, "vicinal/signal-auth/v1\0" ‖ origin ‖ nonce ‖ SHA-256(token)), base64url. */
export const helloSchema = z.strictObject({
  type: z.literal('hello'),
  versions: z.array(z.int().check(z.minimum(1), z.maximum(1000))).check(z.minLength(1), z.maxLength(16)),
  /** Peer token, compact JWS. */
  token: z.string().check(z.maxLength(4096)),
  /** Raw Ed25519 public key, base64url. */
  devicePub: z.string().check(z.length(43)),
  /** 16 bytes, base64url; with devicePub it gives the peer id. */
  tabNonce: z.string().check(z.length(22)),
  sig: z.string().check(z.length(86)),
});

/** A fresh token for the same subject, key and issuer; drops nothing. `sig` as in hello over the connection's nonce. */
export const reauthSchema = z.strictObject({
  type: z.literal('reauth'),
  token: z.string().check(z.maxLength(4096)),
  sig: z.string().check(z.length(86)),
});

export const joinSchema = z.strictObject({
  type: z.literal('join'),
  room: roomIdSchema,
  /** Ticket, compact JWS; its key, subject and issuer must be the session's. Also renews a room already joined. */
  ticket: z.string().check(z.maxLength(4096)),
  /** Ask that an archiver attends. */
  attend: z.optional(z.boolean()),
});

export const leaveSchema = z.strictObject({ type: z.literal('leave'), room: roomIdSchema });

/** Reaches exactly one peer that shares a room with the sender. */
export const signalUpSchema = z.strictObject({
  type: z.literal('signal'),
  to: peerIdSchema,
  /** Dial session, 16 bytes base64url, chosen by the dialling peer. */
  session: z.string().check(z.length(22)),
  data: signalDataSchema,
});

export const pingSchema = z.strictObject({ type: z.literal('ping') });

export const upSchema = z.discriminatedUnion('type', [
  helloSchema,
  reauthSchema,
  joinSchema,
  leaveSchema,
  signalUpSchema,
  pingSchema,
]);
export type Up = z.infer<typeof upSchema>;
