/** The server's configuration, read from the environment here and nowhere else. */
import { BlockList, isIP } from 'node:net';
import { parseOpenRooms } from '@vicinal/shared/open-rooms.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import { ICE_ENV_NAMES, parseIceEnv } from './ice/ice-config.ts';
import type { IceSettings } from './ice/ice-settings.ts';
import { KNOWN_PUSH_HOSTS, isHostPattern } from './notify/push-address.ts';
import { Origins, parseOrigin } from './origins.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Every limit with its environment variable, default and allowed range. */
const limitTable = {
  maxBodyBytes: { env: 'LIMIT_BODY_BYTES', value: 64 * 1024, min: 1024, max: 1024 * 1024 },
  apiPerUserPerMinute: { env: 'LIMIT_API_PER_USER_PER_MINUTE', value: 600, min: 1, max: 1e6 },
  publicPerAddressPerMinute: { env: 'LIMIT_PUBLIC_PER_ADDRESS_PER_MINUTE', value: 240, min: 1, max: 1e6 },
  joinsPerAddressPerMinute: { env: 'LIMIT_JOINS_PER_ADDRESS_PER_MINUTE', value: 60, min: 1, max: 1e6 },
  signInsPerAddressPerQuarter: { env: 'LIMIT_SIGN_INS_PER_ADDRESS', value: 100, min: 1, max: 1e6 },
  failedSignInsPerAccount: { env: 'LIMIT_FAILED_SIGN_INS', value: 10, min: 1, max: 1e6 },
  socketsUnauthenticatedPerAddress: { env: 'LIMIT_SOCKETS_PER_ADDRESS', value: 10, min: 1, max: 1e6 },
  socketsPerUser: { env: 'LIMIT_SOCKETS_PER_USER', value: 50, min: 1, max: 1e6 },
  socketsTotal: { env: 'LIMIT_SOCKETS_TOTAL', value: 10_000, min: 1, max: 1e6 },
  roomsPerSocket: { env: 'LIMIT_ROOMS_PER_SOCKET', value: 200, min: 1, max: 1e5 },
  peersPerRoom: { env: 'LIMIT_PEERS_PER_ROOM', value: 500, min: 2, max: 10_000 },
  messagesPerSecond: { env: 'LIMIT_MESSAGES_PER_SECOND', value: 100, min: 1, max: 1e6 },
  messagesBurst: { env: 'LIMIT_MESSAGES_BURST', value: 1000, min: 1, max: 1e6 },
  bytesPerSecond: { env: 'LIMIT_BYTES_PER_SECOND', value: 256 * 1024, min: 1024, max: 1e9 },
  bytesBurst: { env: 'LIMIT_BYTES_BURST', value: 2 * 1024 * 1024, min: 65_536, max: 1e9 },
  joinsPerSecond: { env: 'LIMIT_ROOM_JOINS_PER_SECOND', value: 5, min: 1, max: 1e6 },
  joinsBurst: { env: 'LIMIT_ROOM_JOINS_BURST', value: 600, min: 1, max: 1e6 },
  outboundBufferBytes: { env: 'LIMIT_OUTBOUND_BUFFER_BYTES', value: 1024 * 1024, min: 65_536, max: 1e9 },
  stunPerSecond: { env: 'LIMIT_STUN_PER_SECOND', value: 2000, min: 1, max: 1e6 },
  stunPerAddressPerSecond: { env: 'LIMIT_STUN_PER_ADDRESS_PER_SECOND', value: 20, min: 1, max: 1e6 },
  stunPerAddressBurst: { env: 'LIMIT_STUN_PER_ADDRESS_BURST', value: 200, min: 1, max: 1e6 },
  stunAddresses: { env: 'LIMIT_STUN_ADDRESSES', value: 10_000, min: 1, max: 1e6 },
  openSocketsTotal: { env: 'LIMIT_OPEN_SOCKETS_TOTAL', value: 1000, min: 1, max: 1e6 },
  openSocketsPerAddress: { env: 'LIMIT_OPEN_SOCKETS_PER_ADDRESS', value: 20, min: 1, max: 1e6 },
  openPeersPerRoom: { env: 'LIMIT_OPEN_PEERS_PER_ROOM', value: 100, min: 2, max: 10_000 },
  openTopicsPerFrame: { env: 'LIMIT_OPEN_TOPICS_PER_FRAME', value: 1000, min: 1, max: 10_000 },
  openFanOutBytesPerSecond: { env: 'LIMIT_OPEN_FAN_OUT_BYTES_PER_SECOND', value: 1024 * 1024, min: 1024, max: 1e9 },
  openFanOutBytesBurst: { env: 'LIMIT_OPEN_FAN_OUT_BYTES_BURST', value: 16 * 1024 * 1024, min: 65_536, max: 1e9 },
  helloTimeoutMs: { env: 'HELLO_TIMEOUT_MS', value: 5000, min: 50, max: 60_000 },
  pingIntervalMs: { env: 'PING_INTERVAL_MS', value: 30_000, min: 50, max: 600_000 },
  idleTimeoutMs: { env: 'IDLE_TIMEOUT_MS', value: 90_000, min: 100, max: 3_600_000 },
  tokenGraceMs: { env: 'TOKEN_GRACE_MS', value: 30_000, min: 0, max: 600_000 },
  sweepIntervalMs: { env: 'SWEEP_INTERVAL_MS', value: 2000, min: 10, max: 60_000 },
  shutdownTimeoutMs: { env: 'SHUTDOWN_TIMEOUT_MS', value: 3000, min: 0, max: 60_000 },
  inboxItemsPerUser: { env: 'LIMIT_INBOX_ITEMS', value: 1000, min: 1, max: 100_000 },
  inboxWaitingPerUser: { env: 'LIMIT_INBOX_WAITING', value: 200, min: 1, max: 100_000 },
  inboxJoinsPerRoom: { env: 'LIMIT_INBOX_JOINS', value: 10, min: 1, max: 100_000 },
  mentionsPerActorPerHour: { env: 'LIMIT_MENTIONS_PER_HOUR', value: 60, min: 1, max: 1e6 },
  activityPerUserPerMinute: { env: 'LIMIT_ACTIVITY_PER_MINUTE', value: 30, min: 1, max: 1e6 },
  accessRequestsPerUserPerHour: { env: 'LIMIT_ACCESS_REQUESTS_PER_HOUR', value: 20, min: 1, max: 1e6 },
  pushTestsPerUserPerHour: { env: 'LIMIT_PUSH_TESTS_PER_HOUR', value: 20, min: 1, max: 1e6 },
  pushesPerUserPerHour: { env: 'LIMIT_PUSHES_PER_HOUR', value: 30, min: 0, max: 1e6 },
  pushSubscriptionsPerUser: { env: 'LIMIT_PUSH_SUBSCRIPTIONS', value: 20, min: 1, max: 1000 },
  pushAfterMs: { env: 'PUSH_AFTER_MS', value: 30_000, min: 0, max: 86_400_000 },
  activeWithinMs: { env: 'PUSH_ACTIVE_WITHIN_MS', value: 120_000, min: 0, max: 86_400_000 },
  pushTimeoutMs: { env: 'PUSH_TIMEOUT_MS', value: 10_000, min: 100, max: 60_000 },
  pushRetryMs: { env: 'PUSH_RETRY_MS', value: 5000, min: 10, max: 3_600_000 },
  pushMaxAttempts: { env: 'PUSH_MAX_ATTEMPTS', value: 6, min: 1, max: 100 },
  notifyIntervalMs: { env: 'NOTIFY_INTERVAL_MS', value: 1000, min: 10, max: 60_000 },
  databaseConnections: { env: 'DATABASE_CONNECTIONS', value: 10, min: 1, max: 1000 },
  databaseStartTimeoutMs: { env: 'DATABASE_START_TIMEOUT_MS', value: 30_000, min: 0, max: 600_000 },
} as const satisfies Record<string, { env: string; value: number; min: number; max: number }>;

