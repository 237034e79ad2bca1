/** People who are told of things, and the push service that hears of it, for tests. */
import { startPushService, type PushService, type TestSubscription } from '@vicinal/infra/testing/push-service.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { archiverEventsMessage } from '@vicinal/shared/crypto/transcript.ts';
import {
  eventsDigest,
  inboxResponseSchema,
  pushMessageSchema,
  pushResponseSchema,
  type ArchiverEvent,
  type Inbox,
  type PushMessage,
} from '@vicinal/shared/http/notify.ts';
import { call, demand, fetchTokens, issuerOf, type Answer, type Person } from './people.ts';
import { startTestServer, type TestServer } from './test-server.ts';

export const PUSH_HOST = 'push.test';

export interface NotifyingServer extends TestServer {
  readonly push: PushService;
}

/** A server that knows one push service besides the vendors', on this machine. Steps are looked for every 20 ms. */
export async function startNotifyingServer(env: Readonly<Record<string, string>> = {}): Promise<NotifyingServer> {
  let publicKey = '';
  const push = await startPushService(PUSH_HOST, () => publicKey);
  const server = await startTestServer(
    { PUSH_ALLOWED_HOSTS: push.host, NOTIFY_INTERVAL_MS: '20', PUSH_RETRY_MS: '1000', ...env },
    {
      pushNetwork: {
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
        isReachable: () => true,
        ca: push.ca,
      },
    },
  );
  const { rows } = await server.database.query<{ key: string }>('select public_key as key from vapid_keys');
  publicKey = rows[0]?.key ?? '';
  return {
    ...server,
    push,
    close: async () => {
      await server.close();
      await push.close();
    },
  };
}

export async function inboxOf(server: TestServer, person: Person, before?: string): Promise<Inbox> {
  const path = `/api/inbox${before === undefined ? '' : `?before=${before}`}`;
  return inboxResponseSchema.parse((await demand(server, 'GET', path, { token: person.token })).body);
}

/** Subscribes the person's device, signed in by fetching tokens as a client does. */
export async function subscribeDevice(
  server: NotifyingServer,
  person: Person,
  subscription: TestSubscription = server.push.subscribe(),
): Promise<TestSubscription> {
  await fetchTokens(server, person, []);
  await demand(server, 'PUT', `/api/push/${person.device.deviceId}`, { token: person.token, body: subscription });
  return subscription;
}

export const subscribedDevices = async (server: TestServer, person: Person): Promise<readonly string[]> =>
  pushResponseSchema.parse((await demand(server, 'GET', '/api/push', { token: person.token })).body).devices;

/** The archiver's report, signed by its device. */
export async function report(
  server: TestServer,
  archiver: DeviceSigner,
  events: readonly ArchiverEvent[],
  change: { readonly at?: number; readonly signed?: readonly ArchiverEvent[] } = {},
): Promise<Answer> {
  const at = change.at ?? server.clock.now();
  const message = archiverEventsMessage(await issuerOf(server), at, eventsDigest(change.signed ?? events));
  const body = {
    devicePub: toBase64Url(archiver.publicKey),
    at,
    sig: toBase64Url(await archiver.sign(message)),
    events,
  };
  return await call(server, 'POST', '/api/archivers/events', { body });
}

export const messagesOf = (push: PushService): readonly PushMessage[] =>
  push.messages.map(({ text }) => pushMessageSchema.parse(JSON.parse(text)));

/** Polls until `find` says something, at most 10 s. */
export async function eventually<T>(find: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`no ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
