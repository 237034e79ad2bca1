/**
 * Requests and responses of the signaling server's HTTP API, one entry per route. Bodies are JSON ≤ 64 KiB.
 * Errors are `{error:{code, requestId}}` with the status of the code. Unless noted a route wants
 * `Authorization: Bearer <access token>`; refresh travels in an HttpOnly, SameSite=Strict cookie on `/api/auth`.
 */
import { deviceIdSchema, linkIdSchema, roomIdSchema, userIdSchema, workspaceIdSchema } from '../ids.ts';
import { linkRoleSchema, roomKindSchema, roomRoleSchema, workspaceRoleSchema } from '../roles.ts';
import { z } from '../zod.ts';

const time = z.number(); // ms since the epoch
const jws = z.string().max(4096);
const name = z.string().trim().min(1).max(80);
const email = z.string().trim().max(254).pipe(z.email());
/** NIST 800-63B: length over composition. */
const password = z.string().min(8).max(256);
const secret = z.string().min(16).max(128);

export const errorBodySchema = z.object({ error: z.object({ code: z.string(), requestId: z.string().optional() }) });

export const iceServerSchema = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
});

/** GET /api/config, public. What a client must know before it signs in. */
export const configResponseSchema = z.object({
  /** Token issuer of this instance; stable across restarts and addresses. */
  issuer: z.string(),
  versions: z.array(z.int()),
  /** Whether an owner exists. */
  isSetUp: z.boolean(),
  iceServers: z.array(iceServerSchema),
  now: time,
});

/** GET /api/jwks, public. Every key that ever signed, newest first. */
export const jwksResponseSchema = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string(),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
    }),
  ),
});

export const userSchema = z.object({
  id: userIdSchema,
  name,
  colour: z.int().min(0).max(11),
  /** Absent for guests. */
  email: z.string().optional(),
  isGuest: z.boolean(),
});
export type User = z.infer<typeof userSchema>;

export const workspaceSchema = z.object({
  id: workspaceIdSchema,
  name: z.string(),
  role: workspaceRoleSchema,
  /** Room holding the workspace's index document; absent for guests. */
  indexRoom: roomIdSchema.optional(),
  /** Room holding this user's own index document; absent for guests. */
  personalIndexRoom: roomIdSchema.optional(),
});
export type Workspace = z.infer<typeof workspaceSchema>;

/** Answers setup, sign-in, refresh and join. The refresh token is in the cookie. */
export const sessionResponseSchema = z.object({
  accessToken: jws,
  /** ms until the access token should be refreshed. */
  expiresInMs: z.number(),
  user: userSchema,
  workspaces: z.array(workspaceSchema),
});
export type SessionResponse = z.infer<typeof sessionResponseSchema>;

/** POST /api/setup, public, once. `token` from the set-up link's fragment. */
export const setupRequestSchema = z.strictObject({ token: secret, name, email, password, workspaceName: name });
/** POST /api/auth/sign-in, public. */
export const signInRequestSchema = z.strictObject({ email: z.string().max(254), password: z.string().max(256) });
/** POST /api/auth/refresh (cookie) → session. POST /api/auth/sign-out (cookie) → 204. Both without body. */

/** GET /api/me → session without a new access token. */
export const meResponseSchema = z.object({ user: userSchema, workspaces: z.array(workspaceSchema) });

/**
 * POST /api/devices → 204. Proves possession: `sig` = Sign(device, "vicinal/device/v1\0" ‖ issuer ‖ "\0" ‖ user id ‖ "\0" ‖ decimal `at`),
 * `at` within 5 min of the server's clock. A key belongs to one user for good.
 */
export const registerDeviceRequestSchema = z.strictObject({
  devicePub: z.string().length(43),
  at: time,
  sig: z.string().length(86),
  /** Shown in the list of devices, e.g. "Chromium on Linux". */
  label: z.string().max(80),
});

/** POST /api/tokens. `device` must be registered to the caller. Unknown or forbidden rooms answer an error each. */
export const tokensRequestSchema = z.strictObject({
  device: deviceIdSchema,
  rooms: z.array(roomIdSchema).max(200),
});
export const roomTokensSchema = z.union([
  z.object({
    ok: z.literal(true),
    ticket: jws,
    grant: jws,
    role: roomRoleSchema,
    accessEpoch: z.int(),
    kind: roomKindSchema,
    workspace: workspaceIdSchema,
  }),
  z.object({ ok: z.literal(false), code: z.string() }),
]);
export type RoomTokens = z.infer<typeof roomTokensSchema>;
export const tokensResponseSchema = z.object({
  peerToken: jws,
  now: time,
  /** ms for which peer token and tickets live. */
  lifetimeMs: z.number(),
  rooms: z.record(z.string(), roomTokensSchema),
});
export type TokensResponse = z.infer<typeof tokensResponseSchema>;

