/** Messages from the signaling server to a peer (protocol.md 2). */
import { deviceIdSchema, peerIdSchema, roomIdSchema, userIdSchema, workspaceIdSchema } from '../ids.ts';
import { roomRoleSchema } from '../roles.ts';
import { z } from '../zod.ts';
import { signalDataSchema } from './signal-data.ts';

export const challengeSchema = z.strictObject({
  type: z.literal('challenge'),
  /** 32 bytes, base64url. */
  nonce: z.string().check(z.length(43)),
});

/** Answers a valid hello. */
export const welcomeSchema = z.strictObject({
  type: z.literal('welcome'),
  version: z.int(),
  peerId: peerIdSchema,
  /** Server wall time, ms; clients keep the offset. */
  now: z.number(),
  pingIntervalMs: z.int().check(z.positive()),
});

const peerInfoSchema = z.strictObject({
  peerId: peerIdSchema,
  /** Whether the peer's ticket carries the role archiver. */
  archiver: z.boolean(),
});
export type PeerInfo = z.infer<typeof peerInfoSchema>;

export const rosterSchema = z.strictObject({
  type: z.literal('roster'),
  room: roomIdSchema,
  peers: z.array(peerInfoSchema).check(z.maxLength(10_000)),
});
export const peerJoinedSchema = z.strictObject({
  type: z.literal('peer-joined'),
  room: roomIdSchema,
  peer: peerInfoSchema,
});
export const peerLeftSchema = z.strictObject({
  type: z.literal('peer-left'),
  room: roomIdSchema,
  peerId: peerIdSchema,
});

/** To enrolled archivers: a room of their workspace wants an archiver. */
export const attendSchema = z.strictObject({
  type: z.literal('attend'),
  room: roomIdSchema,
  workspace: workspaceIdSchema,
});

export const signalDownSchema = z.strictObject({
  type: z.literal('signal'),
  from: peerIdSchema,
  session: z.string().check(z.length(22)),
  data: signalDataSchema,
});

/** Access of a user (every device) or of one device ended or changed. Links and headers below `accessEpoch` are refused from now on. */
export const revokeSchema = z.strictObject({
  type: z.literal('revoke'),
  room: roomIdSchema,
  sub: userIdSchema,
  device: z.optional(deviceIdSchema),
  accessEpoch: z.int().check(z.minimum(0)),
  /** The role that remains; absent when none does. */
  role: z.optional(roomRoleSchema),
});

export const errorSchema = z.strictObject({
  type: z.literal('error'),
  /** An `ErrorCode`; a string so that old clients survive new codes. */
  code: z.string().check(z.maxLength(64)),
  room: z.optional(roomIdSchema),
  fatal: z.boolean(),
});

export const pongSchema = z.strictObject({ type: z.literal('pong'), now: z.number() });

/** The server will close soon or has news for the client; text is never shown, `kind` is. `inbox`: the user's inbox changed. */
export const noticeSchema = z.strictObject({
  type: z.literal('notice'),
  kind: z.enum(['restarting', 'room-deleted', 'inbox']),
  room: z.optional(roomIdSchema),
});

export const downSchema = z.discriminatedUnion('type', [
  challengeSchema,
  welcomeSchema,
  rosterSchema,
  peerJoinedSchema,
  peerLeftSchema,
  attendSchema,
  signalDownSchema,
  revokeSchema,
  errorSchema,
  pongSchema,
  noticeSchema,
]);
export type Down = z.infer<typeof downSchema>;
