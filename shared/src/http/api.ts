/**
 * Requests and responses of the signaling server's HTTP API, one entry per route. Bodies are JSON ≤ 64 KiB.
 * Errors are `{error:{code, requestId}}` with the status of the code. Unless noted a route wants
 * `Authorization: Bearer <access token>`; refresh travels in an HttpOnly, SameSite=Strict cookie on `/api/auth`.
 */
import { deviceIdSchema, linkIdSchema, roomIdSchema, userIdSchema, workspaceIdSchema } from '../ids.ts';
import { LINK_ROLES, linkRoleSchema, roomKindSchema, roomRoleSchema, workspaceRoleSchema } from '../roles.ts';
import { z } from '../zod.ts';

const time = z.number(); // ms since the epoch
const jws = z.string().check(z.maxLength(4096));
const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(80));
const email = z.pipe(z.string().check(z.trim(), z.maxLength(254)), z.email());
/** NIST 800-63B: length over composition. */
const password = z.string().check(z.minLength(8), z.maxLength(256));
const secret = z.string().check(z.minLength(16), z.maxLength(128));

export const errorBodySchema = z.object({ error: z.object({ code: z.string(), requestId: z.optional(z.string()) }) });

export const iceServerSchema = z.object({
  urls: z.array(z.string()),
  username: z.optional(z.string()),
  credential: z.optional(z.string()),
});
export type IceServer = z.infer<typeof iceServerSchema>;

/** GET /api/config, public. What a client must know before it signs in. */
export const configResponseSchema = z.object({
  /** Token issuer of this instance; stable across restarts and addresses. */
  issuer: z.string(),
  versions: z.array(z.int()),
  /** Whether an owner exists. */
  isSetUp: z.boolean(),
  /** Without secrets; TURN with its credentials comes with the tokens. */
  iceServers: z.array(iceServerSchema),
  /** UDP port of the instance's own STUN server, at the host under which the asking peer reaches the instance. */
  stunPort: z.optional(z.int()),
  /** Peers connect through TURN alone, so that nobody learns another's address. */
  isRelayOnly: z.optional(z.boolean()),
  /** Other https origins of this instance, best first: the addresses of this machine on its networks. */
  networkOrigins: z.optional(z.array(z.string())),
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
  colour: z.int().check(z.minimum(0), z.maximum(11)),
  /** Absent for guests. */
  email: z.optional(z.string()),
  isGuest: z.boolean(),
});
export type User = z.infer<typeof userSchema>;

