/** Settings of STUN and TURN, and what everybody may know of them. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type configResponseSchema, iceServerSchema, type IceServer } from '@vicinal/shared/http/api.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { IceSettings, StunSettings, TurnSettings } from './ice-settings.ts';

export const ICE_ENV_NAMES = [
  'STUN_PORT',
  'STUN_HOST',
  'TURN_URLS',
  'TURN_SECRET',
  'TURN_SECRET_FILE',
  'TURN_TTL_S',
  'ICE_POLICY',
  'ICE_SERVERS',
] as const;

const STUN_PORT = 3478;
const MIN_TURN_SECRET = 16;
const MAX_TURN_URLS = 16;
/** RFC 7065. */
const TURN_URL = /^turns?:(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i;

/** Problems are added to `problems`, one line each. */
export function parseIceEnv(env: Readonly<Record<string, string | undefined>>, problems: string[]): IceSettings {
  const optional = (name: (typeof ICE_ENV_NAMES)[number]): string | undefined => env[name]?.trim() || undefined;
  const policy = optional('ICE_POLICY') ?? 'all';
  if (policy !== 'all' && policy !== 'relay') problems.push('ICE_POLICY must be all or relay');
  const given = parseIceServers(optional('ICE_SERVERS'), problems);
  const isSecret = ({ credential }: IceServer): boolean => credential !== undefined;
  const stun = parseStun(optional('STUN_PORT'), optional('STUN_HOST'), given.length === 0, problems);
  const turn = parseTurn(optional, problems);
  if (policy === 'relay' && turn === undefined && !given.some(({ urls }) => urls.some(isTurnUrl)))
    problems.push('ICE_POLICY=relay needs a TURN server: set TURN_URLS and TURN_SECRET');
  return {
    iceServers: given.filter((server) => !isSecret(server)),
    secretIceServers: given.filter(isSecret),
    isRelayOnly: policy === 'relay',
    ...(stun === undefined ? {} : { stun }),
    ...(turn === undefined ? {} : { turn }),
  };
}

/** The part of the configuration that anybody may ask for. `stunPort`: of the STUN server that runs here. */
export const advertisedIce = (
  { iceServers, isRelayOnly, stun }: Pick<IceSettings, 'iceServers' | 'isRelayOnly' | 'stun'>,
  stunPort: number | undefined,
): Pick<z.infer<typeof configResponseSchema>, 'iceServers' | 'stunPort' | 'isRelayOnly'> => ({
  iceServers: [...iceServers],
  ...(stunPort !== undefined && stun?.isAdvertised === true ? { stunPort } : {}),
  ...(isRelayOnly ? { isRelayOnly } : {}),
});

const isTurnUrl = (url: string): boolean => TURN_URL.test(url);

function parseStun(
  port: string | undefined,
  host: string | undefined,
  isAdvertised: boolean,
  problems: string[],
): StunSettings | undefined {
  if (port === 'off') return undefined;
  if (host !== undefined && isIP(host) === 0) problems.push('STUN_HOST must be an address of this machine');
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    problems.push('STUN_PORT must be off or a whole number from 0 to 65535');
  return { port: port === undefined ? STUN_PORT : Number(port), host, isAdvertised };
}

function parseTurn(
  optional: (name: (typeof ICE_ENV_NAMES)[number]) => string | undefined,
  problems: string[],
): TurnSettings | undefined {
  const urls = (optional('TURN_URLS') ?? '').split(',').flatMap((part) => part.trim() || []);
  for (const url of urls)
    if (!isTurnUrl(url)) problems.push(`TURN_URLS: "${url}" is not an address such as turn:turn.example.org:3478`);
  if (urls.length > MAX_TURN_URLS) problems.push(`TURN_URLS holds more than ${MAX_TURN_URLS} addresses`);
  const ttl = optional('TURN_TTL_S') ?? '86400';
  const ttlS = Number(ttl);
  if (!/^\d+$/.test(ttl) || ttlS < 1200 || ttlS > 7 * 86_400)
    problems.push('TURN_TTL_S must be a whole number from 1200 to 604800');
  const file = optional('TURN_SECRET_FILE');
  const given = optional('TURN_SECRET');
  if (given !== undefined && file !== undefined) problems.push('TURN_SECRET and TURN_SECRET_FILE exclude each other');
  const secret = given ?? (file === undefined ? undefined : readSecret(file, problems));
  if (urls.length === 0 && secret === undefined) return undefined;
  if (urls.length === 0) problems.push('TURN_SECRET without TURN_URLS');
  if (secret === undefined) {
    if (file === undefined) problems.push('TURN_URLS without TURN_SECRET or TURN_SECRET_FILE');
    return undefined;
  }
  if (secret.length < MIN_TURN_SECRET) problems.push(`TURN_SECRET must have at least ${MIN_TURN_SECRET} characters`);
  return { urls, secret, ttlS };
}

function readSecret(file: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`TURN_SECRET_FILE: ${file} cannot be read`);
    return undefined;
  }
}

function parseIceServers(text: string | undefined, problems: string[]): readonly IceServer[] {
  if (text === undefined) return [];
  try {
    const parsed = z.array(iceServerSchema).check(z.maxLength(16)).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // reported below, like JSON of another shape
  }
  problems.push('ICE_SERVERS must be a JSON list such as [{"urls":["stun:stun.example.org"]}]');
  return [];
}
