/**
 * Claims of the three JWS forms that signaling issues (protocol.md 3). All are EdDSA (Ed25519) compact JWS with a
 * `kid` from the instance's JWKS; each form has a `typ` of its own so that none passes for another.
 */
import { deviceIdSchema, roomIdSchema, userIdSchema, workspaceIdSchema } from '../ids.ts';
import { roomKindSchema, roomRoleSchema } from '../roles.ts';
import { z } from '../zod.ts';

export const PEER_TOKEN_TYP = 'vicinal-peer+jwt';
export const TICKET_TYP = 'vicinal-ticket+jwt';
export const GRANT_TYP = 'vicinal-grant+jwt';
/** Access token of the HTTP API; never shown to peers. */
export const ACCESS_TOKEN_TYP = 'at+jwt';

const cnfSchema = z.object({ jkt: deviceIdSchema });
const seconds = z.int().check(z.minimum(0));

/** Identity bound to the device key; holds no name. Lives ≤ 10 min. */
export const peerTokenClaimsSchema = z.object({
  iss: z.string().check(z.maxLength(256)),
  sub: userIdSchema,
  cnf: cnfSchema,
  iat: seconds,
  exp: seconds,
});
export type PeerTokenClaims = z.infer<typeof peerTokenClaimsSchema>;

/** `*` stands for every room of the workspace and is valid with the role archiver only. */
export const roomScopeSchema = z.union([z.literal('*'), roomIdSchema]);

/** Admits a device to a room's links. Lives ≤ 10 min. */
export const ticketClaimsSchema = z
  .object({
    iss: z.string().check(z.maxLength(256)),
    sub: userIdSchema,
    cnf: cnfSchema,
    iat: seconds,
    exp: seconds,
    ws: workspaceIdSchema,
    room: roomScopeSchema,
    kind: z.optional(roomKindSchema),
    name: z.string().check(z.minLength(1), z.maxLength(80)),
    /** Index into the twelve presence hues. */
    colour: z.int().check(z.minimum(0), z.maximum(11)),
    role: roomRoleSchema,
    accessEpoch: z.int().check(z.minimum(0)),
    /** Seconds after `exp` for which a device already linked once keeps its role while tickets cannot be renewed. */
    grace: seconds,
  })
  .check(z.refine((claims) => claims.room !== '*' || claims.role === 'archiver'));
export type TicketClaims = z.infer<typeof ticketClaimsSchema>;

/** Authorises a device's entries in a room until revoked; no expiry. */
export const grantClaimsSchema = z
  .object({
    iss: z.string().check(z.maxLength(256)),
    sub: userIdSchema,
    cnf: cnfSchema,
    iat: seconds,
    ws: workspaceIdSchema,
    room: roomScopeSchema,
    name: z.string().check(z.minLength(1), z.maxLength(80)),
    role: roomRoleSchema,
    accessEpoch: z.int().check(z.minimum(0)),
  })
  .check(z.refine((claims) => claims.room !== '*' || claims.role === 'archiver'));
export type GrantClaims = z.infer<typeof grantClaimsSchema>;
