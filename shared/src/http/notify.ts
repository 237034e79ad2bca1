/**
 * Requests and responses about notifications, as `api.ts` beside it: the inbox, push subscriptions, and what archivers
 * report. Ids, kinds, times and people's names: never a title or a word of a document.
 */
import { sha256, utf8, type Bytes } from '../bytes.ts';
import { deviceIdSchema, roomIdSchema, userIdSchema, workspaceIdSchema, type RoomId, type UserId } from '../ids.ts';
import { z } from '../zod.ts';

const time = z.number(); // ms since the epoch
/** 16 bytes as 22 characters of base64url. */
const id16 = z.string().check(z.regex(/^[\w-]{22}$/));

/**
 * `invite-accepted`: somebody used a link of yours. `mention`: somebody wrote your name into a document.
 * `access-requested`: somebody without access to a document of yours asks for it.
 */
export const notificationKindSchema = z.enum(['invite-accepted', 'mention', 'access-requested']);
export type NotificationKind = z.infer<typeof notificationKindSchema>;

export const inboxItemSchema = z.object({
  id: id16,
  kind: notificationKindSchema,
  workspace: workspaceIdSchema,
  /** Absent when somebody joined the workspace. */
  room: z.optional(roomIdSchema),
  /** Who did it, by the name that person has now. */
  actor: z.object({ user: userIdSchema, name: z.string(), colour: z.int() }),
  /** Id of the mention in the document's content. */
  mention: z.optional(id16),
  at: time,
  readAt: z.optional(time),
});
export type InboxItem = z.infer<typeof inboxItemSchema>;

/** Most items in one answer. */
export const INBOX_PAGE = 50;
/**
 * GET /api/inbox → the newest {@link INBOX_PAGE} items of the caller, newest first; `?before=<id>` those before that item.
 * Only rooms and workspaces that the caller may open now are named: other items are left out.
 */
export const inboxResponseSchema = z.object({
  items: z.array(inboxItemSchema),
  /** Unread ones in all. */
  unread: z.int(),
  hasMore: z.boolean(),
});
export type Inbox = z.infer<typeof inboxResponseSchema>;

/** POST /api/inbox/read → {unread}. Those named, or every one up to a time. Steps that were still to come are cancelled. */
export const inboxReadRequestSchema = z.union([
  z.strictObject({ ids: z.array(id16).check(z.minLength(1), z.maxLength(200)) }),
  z.strictObject({ upTo: time }),
]);
export const inboxReadResponseSchema = z.object({ unread: z.int() });

/**
 * POST /api/rooms/:room/access-requests → 204, whatever becomes of it: nobody learns whether a room exists. Owners of a document
 * of the caller's workspace that the caller cannot open are told, at most once a day. `rate-limited`.
 */

/** PUT /api/activity → 204. Somebody types, points or touches here now. `rate-limited` when told too often. */

/** GET /api/push → the key to subscribe with (P-256, 65 bytes, base64url) and the caller's devices that are subscribed. */
export const pushResponseSchema = z.object({ publicKey: z.string(), devices: z.array(deviceIdSchema) });

/**
 * PUT /api/push/:device → 204. Of a device of the caller that is signed in (`not-found` else). `forbidden` for endpoints
 * outside the allow list, `conflict` when the endpoint belongs to another account. DELETE → 204. It ends with the device and its sign-in.
 */
export const pushSubscriptionSchema = z.strictObject({
  endpoint: z.string().check(z.maxLength(1024)),
  /** P-256 point, 65 bytes, and 16 bytes, base64url: as in PushSubscription.toJSON().keys. */
  p256dh: z.string().check(z.regex(/^[\w-]{87}=?$/)),
  auth: z.string().check(z.regex(/^[\w-]{22}(==)?$/)),
});
export type PushSubscriptionKeys = z.infer<typeof pushSubscriptionSchema>;

/**
 * What became of one push. `accepted`: the vendor took it. `gone`: the browser has ended the subscription, which is deleted.
 * `refused`: the vendor answered with something else. `unreachable`: no answer.
 */
export const pushOutcomeSchema = z.enum(['accepted', 'gone', 'refused', 'unreachable']);
export type PushOutcome = z.infer<typeof pushOutcomeSchema>;

/** POST /api/push/test → sends a test to every subscribed device of the caller, now. `rate-limited`. */
export const pushTestResponseSchema = z.object({
  results: z.array(
    z.object({
      device: deviceIdSchema,
      label: z.string(),
      outcome: pushOutcomeSchema,
      /** Of the vendor's answer. */
      status: z.optional(z.int()),
    }),
  ),
});
export type PushTest = z.infer<typeof pushTestResponseSchema>;

/**
 * The device's worker is asked before anything is shown, which puts names and titles in; and how many items are unread in
 * all. Where the W3C's Push API wants them and, once more, where WebKit reads them: inside `notification`.
 */
const declared = { mutable: z.literal(true), app_badge: z.optional(z.int()) };

/** What a push message carries, encrypted for one subscription (RFC 8291); the shape of declarative web push. */
export const pushMessageSchema = z.object({
  web_push: z.literal(8030),
  ...declared,
  notification: z.object({
    ...declared,
    /** Generic: what is shown when nothing better is known. */
    title: z.string(),
    body: z.string(),
    /** Absolute address: where a click leads when the worker did not show it. */
    navigate: z.string(),
    tag: z.string(),
    data: z.object({
      kind: z.enum(['invite-accepted', 'mention', 'access-requested', 'test']),
      /** Whom it is for: shown to nobody else. */
      user: userIdSchema,
      item: z.optional(id16),
      workspace: z.optional(workspaceIdSchema),
      room: z.optional(roomIdSchema),
      actor: z.optional(userIdSchema),
      mention: z.optional(id16),
    }),
  }),
});
export type PushMessage = z.infer<typeof pushMessageSchema>;

const archiverEventSchema = z.strictObject({
  kind: z.literal('mention'),
  room: roomIdSchema,
  /** The author of the entry, by its verified log. */
  actor: userIdSchema,
  target: userIdSchema,
  mention: id16,
});
export type ArchiverEvent = z.infer<typeof archiverEventSchema>;

/** Most events in one request. */
export const MAX_ARCHIVER_EVENTS = 100;
/**
 * POST /api/archivers/events, authenticated by the archiver's device key → 204: every event was taken or never will be, so
 * none is sent again. Harmless to repeat. `sig` = Sign(device, "vicinal/archiver-events/v1\0" ‖ issuer ‖ "\0" ‖ decimal `at` ‖ "\0" ‖
 * digest of the events), `at` within 5 min of the server's clock.
 */
export const archiverEventsRequestSchema = z.strictObject({
  devicePub: z.string().check(z.length(43)),
  at: time,
  sig: z.string().check(z.length(86)),
  events: z.array(archiverEventSchema).check(z.minLength(1), z.maxLength(MAX_ARCHIVER_EVENTS)),
});

/** SHA-256 over the events, field by field. */
export const eventsDigest = (events: readonly ArchiverEvent[]): Bytes =>
  sha256(
    utf8(
      events.map(({ kind, room, actor, target, mention }) => [kind, room, actor, target, mention].join(' ')).join('\n'),
    ),
  );

/** One mention of one person in one room is told of once, whoever reports it and however often. */
export const mentionKey = (room: RoomId, mention: string, target: UserId): Bytes =>
  sha256(utf8(['vicinal/mention/v1', room, mention, target].join('\0')));
