/** Sends one encrypted message to one push service (RFC 8030, 8291, 8292). The only importer of web-push. */
import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import webPush from 'web-push';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { PushMessage, PushOutcome, PushSubscriptionKeys } from '@vicinal/shared/http/notify.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/pool.ts';
import { findVapidKeys, insertVapidKeys, type VapidKeys } from '../db/push.ts';
import { isPublicAddress, parseEndpoint } from './push-address.ts';

export interface PushResult {
  readonly outcome: PushOutcome;
  /** Of the vendor's answer. */
  readonly status?: number;
  /** How long the vendor wants to be left alone. */
  readonly retryAfterMs?: number;
  /** Whether another attempt may do better. */
  readonly mayRetry: boolean;
}

export interface PushTerms {
  readonly ttlS: number;
  readonly urgency: 'normal' | 'high';
  /** A later message of the same topic replaces one that the vendor still holds. At most 32 characters of base64url. */
  readonly topic?: string;
}

export interface PushSender {
  /** What pages subscribe with. */
  readonly publicKey: string;
  mayReach(endpoint: string): boolean;
  /** Never rejects. */
  send(subscription: PushSubscriptionKeys, message: PushMessage, terms: PushTerms): Promise<PushResult>;
  /** Ends what is under way. Idempotent. */
  close(): void;
}

interface Address {
  readonly address: string;
  readonly family: number;
}
/** The network as the sender sees it. */
export interface PushNetwork {
  resolve(host: string): Promise<readonly Address[]>;
  isReachable(address: string): boolean;
  /** Certificate of an authority to trust beside the system's. */
  readonly ca?: string;
}
const internet: PushNetwork = {
  resolve: (host) => lookup(host, { all: true }),
  isReachable: isPublicAddress,
};

/** The keys of this instance, made now when there are none. */
export async function readVapidKeys(database: Database, clock: Clock): Promise<VapidKeys> {
  const stored = await findVapidKeys(database);
  if (stored) return stored;
  await insertVapidKeys(database, webPush.generateVAPIDKeys(), new Date(clock.now()));
  const kept = await findVapidKeys(database);
  if (!kept) throw new TypeError('keys that were stored a moment ago');
  return kept;
}

export function createPushSender(
  config: Pick<Config, 'pushAllowedHosts' | 'pushContact' | 'limits'>,
  keys: VapidKeys,
  network: PushNetwork = internet,
): PushSender {
  const closed = new AbortController();
  const vapidDetails = { subject: config.pushContact, ...keys };

  const reach = async (url: URL): Promise<readonly Address[]> => {
    const found = await network.resolve(url.hostname);
    // One address inside is enough to refuse: which of them is used is not for the name's owner to choose.
    return found.every(({ address }) => network.isReachable(address)) ? found : [];
  };
  const post = (url: URL, addresses: readonly Address[], headers: Record<string, string>, body: Buffer) =>
    new Promise<PushResult>((resolve, reject) => {
      const pinned: LookupFunction = (_host, options, done) => {
        const [first] = addresses;
        if (options.all === true) done(null, [...addresses]);
        else done(null, first?.address ?? '', first?.family ?? 0);
      };
      const sent = request(
        url,
        {
          method: 'POST',
          headers,
          agent: false,
          lookup: pinned,
          signal: AbortSignal.any([closed.signal, AbortSignal.timeout(config.limits.pushTimeoutMs)]),
          ...(network.ca === undefined ? {} : { ca: network.ca }),
        },
        (response) => {
          resolve(judge(response.statusCode ?? 0, response.headers['retry-after']));
          response.on('error', () => undefined); // the status is known, and nothing else is wanted
          response.destroy();
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  return {
    publicKey: keys.publicKey,
    mayReach: (endpoint) => parseEndpoint(endpoint, config.pushAllowedHosts) !== undefined,
    send: async ({ endpoint, p256dh, auth }, message, { ttlS, urgency, topic }) => {
      const url = parseEndpoint(endpoint, config.pushAllowedHosts);
      if (!url) return { outcome: 'refused', mayRetry: false };
      try {
        const addresses = await reach(url);
        if (addresses.length === 0) return { outcome: 'refused', mayRetry: false };
        const details = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(message), {
          vapidDetails,
          TTL: ttlS,
          urgency,
          contentEncoding: 'aes128gcm',
          ...(topic === undefined ? {} : { topic }),
        });
        const headers = Object.fromEntries(
          Object.entries(details.headers).map(([name, value]) => [name, String(value)]),
        );
        return await post(url, addresses, headers, details.body ?? Buffer.alloc(0));
      } catch {
        return { outcome: 'unreachable', mayRetry: true };
      }
    },
    close: () => closed.abort(),
  };
}

function judge(status: number, retryAfter: string | undefined): PushResult {
  if (status >= 200 && status < 300) return { outcome: 'accepted', status, mayRetry: false };
  if (status === 404 || status === 410) return { outcome: 'gone', status, mayRetry: false };
  const mayRetry = status === 429 || status >= 500;
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined;
  return { outcome: 'refused', status, mayRetry, ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }) };
}
