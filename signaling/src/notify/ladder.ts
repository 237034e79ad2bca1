/**
 * The steps after the inbox: a push to every subscribed device of whoever has not read in time. What is due stands in the
 * database, so a restart forgets nothing; several processes take different rows.
 */
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import { countPushed, markPushed, takeDueItems } from '../db/inbox.ts';
import type { Db } from '../db/pool.ts';
import * as table from '../db/push.ts';
import type { AppDeps } from '../deps.ts';
import { errorFields } from '../log.ts';
import { openRooms } from '../rooms/rooms.ts';
import { isActive } from './activity.ts';
import { HOUR_MS, countUnread } from './inbox.ts';
import { messageOf } from './messages.ts';
import type { PushSender } from './push-sender.ts';

/** Most rows taken at once. */
const BATCH = 50;
/** What a vendor keeps for a device that is off. */
const TTL_S = 86_400;
/** Longest pause between two attempts. */
const MAX_RETRY_MS = 3_600_000;

export interface Ladder {
  /** Takes every step that is due now. */
  run(): Promise<void>;
}

export function createLadder(deps: AppDeps, sender: PushSender): Ladder {
  const { limits } = deps.config;

  const mayOpen = async (database: Db, user: UserId, room: RoomId | null): Promise<boolean> =>
    room === null || (await openRooms({ database, clock: deps.clock }, user, [room])).has(room);

  const planPushes = async (): Promise<number> =>
    await deps.database.transaction(async (db) => {
      const now = new Date(deps.clock.now());
      const items = await takeDueItems(db, now, BATCH);
      for (const { id, user, kind, room } of items) {
        if (await isActive(deps, db, user)) continue;
        if (!(await mayOpen(db, user, room))) continue;
        // mentions have the hour to themselves: whatever else happens silences none
        const counted = kind === 'mention' ? { user, kind } : { user };
        const pushed = await countPushed(db, counted, new Date(now.getTime() - HOUR_MS));
        if (pushed >= limits.pushesPerUserPerHour) continue;
        if ((await table.insertDeliveries(db, id, user, now)) > 0) await markPushed(db, id, now);
      }
      return items.length;
    });

  const deliver = async (delivery: table.DeliveryRow): Promise<void> => {
    const { item, device, user, room, kind, attempts } = delivery;
    // attempts go on for hours
    if (!(await mayOpen(deps.database, user, room))) return await table.deleteDelivery(deps.database, item, device);
    const message = messageOf(delivery, deps.config.publicUrl, await countUnread(deps, user));
    const terms = { ttlS: TTL_S, urgency: kind === 'mention' ? 'high' : 'normal', topic: item } as const;
    const result = await sender.send(delivery, message, terms);
    deps.logger.info('push-sent', { outcome: result.outcome, status: result.status, attempts });
    if (result.outcome === 'gone') await table.deleteSubscription(deps.database, device);
    else if (!result.mayRetry || attempts >= limits.pushMaxAttempts)
      await table.deleteDelivery(deps.database, item, device);
    else {
      const backoffMs = limits.pushRetryMs * 2 ** (attempts - 1) * (1 + deps.random.fraction() / 4);
      const delayMs = Math.min(MAX_RETRY_MS, Math.max(backoffMs, result.retryAfterMs ?? 0));
      await table.delayDelivery(deps.database, item, device, new Date(deps.clock.now() + delayMs));
    }
  };

  const sendDue = async (): Promise<number> => {
    const now = deps.clock.now();
    const leaseEnds = new Date(now + limits.pushTimeoutMs * 2 + limits.pushRetryMs);
    const taken = await table.takeDeliveries(deps.database, new Date(now), leaseEnds, BATCH);
    await Promise.all(taken.map(deliver));
    return taken.length;
  };

  return {
    run: async () => {
      while ((await planPushes()) === BATCH);
      while ((await sendDue()) === BATCH);
    },
  };
}

/** Runs it again and again; the returned function ends that. */
export function startLadder(deps: AppDeps, ladder: Ladder): () => Promise<void> {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;
  const run = async (): Promise<void> => {
    try {
      await ladder.run();
    } catch (error) {
      deps.logger.warn('notify-failed', errorFields(error));
    }
    if (!isStopped) schedule();
  };
  const schedule = (): void => {
    cancel = deps.clock.after(deps.config.limits.notifyIntervalMs, () => {
      running = run();
    });
  };
  schedule();
  return async () => {
    isStopped = true;
    cancel();
    await running;
  };
}
