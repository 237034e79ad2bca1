import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pushTestResponseSchema } from '@vicinal/shared/http/notify.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { takeDeliveries } from '../db/push.ts';
import { createLogger } from '../log.ts';
import { createServer } from '../server.ts';
import { connect, idOf } from '../testing/members.ts';
import { startNotifiedWorkspace, type NotifiedWorkspace } from '../testing/notified-workspace.ts';
import {
  PUSH_HOST,
  eventually,
  inboxOf,
  subscribeDevice,
  subscribedDevices,
  type NotifyingServer,
} from '../testing/notified.ts';
import { call, demand, fetchTokens, joinAsGuest, type Person } from '../testing/people.ts';
import { createPushSender } from './push-sender.ts';

let place: NotifiedWorkspace;
let server: NotifyingServer;
let room: RoomId;
let link: string;
let person: Person;

beforeAll(async () => {
  place = await startNotifiedWorkspace();
  ({ server } = place);
});
afterAll(async () => await place.close());
beforeEach(async () => {
  person = await place.invite('Person');
  ({ room, link } = await place.shareRoom(person));
  place.forgetPushed();
});

const UNREAD_MS = 30_000;
const pushed = () => place.pushed();
/** Somebody joins, of which the person is told. */
const event = async (): Promise<Person> => await joinAsGuest(server, link, 'Secret Name');
const countDue = async (): Promise<number> => {
  const { rows } = await server.database.query<{ count: number }>(
    `select ((select count(*) from inbox where push_due_at is not null and user_id = $1)
       + (select count(*) from push_deliveries d join inbox i on i.id = d.inbox_id where i.user_id = $1))::int as count`,
    [idOf(person)],
  );
  return rows[0]?.count ?? 0;
};
/** Everything due now has been taken, and nothing is left to do. */
const settled = () => eventually(async () => ((await countDue()) === 0 ? true : undefined), 'rest');

describe('the ladder', () => {
  test('PUSH-2 whoever is away gets a push after 30 s unread, and no sooner', async () => {
    await subscribeDevice(server, person);
    await event();
    server.advance(UNREAD_MS - 5000);
    expect(await countDue()).toBe(1);
    expect(pushed()).toEqual([]);
    server.advance(5000);
    await settled();
    expect(pushed()).toHaveLength(1);
  });

  test('PUSH-2 whoever typed within two minutes in an open app does not', async () => {
    await subscribeDevice(server, person);
    const live = await connect(server, person);
    await demand(server, 'PUT', '/api/activity', { token: person.token });
    await event();
    expect(await countDue()).toBe(0);
    server.advance(121_000);
    await event();
    server.advance(UNREAD_MS);
    await settled();
    expect(pushed()).toHaveLength(1);
    live.close();
    await live.closed;
  });

  test('PUSH-2 an app that was closed is not where anybody is active', async () => {
    await subscribeDevice(server, person);
    await demand(server, 'PUT', '/api/activity', { token: person.token });
    await event();
    server.advance(UNREAD_MS);
    await settled();
    expect(pushed()).toHaveLength(1);
  });

  test('PUSH-2 reading anywhere before cancels it', async () => {
    await subscribeDevice(server, person);
    await event();
    await demand(server, 'POST', '/api/inbox/read', { token: person.token, body: { upTo: server.clock.now() } });
    expect(await countDue()).toBe(0);
    server.advance(UNREAD_MS);
    await settled();
    expect(pushed()).toEqual([]);
  });

  test('PUSH-2 what the person may not open any more is not spoken of', async () => {
    await subscribeDevice(server, person);
    await event();
    await server.database.query('update rooms set audience = $2 where id = $1', [room, 'restricted']);
    await server.database.query('delete from room_members where room_id = $1', [room]);
    server.advance(UNREAD_MS);
    await settled();
    expect(pushed()).toEqual([]);
  });

  test('PUSH-7 what is due outlives the process, also one that died while sending, and is sent once', async () => {
    await subscribeDevice(server, person);
    await event();
    server.push.answerNext({ status: 503 });
    server.advance(UNREAD_MS);
    await eventually(async () => {
      const { rows } = await server.database.query('select 1 from push_deliveries where attempts = 1 and due_at > $1', [
        new Date(server.clock.now()),
      ]);
      return rows.length > 0 ? true : undefined;
    }, 'first attempt');
    // another process takes the delivery and dies
    await server.database.query('update push_deliveries set due_at = $1', [new Date(server.clock.now() - 1)]);
    await takeDeliveries(server.database, new Date(server.clock.now()), new Date(server.clock.now() + 60_000), 10).then(
      (taken) => expect(taken.length).toBeLessThanOrEqual(1),
    );
    const second = createServer(server.config, {
      clock: server.clock,
      logger: createLogger('silent'),
      pushNetwork: {
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
        isReachable: () => true,
        ca: server.push.ca,
      },
    });
    await second.start();
    server.advance(60_000);
    await settled();
    await second.close();
    expect(pushed()).toHaveLength(1);
  });
});

