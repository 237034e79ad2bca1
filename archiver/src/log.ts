/** JSON logs through pino. Whatever looks like a secret is cut out before it is written, at any depth up to two. */
import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import type { LogFields, Logger } from '@vicinal/shared/logger.ts';
import type { LogLevel } from './config.ts';

const secretNames = [
  'authorization',
  'cookie',
  'token',
  'peerToken',
  'ticket',
  'grant',
  'password',
  'sig',
  'sdp',
  'candidate',
  'secret',
  'privateKey',
  'databaseUrl',
  'apiKey',
];
const censored = '[redacted]';
const paths = secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/** `destination` is standard output unless a test gives another. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'event',
    redact: { paths, censor: censored },
  };
  return wrap(destination ? pino(options, destination) : pino(options)).child({ service: 'archiver' });
}

function wrap(log: Pino): Logger {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (event: string, fields?: LogFields) =>
    log[level](scrub(fields ?? {}), event);
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(log.child(scrub(fields))),
  };
}

/** Compact JWS, connection strings and session descriptions inside longer texts, such as an error's message. */
const embedded =
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bpostgres(?:ql)?:\/\/\S+|\bBearer\s+\S+|\bv=0\r?\n[\s\S]*|\bcandidate:\S.*/g;

function scrub(fields: LogFields): LogFields {
  const out: Record<string, string | number | boolean | undefined> = {};
  for (const [key, value] of Object.entries(fields))
    out[key] = typeof value === 'string' ? value.replace(embedded, censored) : value;
  return out;
}

/** What may be logged of a failure. A database error's text can quote the values of a statement, so only its SQLSTATE is kept. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12)
    .join('\n');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    error: error.name,
    errorCode: code,
    message: 'severity' in error ? undefined : error.message,
    stack: frames,
  };
}
