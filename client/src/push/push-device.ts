/** Push on this device: what the browser allows, and the subscription between browser, push service and server. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { fromBase64Url } from '@vicinal/shared/bytes.ts';
import type { DeviceId } from '@vicinal/shared/ids.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { InboxCalls } from '../inbox/inbox-calls.ts';

/** What the account keeps on this device about it. */
export interface PushMemory {
  /** Endpoint last given to the server; undefined when push is off here. */
  pushEndpoint(): Promise<string | undefined>;
  savePushEndpoint(endpoint: string | undefined): Promise<void>;
}

/**
 * `unsupported`: no push in this browser (on iPhone and iPad: not installed) · `denied`: refused in the browser's settings ·
 * `off` · `on`.
 */
export type PushState = 'unsupported' | 'denied' | 'off' | 'on';

const isSupported = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

export async function readPushState(memory: PushMemory): Promise<PushState> {
  if (!isSupported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  if (Notification.permission !== 'granted') return 'off';
  return (await memory.pushEndpoint()) === undefined ? 'off' : 'on';
}

/**
 * After a person asked for it: the browser asks in turn. `forbidden` when it was refused, 'network' when the browser reaches
 * no push service, else what the server says.
 */
export async function turnPushOn(
  calls: InboxCalls,
  device: DeviceId,
  memory: PushMemory,
): Promise<Result<undefined, AppError>> {
  if ((await Notification.requestPermission()) !== 'granted') return err(new AppError('forbidden', 'notifications'));
  return await subscribe(calls, device, memory);
}

export async function turnPushOff(
  calls: InboxCalls,
  device: DeviceId,
  memory: PushMemory,
): Promise<Result<undefined, AppError>> {
  const answer = await calls.unsubscribe(device);
  if (!answer.ok && answer.error.code !== 'not-found') return answer;
  await memory.savePushEndpoint(undefined);
  return ok();
}

/** Where push was on: brings the server up to date with what the browser has now. Never rejects. */
export async function refreshPush(calls: InboxCalls, device: DeviceId, memory: PushMemory): Promise<void> {
  try {
    if ((await readPushState(memory)) !== 'on') return;
    const known = await calls.push();
    if (!known.ok) return;
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.getSubscription();
    const isSame = subscription?.endpoint === (await memory.pushEndpoint());
    if (isSame && known.value.devices.includes(device)) return;
    await subscribe(calls, device, memory);
  } catch {
    // the browser's push service is away: tried again at the next start
  }
}

async function subscribe(
  calls: InboxCalls,
  device: DeviceId,
  memory: PushMemory,
): Promise<Result<undefined, AppError>> {
  const known = await calls.push();
  if (!known.ok) return known;
  const key = fromBase64Url(known.value.publicKey);
  if (key === undefined) return err(new AppError('internal', 'key of the instance'));
  const registration = await navigator.serviceWorker.ready;
  let subscription: PushSubscription;
  try {
    subscription = await subscribeWith(registration.pushManager, key);
  } catch (cause) {
    return err(new AppError('network', 'push service', { cause }));
  }
  const { keys, endpoint } = subscription.toJSON();
  const { p256dh = '', auth = '' } = keys ?? {};
  const answer = await calls.subscribe(device, { endpoint: endpoint ?? '', p256dh, auth });
  if (answer.ok) await memory.savePushEndpoint(subscription.endpoint);
  return answer;
}

/** The one that is there, unless it belongs to other keys than the instance has now. */
async function subscribeWith(manager: PushManager, key: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const existing = await manager.getSubscription();
  const held = existing?.options.applicationServerKey;
  if (existing && held && String(new Uint8Array(held)) === String(key)) return existing;
  await existing?.unsubscribe();
  return await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}