describe('a message', () => {
  test('PUSH-3 says nothing but ids: encrypted, signed, with topic, urgency and an end', async () => {
    await subscribeDevice(server, person);
    const joined = await event();
    server.advance(UNREAD_MS);
    await settled();
    const [item] = (await inboxOf(server, person)).items;
    expect(pushed()).toEqual([
      {
        web_push: 8030,
        mutable: true,
        app_badge: 1,
        notification: {
          mutable: true,
          app_badge: 1,
          title: 'Invitation accepted',
          body: 'Somebody joined through a link you made.',
          navigate: 'http://docs.test/inbox',
          tag: item?.id,
          data: {
            kind: 'invite-accepted',
            user: idOf(person),
            item: item?.id,
            workspace: place.owner.workspace,
            room,
            actor: idOf(joined),
          },
        },
      },
    ]);
    const [raw] = server.push.messages.slice(-1);
    expect(raw?.headers).toMatchObject({ ttl: '86400', topic: item?.id, urgency: 'normal' });
    expect(raw?.text).not.toContain('Secret Name');
  });

  test('PUSH-8 a test says for each device what became of it', async () => {
    const subscription = await subscribeDevice(server, person);
    const test = async () =>
      pushTestResponseSchema.parse((await demand(server, 'POST', '/api/push/test', { token: person.token })).body)
        .results;
    const device = { device: person.device.deviceId, label: 'Test' };
    expect(await test()).toEqual([{ ...device, outcome: 'accepted', status: 201 }]);
    expect(pushed()[0]?.notification.data).toEqual({ kind: 'test', user: idOf(person) });
    server.push.answerNext({ status: 500 }, { status: 410 });
    expect(await test()).toEqual([{ ...device, outcome: 'refused', status: 500 }]);
    expect(await test()).toEqual([{ ...device, outcome: 'gone', status: 410 }]);
    expect(await test()).toEqual([]);
    await subscribeDevice(server, person, { ...subscription, endpoint: `https://${PUSH_HOST}:1/x` }).catch(
      () => undefined,
    );
    expect(await subscribedDevices(server, person)).toEqual([]);
  });
});

describe('answers of the push service', () => {
  test.each([404, 410])('PUSH-4 %i ends the subscription', async (status) => {
    await subscribeDevice(server, person);
    await event();
    server.push.answerNext({ status });
    server.advance(UNREAD_MS);
    await settled();
    expect(await subscribedDevices(server, person)).toEqual([]);
  });

  test('PUSH-4 429 and 5xx are tried again later, others are not', async () => {
    await subscribeDevice(server, person);
    await event();
    const before = server.push.requests;
    server.push.answerNext({ status: 429, headers: { 'retry-after': '120' } }, { status: 503 });
    server.advance(UNREAD_MS);
    await eventually(() => (server.push.requests === before + 1 ? true : undefined), 'first attempt');
    const dueIn = await eventually(async () => {
      const { rows } = await server.database.query<{ due: Date }>('select due_at as due from push_deliveries');
      const ms = (rows[0]?.due.getTime() ?? 0) - server.clock.now();
      return ms > 60_000 ? ms : undefined;
    }, 'pause that was asked for');
    expect(dueIn).toBeLessThanOrEqual(120_000);
    server.advance(120_000);
    await eventually(() => (server.push.requests === before + 2 ? true : undefined), 'second attempt');
    server.advance(30_000);
    await settled();
    expect([server.push.requests, pushed().length]).toEqual([before + 3, 1]);

    await event();
    server.push.answerNext({ status: 400 });
    server.advance(UNREAD_MS);
    await settled();
    expect([server.push.requests, pushed().length]).toEqual([before + 4, 1]);
    expect(await subscribedDevices(server, person)).toEqual([person.device.deviceId]);
  });

  test('PUSH-4 attempts end', async () => {
    await subscribeDevice(server, person);
    await event();
    const { pushMaxAttempts } = server.config.limits;
    server.push.answerNext(...Array.from({ length: pushMaxAttempts }, () => ({ status: 500 })));
    const before = server.push.requests;
    server.advance(UNREAD_MS);
    await eventually(async () => {
      if ((await countDue()) === 0) return true;
      server.advance(5000);
      return undefined;
    }, 'end of attempts');
    expect([server.push.requests - before, pushed().length]).toEqual([pushMaxAttempts, 0]);
  });
});

