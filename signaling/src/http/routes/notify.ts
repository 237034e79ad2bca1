/** The inbox, push subscriptions, and what archivers report. */
import { AppError } from '@vicinal/shared/app-error.ts';
import {
  archiverEventsRequestSchema,
  inboxReadRequestSchema,
  pushSubscriptionSchema,
} from '@vicinal/shared/http/notify.ts';
import { recordActivity } from '../../db/inbox.ts';
import { listSubscriptions } from '../../db/push.ts';
import type { AppDeps } from '../../deps.ts';
import { requestAccess } from '../../notify/access-requests.ts';
import { receiveArchiverEvents } from '../../notify/archiver-events.ts';
import { markInboxRead, readInbox } from '../../notify/inbox.ts';
import type { PushSender } from '../../notify/push-sender.ts';
import { sendTest, subscribe, unsubscribe } from '../../notify/subscriptions.ts';
import type { HttpLimits } from '../limits.ts';
import { route, type Route } from '../route.ts';

export const notifyRoutes = (deps: AppDeps, limits: HttpLimits, sender: PushSender): readonly Route[] => [
  route({
    method: 'get',
    path: '/api/inbox',
    access: 'bearer',
    handle: async ({ caller, query }) => {
      const before = query('before');
      if (before !== undefined && !/^[\w-]{22}$/.test(before)) throw new AppError('bad-request', 'before');
      return { body: await readInbox(deps, caller.id, before) };
    },
  }),
  route({
    method: 'post',
    path: '/api/inbox/read',
    access: 'bearer',
    body: inboxReadRequestSchema,
    handle: async ({ caller, body }) => ({ body: { unread: await markInboxRead(deps, caller.id, body) } }),
  }),
  route({
    method: 'post',
    path: '/api/rooms/:room/access-requests',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      const room = param('room');
      await limits.countAccessRequest(caller.id);
      await requestAccess(deps, caller.id, room);
      return {};
    },
  }),
  route({
    method: 'put',
    path: '/api/activity',
    access: 'bearer',
    handle: async ({ caller }) => {
      await limits.countActivity(caller.id);
      await recordActivity(deps.database, caller.id, new Date(deps.clock.now()));
      return {};
    },
  }),
  route({
    method: 'get',
    path: '/api/push',
    access: 'bearer',
    handle: async ({ caller }) => {
      const devices = (await listSubscriptions(deps.database, caller.id)).map(({ device }) => device);
      return { body: { publicKey: sender.publicKey, devices } };
    },
  }),
  route({
    method: 'put',
    path: '/api/push/:device',
    access: 'bearer',
    body: pushSubscriptionSchema,
    handle: async ({ caller, param, body }) => {
      await subscribe(deps, sender, caller.id, param('device'), body);
      return {};
    },
  }),
  route({
    method: 'delete',
    path: '/api/push/:device',
    access: 'bearer',
    handle: async ({ caller, param }) => {
      await unsubscribe(deps, caller.id, param('device'));
      return {};
    },
  }),
  route({
    method: 'post',
    path: '/api/push/test',
    access: 'bearer',
    handle: async ({ caller }) => {
      await limits.countPushTest(caller.id);
      return { body: await sendTest(deps, sender, caller.id) };
    },
  }),
  route({
    method: 'post',
    path: '/api/archivers/events',
    access: 'public',
    body: archiverEventsRequestSchema,
    handle: async ({ body }) => {
      await receiveArchiverEvents(deps, body);
      return {};
    },
  }),
];