export const roomSchema = z.object({
  id: roomIdSchema,
  workspace: workspaceIdSchema,
  kind: roomKindSchema,
  role: roomRoleSchema,
  accessEpoch: z.int(),
  createdAt: time,
});
export type Room = z.infer<typeof roomSchema>;

/** GET /api/workspaces/:workspace/rooms → rooms of kind document the caller may open. No titles: those live in documents. */
export const roomsResponseSchema = z.object({ rooms: z.array(roomSchema) });
/** POST /api/workspaces/:workspace/rooms → room. The id is minted on the device; repeating the call is harmless. */
export const createRoomRequestSchema = z.strictObject({ id: roomIdSchema });
/** GET /api/rooms/:room → room. */

export const memberSchema = z.object({
  user: userIdSchema,
  name: z.string(),
  role: roomRoleSchema,
  isGuest: z.boolean(),
});
/** GET /api/rooms/:room/members; roles that may share only. DELETE /api/rooms/:room/members/:user → 204; owners of the room. */
export const membersResponseSchema = z.object({ members: z.array(memberSchema) });

/** POST /api/rooms/:room/links. */
export const createLinkRequestSchema = z.strictObject({
  role: linkRoleSchema,
  expiresAt: time.optional(),
  maxUses: z.int().min(1).max(10_000).optional(),
});
export const linkSchema = z.object({
  id: linkIdSchema,
  role: linkRoleSchema,
  createdAt: time,
  expiresAt: time.optional(),
  maxUses: z.int().optional(),
  uses: z.int(),
  isRevoked: z.boolean(),
});
export type InviteLink = z.infer<typeof linkSchema>;
/** `token` is shown once: the server keeps its hash. The link is `<origin>/join#<token>`. */
export const createLinkResponseSchema = z.object({ link: linkSchema, token: secret });
/** GET /api/rooms/:room/links. DELETE /api/rooms/:room/links/:link → 204. */
export const linksResponseSchema = z.object({ links: z.array(linkSchema) });

/** POST /api/join/inspect, public: says what a link allows, never a title. */
export const inspectLinkRequestSchema = z.strictObject({ token: secret });
export const inspectLinkResponseSchema = z.object({ role: linkRoleSchema, workspaceName: z.string() });
/** POST /api/join. With a bearer token the signed-in user gains access; without one a guest is made. Counts one use. */
export const joinRequestSchema = z.strictObject({ token: secret, nickname: name.optional() });
export const joinResponseSchema = z.object({ room: roomIdSchema, session: sessionResponseSchema });

/**
 * POST /api/archivers/enroll, public. `sig` = Sign(device, "vicinal/enrol/v1\0" ‖ issuer ‖ "\0" ‖ code). Once per code.
 */
export const enrolRequestSchema = z.strictObject({
  code: secret,
  devicePub: z.string().length(43),
  sig: z.string().length(86),
});
export const enrolResponseSchema = z.object({ issuer: z.string(), workspace: workspaceIdSchema });
/**
 * POST /api/archivers/tokens, public. Authenticates with the device key: `sig` = Sign(device, "vicinal/archiver-auth/v1\0" ‖ issuer ‖ "\0" ‖ decimal `at`).
 * Answers a peer token and one ticket and grant with `room:"*"` per workspace.
 */
export const archiverTokensRequestSchema = z.strictObject({
  devicePub: z.string().length(43),
  at: time,
  sig: z.string().length(86),
});
export const archiverTokensResponseSchema = z.object({
  peerToken: jws,
  now: time,
  lifetimeMs: z.number(),
  workspaces: z.array(z.object({ workspace: workspaceIdSchema, ticket: jws, grant: jws })),
});

/** POST /api/workspaces/:workspace/archivers/codes; owners and admins of the workspace. The code is shown once. */
export const enrolmentCodeResponseSchema = z.object({ code: secret, expiresAt: time });
/** GET /api/workspaces/:workspace/archivers. DELETE /api/workspaces/:workspace/archivers/:device → 204. Owners and admins. */
export const archiversResponseSchema = z.object({
  archivers: z.array(z.object({ device: deviceIdSchema, enrolledAt: time, isConnected: z.boolean() })),
});

/** GET /api/health/live → 200 {status}. GET /api/health/ready → 200 or 503. GET /api/health/ping → {now}. Public. */
export const readyResponseSchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.object({
    database: z.enum(['ok', 'failed']),
    migrations: z.enum(['ok', 'pending', 'unknown']),
    /** Reported, never gating: the product works without an archiver. */
    archiver: z.enum(['connected', 'absent']),
  }),
});