export const workspaceSchema = z.object({
  id: workspaceIdSchema,
  name: z.string(),
  role: workspaceRoleSchema,
  /** Room holding the workspace's index document; absent for guests. */
  indexRoom: z.optional(roomIdSchema),
  /** Room holding this user's own index document; absent for guests. */
  personalIndexRoom: z.optional(roomIdSchema),
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
export const signInRequestSchema = z.strictObject({
  email: z.string().check(z.maxLength(254)),
  password: z.string().check(z.maxLength(256)),
});
/** POST /api/auth/refresh (cookie) → session. POST /api/auth/sign-out (cookie) → 204. Both without body. */

/** GET /api/me → session without a new access token. */
export const meResponseSchema = z.object({ user: userSchema, workspaces: z.array(workspaceSchema) });

/** PATCH /api/me → as GET /api/me. */
export const updateProfileRequestSchema = z.strictObject({
  name: z.optional(name),
  colour: z.optional(z.int().check(z.minimum(0), z.maximum(11))),
});
/** POST /api/me/password → 204. `bad-credentials` when `current` is wrong. Ends every other session of the account. */
export const changePasswordRequestSchema = z.strictObject({
  current: z.string().check(z.maxLength(256)),
  next: password,
});
/** What makes an account: of a newcomer, or of a guest who stays the same user. */
export const newAccountSchema = z.strictObject({ name, email, password });
/** POST /api/me/upgrade → session. Guests only (`conflict` for others); same user id, so authorship stays. `email-taken`. */
export const upgradeRequestSchema = newAccountSchema;

export const deviceSchema = z.object({
  id: deviceIdSchema,
  label: z.string(),
  createdAt: time,
  /** When tokens were last issued to it. */
  lastSeenAt: z.optional(time),
});
export type Device = z.infer<typeof deviceSchema>;
/** GET /api/devices → the caller's own. DELETE /api/devices/:device → 204: its tokens, links and sign-in end, for good. */
export const devicesResponseSchema = z.object({ devices: z.array(deviceSchema) });

/**
 * POST /api/devices → 204. Proves possession: `sig` = Sign(device, "vicinal/device/v1\0" ‖ issuer ‖ "\0" ‖ user id ‖ "\0" ‖ decimal `at`),
 * `at` within 5 min of the server's clock. A key belongs to one user for good.
 */
export const registerDeviceRequestSchema = z.strictObject({
  devicePub: z.string().check(z.length(43)),
  at: time,
  sig: z.string().check(z.length(86)),
  /** Shown in the list of devices, e.g. "Chromium on Linux". */
  label: z.string().check(z.maxLength(80)),
});

/** POST /api/tokens. `device` must be registered to the caller. Unknown or forbidden rooms answer an error each. */
export const tokensRequestSchema = z.strictObject({
  device: deviceIdSchema,
  rooms: z.array(roomIdSchema).check(z.maxLength(200)),
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
  /** TURN servers with credentials that outlive the tokens; absent where there are none. */
  iceServers: z.optional(z.array(iceServerSchema)),
});
export type TokensResponse = z.infer<typeof tokensResponseSchema>;

/** Who has access without being added: nobody, or every member of the workspace. */
export const audienceSchema = z.enum(['restricted', 'workspace']);
export type Audience = z.infer<typeof audienceSchema>;

export const roomSchema = z.object({
  id: roomIdSchema,
  workspace: workspaceIdSchema,
  kind: roomKindSchema,
  role: roomRoleSchema,
  accessEpoch: z.int(),
  createdAt: time,
  audience: audienceSchema,
  /** What a member of the workspace may do when the audience is the workspace. */
  audienceRole: linkRoleSchema,
});
export type Room = z.infer<typeof roomSchema>;

/** GET /api/workspaces/:workspace/rooms → rooms of kind document the caller may open. No titles: those live in documents. */
export const roomsResponseSchema = z.object({ rooms: z.array(roomSchema) });
/** POST /api/workspaces/:workspace/rooms → room. The id is minted on the device; repeating the call is harmless. Open to the workspace unless said otherwise. */
export const createRoomRequestSchema = z.strictObject({ id: roomIdSchema, audience: z.optional(audienceSchema) });
/** GET /api/rooms/:room → room. */
/** PUT /api/rooms/:room/access → room; owners of the room. Links and people added by hand keep what they have. */
export const roomAccessRequestSchema = z.strictObject({ audience: audienceSchema, role: linkRoleSchema });

export const memberSchema = z.object({
  user: userIdSchema,
  name: z.string(),
  colour: z.int().check(z.minimum(0), z.maximum(11)),
  role: roomRoleSchema,
  isGuest: z.boolean(),
  /** What the access stands on: made the room, added by hand, a link, or the workspace. */
  via: z.enum(['creator', 'person', 'link', 'workspace']),
});
export type RoomMember = z.infer<typeof memberSchema>;
/** GET /api/rooms/:room/members; roles that may share only. DELETE /api/rooms/:room/members/:user → 204; owners of the room, or oneself. */
export const membersResponseSchema = z.object({ members: z.array(memberSchema) });
/**
 * PUT /api/rooms/:room/members/:user → 204. Adds a member or guest of the workspace, or changes a role. Roles that may share
 * add people with at most their own role; only owners change or lower what somebody has (`forbidden`). `last-owner`.
 */
export const setRoomMemberRequestSchema = z.strictObject({
  role: z.enum(['owner', 'editor', 'commenter', 'viewer']),
});

export const workspaceMemberSchema = z.object({
  user: userIdSchema,
  name: z.string(),
  colour: z.int().check(z.minimum(0), z.maximum(11)),
  /** Absent for guests without an account. */
  email: z.optional(z.string()),
  role: workspaceRoleSchema,
  joinedAt: time,
});
export type WorkspaceMember = z.infer<typeof workspaceMemberSchema>;
/** GET /api/workspaces/:workspace/members; members and above (`forbidden` for guests). */
export const workspaceMembersResponseSchema = z.object({ members: z.array(workspaceMemberSchema) });
/**
 * PATCH /api/workspaces/:workspace/members/:user → 204; owners and admins, only owners make or unmake owners and admins.
 * `last-owner`; `account-required` for a guest without an account. DELETE → 204: the same people, or oneself.
 */
export const setWorkspaceMemberRequestSchema = z.strictObject({ role: workspaceRoleSchema });

/** POST /api/rooms/:room/links. */
export const createLinkRequestSchema = z.strictObject({
  role: linkRoleSchema,
  expiresAt: z.optional(time),
  maxUses: z.optional(z.int().check(z.minimum(1), z.maximum(10_000))),
});
export const linkSchema = z.object({
  id: linkIdSchema,
  role: linkRoleSchema,
  createdBy: userIdSchema,
  createdAt: time,
  expiresAt: z.optional(time),
  maxUses: z.optional(z.int()),
  uses: z.int(),
  isRevoked: z.boolean(),
});
export type InviteLink = z.infer<typeof linkSchema>;
/** POST /api/workspaces/:workspace/links; owners and admins. Whoever uses it becomes a member. GET lists, DELETE …/:link → 204. */
export const createWorkspaceLinkRequestSchema = z.strictObject({
  expiresAt: z.optional(time),
  maxUses: z.optional(z.int().check(z.minimum(1), z.maximum(10_000))),
});
export const workspaceLinkSchema = z.object({
  id: linkIdSchema,
  createdAt: time,
  expiresAt: z.optional(time),
  maxUses: z.optional(z.int()),
  uses: z.int(),
  isRevoked: z.boolean(),
});
export type WorkspaceLink = z.infer<typeof workspaceLinkSchema>;
export const createWorkspaceLinkResponseSchema = z.object({ link: workspaceLinkSchema, token: secret });
export const workspaceLinksResponseSchema = z.object({ links: z.array(workspaceLinkSchema) });

/** `token` is shown once: the server keeps its hash. The link is `<origin>/join#<token>`. */
export const createLinkResponseSchema = z.object({ link: linkSchema, token: secret });
/** GET /api/rooms/:room/links. DELETE /api/rooms/:room/links/:link → 204. */
export const linksResponseSchema = z.object({ links: z.array(linkSchema) });

/** POST /api/join/inspect, public: says what a link allows, never a title. */
export const inspectLinkRequestSchema = z.strictObject({ token: secret });
export const inspectLinkResponseSchema = z.object({
  kind: z.enum(['document', 'workspace']),
  role: z.enum([...LINK_ROLES, 'member']),
  workspaceName: z.string(),
});
export type LinkOffer = z.infer<typeof inspectLinkResponseSchema>;
/**
 * POST /api/join. Counts one use. With a bearer token the signed-in user gains access; a guest who also sends `account` is
 * upgraded in the same step. Without a token `account` makes an account, `nickname` a guest (document links only). A document
 * link makes a workspace guest, a workspace link a member: `account-required` for whoever has no account and sends none.
 */
export const joinRequestSchema = z.strictObject({
  token: secret,
  nickname: z.optional(name),
  account: z.optional(newAccountSchema),
});
export const joinResponseSchema = z.object({
  /** Absent for workspace links. */
  room: z.optional(roomIdSchema),
  workspace: workspaceIdSchema,
  session: sessionResponseSchema,
});

/**
 * POST /api/archivers/enroll, public. `sig` = Sign(device, "vicinal/enrol/v1\0" ‖ issuer ‖ "\0" ‖ code). Once per code.
 */
export const enrolRequestSchema = z.strictObject({
  code: secret,
  devicePub: z.string().check(z.length(43)),
  sig: z.string().check(z.length(86)),
});
export const enrolResponseSchema = z.object({ issuer: z.string(), workspace: workspaceIdSchema });
/**
 * POST /api/archivers/tokens, public. Authenticates with the device key: `sig` = Sign(device, "vicinal/archiver-auth/v1\0" ‖ issuer ‖ "\0" ‖ decimal `at`).
 * Answers a peer token and one ticket and grant with `room:"*"` per workspace.
 */
export const archiverTokensRequestSchema = z.strictObject({
  devicePub: z.string().check(z.length(43)),
  at: time,
  sig: z.string().check(z.length(86)),
});
export const archiverTokensResponseSchema = z.object({
  peerToken: jws,
  now: time,
  lifetimeMs: z.number(),
  workspaces: z.array(z.object({ workspace: workspaceIdSchema, ticket: jws, grant: jws })),
  /** As of {@link tokensResponseSchema}. */
  iceServers: z.optional(z.array(iceServerSchema)),
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
