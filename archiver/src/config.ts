/** The archiver's configuration, read from the environment here and nowhere else. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseOpenRooms } from '@vicinal/shared/open-rooms.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import { z } from '@vicinal/shared/zod.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Every limit with its environment variable, default and allowed range. */
const limitTable = {
  /** How long the first entry of a transaction waits for others. */
  coalesceMs: { env: 'ARCHIVE_COALESCE_MS', value: 15, min: 0, max: 100 },
  /** Entries of more bytes than this together start another transaction. */
  maxBatchBytes: { env: 'ARCHIVE_MAX_BATCH_BYTES', value: 8 * 1024 * 1024, min: 65_536, max: 256 * 1024 * 1024 },
  /** Most that may wait in memory while the database cannot be written. */
  maxPendingBytes: { env: 'ARCHIVE_MAX_PENDING_BYTES', value: 256 * 1024 * 1024, min: 1024 * 1024, max: 2 ** 34 },
  retryMinMs: { env: 'ARCHIVE_RETRY_MIN_MS', value: 100, min: 1, max: 60_000 },
  retryMaxMs: { env: 'ARCHIVE_RETRY_MAX_MS', value: 5000, min: 1, max: 600_000 },
  statementTimeoutMs: { env: 'ARCHIVE_STATEMENT_TIMEOUT_MS', value: 30_000, min: 100, max: 600_000 },
  connectTimeoutMs: { env: 'ARCHIVE_CONNECT_TIMEOUT_MS', value: 3000, min: 100, max: 60_000 },
  maxReaders: { env: 'ARCHIVE_DATABASE_READERS', value: 4, min: 1, max: 100 },
  /** How often an idle connection is tried. */
  checkIntervalMs: { env: 'ARCHIVE_CHECK_INTERVAL_MS', value: 5000, min: 50, max: 600_000 },
  /** How long changed heads are gathered into one receipt. */
  receiptDelayMs: { env: 'ARCHIVE_RECEIPT_DELAY_MS', value: 30, min: 0, max: 100 },
  /** A room without peers is left after this long. */
  idleRoomMs: { env: 'ARCHIVE_IDLE_ROOM_MS', value: 60_000, min: 50, max: 86_400_000 },
  /** Entries of a document after which a checkpoint is made. */
  checkpointEvery: { env: 'ARCHIVE_CHECKPOINT_EVERY', value: 500, min: 1, max: 1e6 },
  maxRooms: { env: 'ARCHIVE_MAX_ROOMS', value: 1000, min: 1, max: 100_000 },
  reopenMinMs: { env: 'ARCHIVE_REOPEN_MIN_MS', value: 1000, min: 10, max: 600_000 },
  reopenMaxMs: { env: 'ARCHIVE_REOPEN_MAX_MS', value: 30_000, min: 10, max: 600_000 },
  maxExports: { env: 'ARCHIVE_LIMIT_EXPORTS', value: 4, min: 1, max: 100 },
  requestsPerDevicePerMinute: { env: 'ARCHIVE_LIMIT_PER_DEVICE_PER_MINUTE', value: 240, min: 1, max: 1e6 },
  restartMinMs: { env: 'ARCHIVE_RESTART_MIN_MS', value: 250, min: 1, max: 60_000 },
  restartMaxMs: { env: 'ARCHIVE_RESTART_MAX_MS', value: 15_000, min: 1, max: 600_000 },
  /** Requests to the assistant that are taken on in a minute; what is over waits. */
  requestsPerUserPerMinute: { env: 'AI_LIMIT_PER_USER_PER_MINUTE', value: 10, min: 1, max: 10_000 },
  requestsPerRoomPerMinute: { env: 'AI_LIMIT_PER_ROOM_PER_MINUTE', value: 30, min: 1, max: 10_000 },
  jobConcurrency: { env: 'AI_CONCURRENCY', value: 2, min: 1, max: 64 },
  jobAttempts: { env: 'AI_ATTEMPTS', value: 4, min: 1, max: 100 },
  jobPollMs: { env: 'AI_POLL_MS', value: 5000, min: 100, max: 600_000 },
  jobRetryMinMs: { env: 'AI_RETRY_MIN_MS', value: 2000, min: 1, max: 600_000 },
  jobRetryMaxMs: { env: 'AI_RETRY_MAX_MS', value: 60_000, min: 1, max: 3_600_000 },
  /** Of one attempt, whatever the task. */
  jobTimeoutMs: { env: 'AI_TIMEOUT_MS', value: 300_000, min: 100, max: 3_600_000 },
  /** UTF-16 code units of a document that a task reads. */
  maxTextLength: { env: 'AI_MAX_TEXT_LENGTH', value: 1_000_000, min: 1000, max: 10_000_000 },
  /** Words of one sentence found in another while key sentences are chosen; beyond it the most common are left out. */
  maxWordPairs: { env: 'AI_MAX_WORD_PAIRS', value: 50_000_000, min: 1000, max: 10_000_000_000 },
  /** Heap of the thread of one task, MiB. */
  threadMemoryMib: { env: 'AI_THREAD_MEMORY_MIB', value: 256, min: 32, max: 65_536 },
  /** An open room of more bytes takes no further updates. */
  openRoomMaxBytes: { env: 'OPEN_ROOM_MAX_BYTES', value: 2 * 1024 * 1024, min: 1024, max: 256 * 1024 * 1024 },
  /** Updates of an open room that wait for the database; above it the room takes none until they are stored. */
  openRoomMaxQueuedBytes: { env: 'OPEN_ROOM_MAX_QUEUED_BYTES', value: 8 * 1024 * 1024, min: 1024, max: 2 ** 30 },
  /** What Yjs keeps of updates whose predecessors are missing; above it they are dropped. */
  openRoomMaxPendingBytes: { env: 'OPEN_ROOM_MAX_PENDING_BYTES', value: 65_536, min: 1024, max: 2 ** 26 },
  /** Connections of an open room, those being made included. */
  openRoomMaxPeers: { env: 'OPEN_ROOM_MAX_PEERS', value: 50, min: 1, max: 500 },
  /** Batches of an open room after which its state is stored anew. */
  openRoomCompactEvery: { env: 'OPEN_ROOM_COMPACT_EVERY', value: 200, min: 1, max: 100_000 },
  /** A connection of an open room that is not there after this long is given up. */
  openRoomDialTimeoutMs: { env: 'OPEN_ROOM_DIAL_TIMEOUT_MS', value: 30_000, min: 100, max: 600_000 },
  /** The process of open rooms is ended and started again when nothing was heard of it for this long. */
  openRoomStallMs: { env: 'OPEN_ROOM_STALL_MS', value: 30_000, min: 3000, max: 600_000 },
  /** Heap of that process, MiB. */
  openRoomMemoryMib: { env: 'OPEN_ROOM_MEMORY_MIB', value: 512, min: 64, max: 65_536 },
  /** What is sent to a model at most; the format keeps no more than 256 KiB of it. */
  maxModelInputBytes: { env: 'AI_MAX_INPUT_BYTES', value: 100_000, min: 1000, max: 262_144 },
  maxModelAnswerBytes: { env: 'AI_MAX_ANSWER_BYTES', value: 16_384, min: 100, max: 65_536 },
  modelConnectTimeoutMs: { env: 'AI_CONNECT_TIMEOUT_MS', value: 5000, min: 10, max: 600_000 },
  /** Longest time without a part of the answer. */
  modelStallTimeoutMs: { env: 'AI_STALL_TIMEOUT_MS', value: 60_000, min: 10, max: 3_600_000 },
  maxModelRetryAfterMs: { env: 'AI_MAX_RETRY_AFTER_MS', value: 600_000, min: 0, max: 86_400_000 },
  shutdownTimeoutMs: { env: 'ARCHIVE_SHUTDOWN_TIMEOUT_MS', value: 9000, min: 100, max: 60_000 },
} as const satisfies Record<string, { env: string; value: number; min: number; max: number }>;