describe('endpoints', () => {
  const put = (endpoint: string, who = person) =>
    call(server, 'PUT', `/api/push/${who.device.deviceId}`, {
      token: who.token,
      body: { ...server.push.subscribe(), endpoint },
    });

  test('PUSH-5 outside the allow list are refused', async () => {
    await fetchTokens(server, person, []);
    for (const endpoint of ['https://127.0.0.1/x', 'http://fcm.googleapis.com/x', 'https://example.org/x', 'x'])
      expect([endpoint, (await put(endpoint)).code]).toEqual([endpoint, 'forbidden']);
    expect((await put('https://fcm.googleapis.com/fcm/send/x')).status).toBe(204);
  });

  test('PUSH-5 private addresses behind an allowed name get nothing, and redirects lead nowhere', async () => {
    const { rows } = await server.database.query<{ publicKey: string; privateKey: string }>(
      'select public_key as "publicKey", private_key as "privateKey" from vapid_keys',
    );
    const [keys] = rows;
    if (!keys) throw new Error('no keys');
    const sender = (addresses: readonly string[], isReachable?: () => boolean) =>
      createPushSender(server.config, keys, {
        resolve: async () => addresses.map((address) => ({ address, family: 4 })),
        isReachable: isReachable ?? ((address) => address === '142.250.74.42'),
        ca: server.push.ca,
      });
    const message = {
      web_push: 8030,
      mutable: true,
      notification: {
        mutable: true,
        title: '',
        body: '',
        navigate: '',
        tag: '',
        data: { kind: 'test', user: idOf(person) },
      },
    } as const;
    const before = server.push.requests;
    const terms = { ttlS: 1, urgency: 'normal' } as const;
    const subscription = server.push.subscribe();
    for (const addresses of [['127.0.0.1'], ['142.250.74.42', '10.0.0.1'], []])
      expect(await sender(addresses).send(subscription, message, terms)).toEqual({
        outcome: 'refused',
        mayRetry: false,
      });
    expect(server.push.requests).toBe(before);
    const elsewhere = server.push.subscribe();
    server.push.answerNext({ status: 307, headers: { location: elsewhere.endpoint } });
    expect(await sender(['127.0.0.1'], () => true).send(subscription, message, terms)).toMatchObject({
      outcome: 'refused',
      status: 307,
    });
    expect([server.push.requests, pushed()]).toEqual([before + 1, []]);
  });

  test('PUSH-6 end with the device, with the sign-in, and when asked', async () => {
    const devices = () => subscribedDevices(server, person);
    await subscribeDevice(server, person);
    expect(await devices()).toEqual([person.device.deviceId]);
    await demand(server, 'DELETE', `/api/push/${person.device.deviceId}`, { token: person.token });
    expect(await devices()).toEqual([]);
    const count = async () =>
      (await server.database.query('select 1 from push_subscriptions where device_id = $1', [person.device.deviceId]))
        .count;
    await subscribeDevice(server, person);
    await demand(server, 'POST', '/api/auth/sign-out', { cookie: person.refreshToken });
    expect(await count()).toBe(0);
    const other = await place.invite('Other');
    await subscribeDevice(server, other);
    await demand(server, 'DELETE', `/api/devices/${other.device.deviceId}`, { token: other.token });
    expect(
      (await server.database.query('select 1 from push_subscriptions where device_id = $1', [other.device.deviceId]))
        .count,
    ).toBe(0);
  });

  test('PUSH-6 serve one device: the next account of a browser profile takes over, nobody else', async () => {
    const subscription = await subscribeDevice(server, person);
    const next = await place.invite('Next');
    await fetchTokens(server, next, []);
    const path = `/api/push/${next.device.deviceId}`;
    const guess = { ...server.push.subscribe(), endpoint: subscription.endpoint };
    expect((await call(server, 'PUT', path, { token: next.token, body: guess })).code).toBe('conflict');
    await subscribeDevice(server, next, subscription);
    expect(await subscribedDevices(server, person)).toEqual([]);
    expect(await subscribedDevices(server, next)).toEqual([next.device.deviceId]);
    expect((await call(server, 'PUT', path, { token: person.token, body: subscription })).code).toBe('not-found');
    await event();
    server.advance(UNREAD_MS);
    await settled();
    expect(pushed()).toEqual([]);
  });
});

test('PUSH-1 the keys of the instance are made once, kept, and never logged', async () => {
  const { rows } = await server.database.query<{ public: string; private: string }>(
    'select public_key as public, private_key as private from vapid_keys',
  );
  const second = createServer(server.config, { clock: server.clock, logger: createLogger('silent') });
  const { port } = await second.start();
  const answer = await fetch(`http://127.0.0.1:${port}/api/push`, {
    headers: { authorization: `Bearer ${person.token}` },
  });
  expect(await answer.json()).toEqual({ publicKey: rows[0]?.public, devices: [] });
  await second.close();
  expect(rows).toHaveLength(1);
  expect(rows[0]?.private).toMatch(/^[\w-]{43}$/);
  expect(server.logs()).not.toContain(rows[0]?.private);
});
