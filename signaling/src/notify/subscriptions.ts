/** Push subscriptions of a person's devices. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { PushSubscriptionKeys, PushTest } from '@vicinal/shared/http/notify.ts';
import type { DeviceId, UserId } from '@vicinal/shared/ids.ts';
import * as table from '../db/push.ts';
import type { AppDeps } from '../deps.ts';
import { testMessage } from './messages.ts';
import type { PushSender } from './push-sender.ts';

/** A test that nobody is there to see is of no use later. */
const TEST_TTL_S = 60;

/** `not-found` for a device that is not the user's or not signed in, `forbidden` for an endpoint outside the allow list, `conflict`, `limit-exceeded`. */
export async function subscribe(
  deps: AppDeps,
  sender: PushSender,
  user: UserId,
  device: DeviceId,
  subscription: PushSubscriptionKeys,
): Promise<void> {
  if (!(await table.isOwnDevice(deps.database, user, device))) throw new AppError('not-found', 'device');
  if (!sender.mayReach(subscription.endpoint)) throw new AppError('forbidden', 'push endpoint');
  const others = (await table.listSubscriptions(deps.database, user)).filter((each) => each.device !== device);
  if (others.length >= deps.config.limits.pushSubscriptionsPerUser)
    throw new AppError('limit-exceeded', 'push subscriptions');
  const isSet = await deps.database.transaction((db) =>
    table.putSubscription(db, device, subscription, new Date(deps.clock.now())),
  );
  if (!isSet) throw new AppError('conflict', 'push endpoint');
}

/** `not-found` for a device that is not the user's or not signed in; harmless without a subscription. */
export async function unsubscribe(deps: AppDeps, user: UserId, device: DeviceId): Promise<void> {
  if (!(await table.isOwnDevice(deps.database, user, device))) throw new AppError('not-found', 'device');
  await table.deleteSubscription(deps.database, device);
}

/** Sends now, whoever is active, and says what each vendor answered. */
export async function sendTest(deps: AppDeps, sender: PushSender, user: UserId): Promise<PushTest> {
  const subscriptions = await table.listSubscriptions(deps.database, user);
  const message = testMessage(user, deps.config.publicUrl);
  const results = await Promise.all(
    subscriptions.map(async (each) => {
      const { outcome, status } = await sender.send(each, message, { ttlS: TEST_TTL_S, urgency: 'high' });
      if (outcome === 'gone') await table.deleteSubscription(deps.database, each.device);
      return { device: each.device, label: each.label, outcome, ...(status === undefined ? {} : { status }) };
    }),
  );
  return { results };
}
