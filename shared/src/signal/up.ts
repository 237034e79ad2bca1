/** Messages from a peer to the signaling server (protocol.md 2). JSON, one message per frame, ≤ 64 KiB. */
import { peerIdSchema, roomIdSchema } from '../ids.ts';
import { z } from '../zod.ts';
import { signalDataSchema } from './signal-data.ts';

/** Answers `challenge` within 5 s. `sig` = Sign(device, "vicinal/signal-auth/v1\0" ‖ origin ‖ nonce ‖ SHA-256(token)), base64url. */
export const helloSchema = z.strictObject({
  type: z.literal('hello'),
  versions: z.array(z.int().min(1).max(1000)).min(1).max(16),
  /** Peer token, compact JWS. */
  token: z.string().max(4096),
  /** Raw Ed25519 public key, base64url. */
  devicePub: z.string().length(43),
  /** 16 bytes, base64url; with devicePub it gives the peer id. */
  tabNonce: z.string().length(22),
  sig: z.string().length(86),
});

/** A fresh token for the same subject, key and issuer; drops nothing. `sig` as in hello over the connection's nonce. */
export const reauthSchema = z.strictObject({
  type: z.literal('reauth'),
  token: z.string().max(4096),
  sig: z.string().length(86),
});

export const joinSchema = z.strictObject({
  type: z.literal('join'),
  room: roomIdSchema,
  /** Ticket, compact JWS; its key, subject and issuer must be the session's. Also renews a room already joined. */
  ticket: z.string().max(4096),
  /** Ask that an archiver attends. */
  attend: z.boolean().optional(),
});

export const leaveSchema = z.strictObject({ type: z.literal('leave'), room: roomIdSchema });

/** Reaches exactly one peer that shares a room with the sender. */
export const signalUpSchema = z.strictObject({
  type: z.literal('signal'),
  to: peerIdSchema,
  /** Dial session, 16 bytes base64url, chosen by the dialling peer. */
  session: z.string().length(22),
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