export type Limits = Readonly<Record<keyof typeof limitTable, number>>;
// Object.entries loses the keys' type; the table is right above.
const limitEntries = Object.entries(limitTable) as [keyof Limits, (typeof limitTable)[keyof Limits]][];
export const DEFAULT_LIMITS: Limits = Object.freeze(
  Object.fromEntries(limitEntries.map(([key, { value }]) => [key, value])) as Record<keyof Limits, number>, // same keys as the table
);
/** Names of all environment variables that {@link parseEnv} reads, for documents and examples. */
export const ENV_NAMES: readonly string[] = [
  'DATABASE_URL',
  'DATA_DIR',
  'SIGNALING_URL',
  'PUBLIC_URL',
  'ARCHIVE_PORT',
  'HOST',
  'ALLOWED_ORIGINS',
  'OPEN_ROOMS',
  'OPEN_ROOM_PASSWORDS',
  'LOG_LEVEL',
  'ARCHIVE_METRICS_PORT',
  'METRICS_HOST',
  'AI',
  'AI_BASE_URL',
  'AI_MODEL',
  'AI_API_KEY',
  'AI_API_KEY_FILE',
  ...limitEntries.map(([, { env }]) => env),
];

export interface AiConfig {
  /** False: no task is run, with or without a model. */
  readonly isOn: boolean;
  /** An OpenAI-compatible service; absent: built-in tasks only. */
  readonly model:
    | {
        /** http or https, without credentials, query or a slash at the end. */
        readonly baseUrl: string;
        readonly model: string;
        readonly apiKey: string | undefined;
      }
    | undefined;
}

