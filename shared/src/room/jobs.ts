/**
 * What the `jobs` document of a room holds (protocol.md 5): `requests` by people, `results` by archivers. Both are maps from
 * `clientID:clock` of the writing session to a plain JSON value that never changes once written. Who asked and who answered
 * is {@link writerOf} the entry, never something in the value nor in the key, which may name any session of the same user;
 * {@link parseRequest} and {@link parseResult} leave out what is malformed, because a room is written by many.
 */
import type * as Y from 'yjs';
import { z } from '../zod.ts';

/** `clientID:clock` of a session of whoever wrote the entry. */
export type EntryKey = `${number}:${number}`;
const entryKeySchema = z.string().check(z.regex(/^\d{1,16}:\d{1,16}$/)) as unknown as z.ZodMiniType<EntryKey, string>;

/** `key-sentences` needs no model; the others need one. */
export const JOB_TASKS = ['key-sentences', 'summarise'] as const;
export type JobTask = (typeof JOB_TASKS)[number];

/** Limits of the format; a result beyond them is not written. */
export const JOB_LIMITS = { maxTextBytes: 64 * 1024, maxSources: 64, maxSentTextBytes: 256 * 1024 } as const;

/** A Y.RelativePosition in `content`, encoded, base64url. */
const placeSchema = z.string().check(z.regex(/^[\w-]{1,256}$/));

/** Where somebody agreed that text of the document is sent: host and port as `JobModel` names them. */
export const agreedHostSchema = z.object({
  host: z.string().check(z.minLength(1), z.maxLength(255)),
  place: z.enum(['network', 'internet']),
});
export type AgreedHost = z.infer<typeof agreedHostSchema>;

export const jobRequestSchema = z.discriminatedUnion('kind', [
  /**
   * Somebody asks; the text is that of `content` when the job begins. It goes to `to` or nowhere: a task that needs a model
   * is refused (`host-not-agreed`) where the model is elsewhere by then, or where `to` is absent.
   */
  z.object({
    v: z.literal(1),
    kind: z.literal('ask'),
    task: z.enum(JOB_TASKS),
    to: z.optional(agreedHostSchema),
  }),
  /** Whoever may edit stops what somebody asked for. */
  z.object({ v: z.literal(1), kind: z.literal('stop'), request: entryKeySchema }),
  /** Somebody put a result into the text; by whom is {@link writerOf} the entry. */
  z.object({ v: z.literal(1), kind: z.literal('accept'), result: entryKeySchema }),
  /** A card put away, for everybody. */
  z.object({ v: z.literal(1), kind: z.literal('dismiss'), request: entryKeySchema }),
]);
export type JobRequest = z.infer<typeof jobRequestSchema>;

/** A sentence of the document, verbatim as the job read it, and where it stood. */
export const jobSourceSchema = z.object({
  text: z.string().check(z.maxLength(4000)),
  start: placeSchema,
  end: placeSchema,
});
export type JobSource = z.infer<typeof jobSourceSchema>;

/** Where the text went: nowhere, to a machine on a private network, or to the internet. */
export const MODEL_PLACES = ['built-in', 'network', 'internet'] as const;
export const jobModelSchema = z.object({
  /** As the provider names it; absent for built-in tasks. */
  name: z.optional(z.string().check(z.maxLength(200))),
  /** Host the text was sent to; absent for built-in tasks. */
  host: z.optional(z.string().check(z.maxLength(255))),
  place: z.enum(MODEL_PLACES),
});
export type JobModel = z.infer<typeof jobModelSchema>;

export const JOB_FAILURES = [
  'model-unreachable',
  'model-refused',
  'model-busy',
  'model-timeout',
  'model-answer-unusable',
  'text-too-long',
  'text-too-short',
  'not-configured',
  /** The model is not where the asking person agreed that text goes; nothing was sent. */
  'host-not-agreed',
  'switched-off',
  /** Every attempt ended without saying why, such as by a process that died. */
  'internal',
] as const;
export type JobFailure = (typeof JOB_FAILURES)[number];

export const jobResultSchema = z.discriminatedUnion('kind', [
  z.object({
    v: z.literal(1),
    kind: z.literal('done'),
    request: entryKeySchema,
    task: z.enum(JOB_TASKS),
    model: jobModelSchema,
    /** One paragraph a line. `[n]` names `sources[n - 1]`. */
    text: z.string().check(z.maxLength(JOB_LIMITS.maxTextBytes)),
    sources: z.array(jobSourceSchema).check(z.maxLength(JOB_LIMITS.maxSources)),
    /** The exact input of the model; absent for built-in tasks. */
    sent: z.optional(z.string().check(z.maxLength(JOB_LIMITS.maxSentTextBytes))),
    attempts: z.int().check(z.minimum(1), z.maximum(1000)),
  }),
  z.object({
    v: z.literal(1),
    kind: z.literal('failed'),
    request: entryKeySchema,
    task: z.enum(JOB_TASKS),
    model: jobModelSchema,
    code: z.enum(JOB_FAILURES),
    attempts: z.int().check(z.minimum(0), z.maximum(1000)),
  }),
  z.object({ v: z.literal(1), kind: z.literal('stopped'), request: entryKeySchema, task: z.enum(JOB_TASKS) }),
]);
export type JobResult = z.infer<typeof jobResultSchema>;

export const jobRequests = (jobs: Y.Doc): Y.Map<unknown> => jobs.getMap('requests');
export const jobResults = (jobs: Y.Doc): Y.Map<unknown> => jobs.getMap('results');

export const parseEntryKey = (text: unknown): EntryKey | undefined => entryKeySchema.safeParse(text).data;
export const parseRequest = (value: unknown): JobRequest | undefined => jobRequestSchema.safeParse(value).data;
export const parseResult = (value: unknown): JobResult | undefined => jobResultSchema.safeParse(value).data;

/** Client id of the session that wrote what stands under `key`: by its item in the log, whatever session the key names. */
export const writerOf = (map: Y.Map<unknown>, key: string): number | undefined => map._map.get(key)?.id.client;

/**
 * What an archiver publishes as its presence in a room: what it can do, and what it is doing now. `provider` is absent
 * where no model is configured: only built-in tasks can be asked for.
 */
export const assistantPresenceSchema = z.object({
  assistant: z.object({
    isOn: z.boolean(),
    provider: z.optional(jobModelSchema),
    running: z
      .array(
        z.object({
          request: entryKeySchema,
          state: z.enum(['queued', 'running', 'waiting']),
          /** 1 is next; with 'queued'. */
          position: z.optional(z.int().check(z.minimum(1))),
        }),
      )
      .check(z.maxLength(20)),
  }),
});
export type AssistantPresence = z.infer<typeof assistantPresenceSchema>['assistant'];
export const parseAssistantPresence = (state: unknown): AssistantPresence | undefined =>
  assistantPresenceSchema.safeParse(state).data?.assistant;

/** Key in `meta`'s props: `'off'` keeps every task away from this document. */
export const ASSISTANT_PROP = 'assistant';
