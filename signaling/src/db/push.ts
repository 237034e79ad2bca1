/** Tables `push_subscriptions`, `push_deliveries` and `vapid_keys`. */
import type { NotificationKind, PushSubscriptionKeys } from '@vicinal/shared/http/notify.ts';
import type { DeviceId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Db } from './pool.ts';

export interface VapidKeys {
  /** Base64url: the P-256 point and the scalar. */
  readonly publicKey: string;
  readonly privateKey: string;
}

export async function findVapidKeys(db: Db): Promise<VapidKeys | undefined> {
  const { rows } = await db.query<VapidKeys>(
    'select public_key as "publicKey", private_key as "privateKey" from vapid_keys',
  );
  return rows[0];
}

/** Keeps the keys that are there already. */
export async function insertVapidKeys(db: Db, keys: VapidKeys, now: Date): Promise<void> {
  await db.query(
    'insert into vapid_keys (public_key, private_key, created_at) values ($1, $2, $3) on conflict do nothing',
    [keys.publicKey, keys.privateKey, now],
  );
}

/** Wants `d`: the device is somebody's, not revoked, and its sign-in holds. */
const isSignedIn = `d.revoked_at is null and exists (
  select 1 from sessions s where s.id = d.session_id and s.revoked_at is null)`;

/** Whether the device is the user's and signed in. */
export async function isOwnDevice(db: Db, user: UserId, device: DeviceId): Promise<boolean> {
  const { count } = await db.query(`select 1 from devices d where d.id = $2 and d.user_id = $1 and ${isSignedIn}`, [
    user,
    device,
  ]);
  return count === 1;
}

/**
 * Sets the subscription of a device. One endpoint serves one device: whoever shows the same keys takes it over, as the next
 * account of a browser profile does. False when the endpoint is in use with other keys.
 */
export async function putSubscription(
  db: Db,
  device: DeviceId,
  { endpoint, p256dh, auth }: PushSubscriptionKeys,
  now: Date,
): Promise<boolean> {
  await db.query(
    'delete from push_subscriptions where device_id <> $1 and endpoint = $2 and p256dh = $3 and auth = $4',
    [device, endpoint, p256dh, auth],
  );
  const { count } = await db.query(
    `insert into push_subscriptions (device_id, endpoint, p256dh, auth, created_at)
     select $1, $2, $3, $4, $5 where not exists (select 1 from push_subscriptions where endpoint = $2 and device_id <> $1)
     on conflict (device_id) do update set endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth`,
    [device, endpoint, p256dh, auth, now],
  );
  return count === 1;
}

export async function deleteSubscription(db: Db, device: DeviceId): Promise<void> {
  await db.query('delete from push_subscriptions where device_id = $1', [device]);
}

/** Of the devices that the sign-in used. */
export async function deleteSubscriptionsOf(db: Db, session: string): Promise<void> {
  await db.query('delete from push_subscriptions where device_id in (select id from devices where session_id = $1)', [
    session,
  ]);
}

/** Of devices that were revoked or signed out, by whatever way. */
export async function deleteEndedSubscriptions(db: Db): Promise<number> {
  const { count } = await db.query(
    `delete from push_subscriptions p using devices d where d.id = p.device_id and not (${isSignedIn})`,
  );
  return count;
}

export interface SubscriptionRow extends PushSubscriptionKeys {
  readonly device: DeviceId;
  readonly label: string;
}

/** Of the user's devices that are signed in, newest first. */
export async function listSubscriptions(db: Db, user: UserId): Promise<readonly SubscriptionRow[]> {
  const { rows } = await db.query<SubscriptionRow>(
    `select p.device_id as device, d.label, p.endpoint, p.p256dh, p.auth
     from push_subscriptions p join devices d on d.id = p.device_id
     where d.user_id = $1 and ${isSignedIn} order by p.created_at desc, p.device_id`,
    [user],
  );
  return rows;
}

/** One message per subscribed device of the user. */
export async function insertDeliveries(db: Db, item: string, user: UserId, now: Date): Promise<number> {
  const { count } = await db.query(
    `insert into push_deliveries (inbox_id, device_id, due_at)
     select $1, p.device_id, $3 from push_subscriptions p join devices d on d.id = p.device_id
     where d.user_id = $2 and ${isSignedIn} on conflict do nothing`,
    [item, user, now],
  );
  return count;
}

export interface DeliveryRow extends PushSubscriptionKeys {
  readonly item: string;
  readonly device: DeviceId;
  /** Attempts begun, this one included. */
  readonly attempts: number;
  readonly user: UserId;
  readonly kind: NotificationKind;
  readonly workspace: WorkspaceId;
  readonly room: RoomId | null;
  readonly actor: UserId;
  readonly mention: string | null;
}

/** Takes deliveries that are due and leaves them to this process until `leaseEnds`: if it dies, they are due again then. */
export async function takeDeliveries(
  db: Db,
  now: Date,
  leaseEnds: Date,
  limit: number,
): Promise<readonly DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>(
    `with due as (
       select inbox_id, device_id from push_deliveries where due_at <= $1 order by due_at limit $3 for update skip locked
     ), taken as (
       update push_deliveries t set due_at = $2, attempts = attempts + 1
       from due where t.inbox_id = due.inbox_id and t.device_id = due.device_id returning t.*
     )
     select t.inbox_id as item, t.device_id as device, t.attempts, p.endpoint, p.p256dh, p.auth, i.user_id as "user", i.kind,
       i.workspace_id as workspace, i.room_id as room, i.actor_id as actor, i.mention_id as mention
     from taken t join inbox i on i.id = t.inbox_id join push_subscriptions p on p.device_id = t.device_id
     join devices d on d.id = t.device_id where i.read_at is null and ${isSignedIn}`,
    [now, leaseEnds, limit],
  );
  return rows;
}

export async function deleteDelivery(db: Db, item: string, device: DeviceId): Promise<void> {
  await db.query('delete from push_deliveries where inbox_id = $1 and device_id = $2', [item, device]);
}

export async function delayDelivery(db: Db, item: string, device: DeviceId, dueAt: Date): Promise<void> {
  await db.query('update push_deliveries set due_at = $3 where inbox_id = $1 and device_id = $2', [
    item,
    device,
    dueAt,
  ]);
}