export type Limits = Readonly<Record<keyof typeof limitTable, number>>;
// Object.entries loses the keys' type; the table is right above.
const limitEntries = Object.entries(limitTable) as [keyof Limits, (typeof limitTable)[keyof Limits]][];
export const DEFAULT_LIMITS: Limits = Object.freeze(
  Object.fromEntries(limitEntries.map(([key, { value }]) => [key, value])) as Record<keyof Limits, number>, // same keys as the table
);
/** Names of all environment variables that {@link parseEnv} reads, for documents and examples. */
export const ENV_NAMES: readonly string[] = [
  'SIGNALING_PORT',
  'HOST',
  'DATABASE_URL',
  'PUBLIC_URL',
  'ALLOWED_ORIGINS',
  'NETWORK_ORIGINS',
  'TRUSTED_PROXIES',
  'TICKET_TTL_MS',
  'ACCESS_TTL_MS',
  'SESSION_TTL_S',
  'REFRESH_LEEWAY_MS',
  'OFFLINE_GRACE_S',
  'SETUP_LINK_TTL_S',
  'ENROLMENT_CODE_TTL_S',
  'KEY_PUBLISH_AHEAD_S',
  ...ICE_ENV_NAMES,
  'OPEN_ROOMS',
  'OPEN_ROOM_ORIGINS',
  'LIMIT_PRIVATE_ADDRESSES',
  'PUSH_ALLOWED_HOSTS',
  'PUSH_CONTACT',
  'LOG_LEVEL',
  'METRICS_PORT',
  'METRICS_HOST',
  ...limitEntries.map(([, { env }]) => env),
];

