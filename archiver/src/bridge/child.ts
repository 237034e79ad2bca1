/**
 * The process of the open rooms. Apart from the archiver, because what strangers send is applied by code that does not
 * judge it: an endless loop, a full heap or a crash here leaves the archiver's own rooms alone.
 */
import { systemClock } from '@vicinal/shared/clock.ts';
import { environment, parseEnv } from '../config.ts';
import { loadDeviceKey } from '../identity/state-files.ts';
import { createLogger, errorFields } from '../log.ts';
import { nodeWebRtc } from '../peer/wrtc.ts';
import { errorCodeOf } from '../store/connection.ts';
import { createOpenRoomStore } from '../store/open-rooms.ts';
import type { FromBridge, OpenRoomIce, ToBridge } from './messages.ts';
import { openOpenRoom, type OpenRoom } from './open-room.ts';
import { joinOpenRoom } from './provider.ts';

const STATS_MS = 1000;

const parsed = parseEnv(environment);
if (!parsed.ok) process.exit(2); // the archiver has said why
const config = parsed.value;
const clock = systemClock;
const logger = createLogger(config.logLevel).child({ part: 'open-rooms' });
const store = createOpenRoomStore(config.databaseUrl, config.limits);
const rooms = new Map<string, OpenRoom>();
let ice: OpenRoomIce = { servers: [], isRelayOnly: false };
let faults = 0;
let isStopping = false;

/** The stock provider throws out of its event handlers for an unsolicited answer, a malformed message and the like. */
const onFault = (error: unknown): void => {
  if (faults++ % 1000 === 0) logger.warn('open-room.fault', { faults, ...errorFields(error) });
};
process.on('uncaughtException', onFault);
process.on('unhandledRejection', onFault);
// Where y-protocols reports updates that it could not apply: strangers would write the log.
// oxlint-disable-next-line no-console -- see above
console.error = onFault;

const report = (): void => {
  const message: FromBridge = { type: 'stats', rooms: [...rooms.values()].map((room) => room.stats()), faults };
  if (process.connected) process.send?.(message);
};

async function open(name: string, password: string | undefined, signalUrl: string): Promise<void> {
  for (let failures = 1; !isStopping; failures++) {
    try {
      const room = await openOpenRoom({
        room: name,
        store,
        signer: await loadDeviceKey(config.stateDir),
        join: (ydoc) =>
          joinOpenRoom({
            ...{ room: name, password, ydoc, signalUrl, ice, clock },
            webrtc: nodeWebRtc,
            maxPeers: config.limits.openRoomMaxPeers,
            dialTimeoutMs: config.limits.openRoomDialTimeoutMs,
          }),
        limits: config.limits,
        clock,
        logger,
        onFailed: (error) => {
          logger.error('open-room.failed', { room: name, code: errorCodeOf(error) });
          process.exit(1); // started again by the archiver, from what is stored
        },
      });
      rooms.set(name, room);
      return;
    } catch (error) {
      const { reopenMinMs, reopenMaxMs } = config.limits;
      const delayMs = Math.min(reopenMaxMs, reopenMinMs * 2 ** Math.min(failures - 1, 16));
      logger.error('open-room.not-opened', { room: name, delayMs, ...errorFields(error) });
      await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
    }
  }
}

async function start(signalUrl: string): Promise<void> {
  setInterval(report, STATS_MS);
  for (const { name, password } of config.openRooms) void open(name, password, signalUrl);
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  // Native code may still crash on the way out of an ordinary end.
  setTimeout(() => process.exit(1), config.limits.shutdownTimeoutMs / 2);
  await Promise.all([...rooms.values()].map((room) => room.close()));
  await store.close();
  process.exit(0);
}

process.on('message', (message) => {
  const received = message as ToBridge; // from our own parent
  switch (received.type) {
    case 'start':
      ice = received.ice;
      return void start(received.signalUrl);
    case 'ice':
      ice = received.ice;
      for (const room of rooms.values()) room.link.setIce(ice);
      return;
    case 'stop':
      return void stop();
  }
});
process.on('disconnect', () => void stop());
process.on('SIGINT', () => undefined); // the parent says when
process.on('SIGTERM', () => void stop());