export interface OpenRoomSettings {
  readonly name: string;
  /** As given to y-webrtc by those who use the room; absent for a room without one. */
  readonly password: string | undefined;
}

export interface Config {
  readonly databaseUrl: string;
  /** Folder of the device key, the enrolment and what is cached of the instance. Absolute. */
  readonly stateDir: string;
  /** Where the signaling server is reached; absent: the address given at enrolment. Origin without a trailing slash. */
  readonly signalingUrl: string | undefined;
  /** Origin that the signature at /signal binds to; absent: that of the signaling address. */
  readonly publicUrl: string | undefined;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  /** Origins whose pages may read /archive from another origin. */
  readonly allowedOrigins: readonly string[];
  /** Rooms of stock y-webrtc that are kept. */
  readonly openRooms: readonly OpenRoomSettings[];
  readonly logLevel: LogLevel;
  /** Where Prometheus asks; absent: nowhere. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  readonly ai: AiConfig;
  readonly limits: Limits;
}

/** The process's environment; other files are handed it. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;

const optional = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text.trim();

/** An http or https origin without anything behind it, or undefined. */
export function parseOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin =
    url &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.pathname === '/' &&
    !url.search &&
    !url.hash &&
    !url.username;
  return isOrigin ? url.origin : undefined;
}

/** Where the command line keeps its files; needs no database. */
export const stateDirOf = (env: Readonly<Record<string, string | undefined>>): string =>
  resolve(optional(env['DATA_DIR']) ?? 'data', 'archiver');

/** Reads the environment; every problem found is one line of the error. */
export function parseEnv(env: Readonly<Record<string, string | undefined>>): Result<Config, readonly string[]> {
  const problems: string[] = [];
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const text = optional(env[name]);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    problems.push(`${name} must be a whole number from ${min} to ${max}`);
    return fallback;
  };
  const origin = (name: string, text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const parsed = parseOrigin(text);
    if (parsed === undefined)
      problems.push(`${name}: "${text}" is not an http or https origin such as https://docs.example.org`);
    return parsed;
  };
  const databaseUrl = optional(env['DATABASE_URL']) ?? '';
  if (databaseUrl === '')
    problems.push('DATABASE_URL is missing, for example postgres://user:password@localhost:5432/vicinal');
  else if (!URL.canParse(databaseUrl) || !['postgres:', 'postgresql:'].includes(new URL(databaseUrl).protocol))
    problems.push('DATABASE_URL is not a postgres:// address');
  const logLevel = LOG_LEVELS.find((level) => level === (optional(env['LOG_LEVEL']) ?? 'info'));
  if (logLevel === undefined) problems.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  const limits = Object.freeze(
    Object.fromEntries(
      limitEntries.map(([key, { env: name, value, min, max }]) => [key, integer(name, value, min, max)]),
    ) as Record<keyof Limits, number>, // same keys as the table
  );
  for (const [low, high] of [
    ['retryMin', 'retryMax'],
    ['reopenMin', 'reopenMax'],
    ['restartMin', 'restartMax'],
    ['jobRetryMin', 'jobRetryMax'],
  ] as const) {
    if (limits[`${low}Ms`] > limits[`${high}Ms`])
      problems.push(`${limitTable[`${low}Ms`].env} must not be greater than ${limitTable[`${high}Ms`].env}`);
  }
  const config: Config = {
    databaseUrl,
    stateDir: stateDirOf(env),
    signalingUrl: origin('SIGNALING_URL', optional(env['SIGNALING_URL'])),
    publicUrl: origin('PUBLIC_URL', optional(env['PUBLIC_URL'])),
    port: integer('ARCHIVE_PORT', 8082, 0, 65_535),
    host: optional(env['HOST']) ?? '127.0.0.1',
    allowedOrigins: (optional(env['ALLOWED_ORIGINS']) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .flatMap((part) => origin('ALLOWED_ORIGINS', part) ?? []),
    openRooms: readOpenRooms(env, problems),
    logLevel: logLevel ?? 'info',
    metricsPort: integer('ARCHIVE_METRICS_PORT', 0, 0, 65_535) || undefined,
    metricsHost: optional(env['METRICS_HOST']) ?? '127.0.0.1',
    ai: parseAi(env, problems),
    limits,
  };
  return problems.length > 0 ? err(problems) : ok(Object.freeze(config));
}