export interface Config extends IceSettings {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  /** Origin under which people reach the instance, without a trailing slash. */
  readonly publicUrl: string;
  /** Origins whose pages may open sockets and send cookies; holds the one of `publicUrl` and those of the networks. */
  readonly allowedOrigins: Origins;
  /** Proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: BlockList;
  /** Cookies carry `Secure` for every page; else for those on https alone. */
  readonly isHttps: boolean;
  /** Life of peer tokens and tickets. */
  readonly ticketTtlMs: number;
  readonly accessTtlMs: number;
  readonly sessionTtlMs: number;
  /** How long a refresh token may be presented again when its answer was lost. */
  readonly refreshLeewayMs: number;
  readonly offlineGraceS: number;
  readonly setupLinkTtlMs: number;
  readonly enrolmentCodeTtlMs: number;
  /** How long a new signing key stands in the JWKS before it signs. */
  readonly keyPublishAheadMs: number;
  /** Rooms of stock y-webrtc that are served; with none the endpoint does not exist. */
  readonly openRooms: ReadonlySet<string>;
  /** Origins beside `allowedOrigins` whose pages may use open rooms and nothing else; `*` stands for any. */
  readonly openRoomOrigins: ReadonlySet<string>;
  /** Whether loopback and private addresses fall under the per-address socket limit. */
  readonly limitPrivateAddresses: boolean;
  /** Hosts of push services that messages may be sent to, the known ones first. */
  readonly pushAllowedHosts: readonly string[];
  /** Whom a push service writes to when messages of this instance trouble it: a mailto: or https: address. */
  readonly pushContact: string;
  readonly logLevel: LogLevel;
  /** Where Prometheus asks; absent: nowhere. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  readonly limits: Limits;
}

const optional = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text.trim();

/** Reads the environment; every problem found is one line of the error. */
export function parseEnv(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Result<Config, readonly string[]> {
  const problems: string[] = [];
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const text = optional(env[name]);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    problems.push(`${name} must be a whole number from ${min} to ${max}`);
    return fallback;
  };
  const originOf = (name: string, text: string): string => {
    const origin = parseOrigin(text);
    if (origin === undefined)
      problems.push(`${name}: "${text}" is not an http or https origin such as https://docs.example.org`);
    return origin ?? '';
  };
  const list = (name: string): string[] =>
    (optional(env[name]) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');

  const port = integer('SIGNALING_PORT', 8081, 0, 65_535);
  const publicUrl = originOf('PUBLIC_URL', optional(env['PUBLIC_URL']) ?? `http://localhost:${port}`);
  const databaseUrl = optional(env['DATABASE_URL']) ?? '';
  if (databaseUrl === '')
    problems.push('DATABASE_URL is missing, for example postgres://user:password@localhost:5432/vicinal');
  else if (!URL.canParse(databaseUrl) || !['postgres:', 'postgresql:'].includes(new URL(databaseUrl).protocol))
    problems.push('DATABASE_URL is not a postgres:// address');

  const networkFile = /^@(.+)$/.exec(optional(env['NETWORK_ORIGINS']) ?? '')?.[1];
  const network =
    networkFile === undefined ? list('NETWORK_ORIGINS').map((text) => originOf('NETWORK_ORIGINS', text)) : [];
  if (network.some((origin) => origin.startsWith('http:')))
    problems.push('NETWORK_ORIGINS must be https: browsers run the app nowhere else on a network');

  const logLevel = LOG_LEVELS.find((level) => level === (optional(env['LOG_LEVEL']) ?? 'info'));
  if (logLevel === undefined) problems.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  const limitPrivate = optional(env['LIMIT_PRIVATE_ADDRESSES']) ?? 'false';
  if (limitPrivate !== 'true' && limitPrivate !== 'false')
    problems.push('LIMIT_PRIVATE_ADDRESSES must be true or false');

  const pushHosts = list('PUSH_ALLOWED_HOSTS').map((host) => host.toLowerCase());
  for (const host of pushHosts)
    if (!isHostPattern(host))
      problems.push(`PUSH_ALLOWED_HOSTS: "${host}" is not a host name such as push.example.org or *.example.org`);
  const pushContact =
    optional(env['PUSH_CONTACT']) ?? (publicUrl.startsWith('https:') ? publicUrl : 'mailto:nobody@vicinal.invalid');
  if (!/^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s/]+.*)$/.test(pushContact))
    problems.push('PUSH_CONTACT must be an address such as mailto:admin@example.org or https://docs.example.org');
  const openRooms = parseOpenRooms(env['OPEN_ROOMS']);
  if (!openRooms.ok) problems.push(openRooms.error);
  const openOrigins = list('OPEN_ROOM_ORIGINS').map((text) =>
    text === '*' ? text : originOf('OPEN_ROOM_ORIGINS', text),
  );

