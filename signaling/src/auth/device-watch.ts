/** Ends live connections of devices that were revoked or signed out, also when another process did it. */
import type { DeviceId, UserId } from '@vicinal/shared/ids.ts';
import { listEndedDevices } from '../db/devices.ts';
import { bumpAccessEpochs } from '../db/rooms.ts';
import type { AppDeps } from '../deps.ts';
import { errorFields } from '../log.ts';
import { openRooms } from '../rooms/rooms.ts';

/** A sign-in that ended elsewhere, as by `npm run admin`, ends its connections within this time and one query. */
export const DEVICE_CHECK_INTERVAL_MS = 2000;

/** Tells the rooms of the user that somebody has joined, so that links to the device end too, and closes its sockets. */
export async function cutOff(
  deps: AppDeps,
  user: UserId,
  device: DeviceId,
  code: 'revoked' | 'unauthenticated',
): Promise<void> {
  const open = await openRooms(deps, user, deps.live.joinedRooms());
  const epochs = await bumpAccessEpochs(deps.database, [...open.keys()]);
  for (const { row } of open.values()) {
    const accessEpoch = epochs.get(row.id) ?? row.accessEpoch;
    deps.live.accessChanged(row.workspace, { room: row.id, sub: user, device, accessEpoch });
  }
  deps.live.closeDevice(device, code);
}

/** Looks now at every connected device. */
export async function checkDevices(deps: AppDeps): Promise<void> {
  const connected = deps.live.connectedDevices();
  if (connected.length === 0) return;
  for (const { id, user, isRevoked } of await listEndedDevices(deps.database, connected)) {
    if (user !== null) await cutOff(deps, user, id, isRevoked ? 'revoked' : 'unauthenticated');
  }
}

/** Looks again and again; the returned function ends it. */
export function startDeviceWatch(deps: AppDeps): () => Promise<void> {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;
  const run = async (): Promise<void> => {
    try {
      await checkDevices(deps);
    } catch (error) {
      deps.logger.warn('device-check-failed', errorFields(error));
    }
    if (!isStopped) schedule();
  };
  const schedule = (): void => {
    cancel = deps.clock.after(DEVICE_CHECK_INTERVAL_MS, () => {
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