function parseAi(env: Readonly<Record<string, string | undefined>>, problems: string[]): AiConfig {
  const choice = optional(env['AI']) ?? 'on';
  if (choice !== 'on' && choice !== 'off') problems.push('AI must be on or off');
  const isOn = choice !== 'off';
  const address = optional(env['AI_BASE_URL']);
  const model = optional(env['AI_MODEL']);
  const apiKey = parseApiKey(env, problems);
  if (address === undefined) {
    if (model !== undefined) problems.push('AI_MODEL is set without AI_BASE_URL');
    if (apiKey !== undefined) problems.push('AI_API_KEY is set without AI_BASE_URL');
    return Object.freeze({ isOn, model: undefined });
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    // Not quoted: a key is easily pasted here.
    problems.push(
      'AI_BASE_URL must be an http or https address without credentials, such as http://localhost:11434/v1',
    );
    return Object.freeze({ isOn, model: undefined });
  }
  if (model === undefined)
    problems.push('AI_MODEL is missing: the name of the model as the service at AI_BASE_URL knows it');
  else if (model.length > 200) problems.push('AI_MODEL is longer than 200 characters');
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return Object.freeze({ isOn, model: Object.freeze({ baseUrl, model: model ?? '', apiKey }) });
}

function parseApiKey(env: Readonly<Record<string, string | undefined>>, problems: string[]): string | undefined {
  const key = optional(env['AI_API_KEY']);
  const file = optional(env['AI_API_KEY_FILE']);
  if (key !== undefined && file !== undefined) problems.push('AI_API_KEY and AI_API_KEY_FILE: set one of them');
  const value = key ?? (file === undefined ? undefined : readKey(file, problems));
  if (value !== undefined && !/^[\x21-\x7e]{1,4096}$/.test(value)) {
    problems.push('the key in AI_API_KEY or AI_API_KEY_FILE has characters that no key has');
    return undefined;
  }
  return value;
}
function readKey(file: string, problems: string[]): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
  } catch {
    // told below
  }
  problems.push(`AI_API_KEY_FILE: ${file} cannot be read or is empty`);
  return undefined;
}

const passwordsSchema = z.record(z.string(), z.string().check(z.minLength(1), z.maxLength(1024)));

/** Passwords are JSON, `{"name": "password"}`, given directly or as `@file`. */
function readOpenRooms(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): readonly OpenRoomSettings[] {
  const names = parseOpenRooms(env['OPEN_ROOMS']);
  if (!names.ok) {
    problems.push(names.error);
    return [];
  }
  const given = optional(env['OPEN_ROOM_PASSWORDS']) ?? '{}';
  try {
    const text = given.startsWith('@') ? readFileSync(given.slice(1), 'utf8') : given;
    const passwords = new Map(Object.entries(passwordsSchema.parse(JSON.parse(text))));
    const stray = [...passwords.keys()].find((name) => !names.value.includes(name));
    if (stray === undefined) return names.value.map((name) => ({ name, password: passwords.get(name) }));
    problems.push(`OPEN_ROOM_PASSWORDS names "${stray}", which is not in OPEN_ROOMS`);
  } catch {
    // its text may hold passwords: not repeated
    problems.push('OPEN_ROOM_PASSWORDS must be JSON such as {"room":"password"}, or @ and the path of a file with it');
  }
  return [];
}