  const config: Config = {
    port,
    host: optional(env['HOST']) ?? '127.0.0.1',
    databaseUrl,
    publicUrl,
    allowedOrigins: new Origins(
      [publicUrl, ...list('ALLOWED_ORIGINS').map((text) => originOf('ALLOWED_ORIGINS', text))],
      network,
      networkFile,
    ),
    trustedProxies: parseProxies(list('TRUSTED_PROXIES'), problems),
    isHttps: publicUrl.startsWith('https:'),
    ticketTtlMs: integer('TICKET_TTL_MS', 600_000, 1000, 600_000),
    accessTtlMs: integer('ACCESS_TTL_MS', 600_000, 1000, 3_600_000),
    sessionTtlMs: integer('SESSION_TTL_S', 30 * 86_400, 60, 366 * 86_400) * 1000,
    refreshLeewayMs: integer('REFRESH_LEEWAY_MS', 10_000, 0, 60_000),
    offlineGraceS: integer('OFFLINE_GRACE_S', 86_400, 0, 30 * 86_400),
    setupLinkTtlMs: integer('SETUP_LINK_TTL_S', 86_400, 1, 30 * 86_400) * 1000,
    enrolmentCodeTtlMs: integer('ENROLMENT_CODE_TTL_S', 3600, 1, 7 * 86_400) * 1000,
    keyPublishAheadMs: integer('KEY_PUBLISH_AHEAD_S', 900, 0, 86_400) * 1000,
    ...parseIceEnv(env, problems),
    openRooms: new Set(openRooms.ok ? openRooms.value : []),
    openRoomOrigins: new Set(openOrigins),
    limitPrivateAddresses: limitPrivate === 'true',
    pushAllowedHosts: [...KNOWN_PUSH_HOSTS, ...pushHosts],
    pushContact,
    logLevel: logLevel ?? 'info',
    metricsPort: integer('METRICS_PORT', 0, 0, 65_535) || undefined,
    metricsHost: optional(env['METRICS_HOST']) ?? '127.0.0.1',
    limits: Object.freeze(
      Object.fromEntries(
        limitEntries.map(([key, { env: name, value, min, max }]) => [key, integer(name, value, min, max)]),
      ) as Record<keyof Limits, number>, // same keys as the table
    ),
  };
  if (config.limits.idleTimeoutMs <= config.limits.pingIntervalMs)
    problems.push('IDLE_TIMEOUT_MS must be greater than PING_INTERVAL_MS');
  return problems.length > 0 ? err(problems) : ok(Object.freeze(config));
}

function parseProxies(parts: readonly string[], problems: string[]): BlockList {
  const proxies = new BlockList();
  for (const part of parts) {
    const [address = '', prefix] = part.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
    if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) {
      problems.push(`TRUSTED_PROXIES: "${part}" is not an address or a network such as 10.0.0.0/8`);
    } else {
      proxies.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
    }
  }
  return proxies;
}
