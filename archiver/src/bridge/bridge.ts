/** The archiver's end of the open rooms' process: starts it, watches it, starts it again. */
import { fork, type ChildProcess } from 'node:child_process';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { Limits } from '../config.ts';
import type { FromBridge, OpenRoomIce, OpenRoomStats, ToBridge } from './messages.ts';

const HEALTHY_MS = 60_000;

export interface BridgeOptions {
  /** Address of the signaling endpoint, `ws://…/y-webrtc`. */
  readonly signalUrl: string;
  /** Asked whenever the process is heard of: credentials in it may be renewed. */
  readonly ice: () => OpenRoomIce;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Bridge {
  /** As last heard; empty while the process starts. */
  stats(): readonly OpenRoomStats[];
  /** Exceptions that the stock provider threw, since its process began. */
  faults(): number;
  readonly pid: number | undefined;
  /** Stores what has arrived and ends the process. Idempotent. */
  close(): Promise<void>;
}

export function startBridge({ signalUrl, ice, limits, clock, logger }: BridgeOptions): Bridge {
  let child: ChildProcess | undefined;
  let last: FromBridge | undefined;
  let failures = 0;
  let isClosing = false;
  let cancelRestart = (): void => undefined;
  let ended: Promise<void> = Promise.resolve();

  const spawn = (): void => {
    const startedAt = clock.monotonic();
    const current = fork(new URL('./child.ts', import.meta.url), [], {
      execArgv: [`--max-old-space-size=${limits.openRoomMemoryMib}`],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = current;
    let told = JSON.stringify(ice());
    const send = (message: ToBridge): void => {
      if (current.connected) current.send(message, () => undefined); // gone: its end is heard below
    };
    let cancelWatch = (): void => undefined;
    const watch = (): void => {
      cancelWatch();
      cancelWatch = clock.after(limits.openRoomStallMs, () => {
        logger.error('open-rooms.stalled', { stallMs: limits.openRoomStallMs });
        current.kill('SIGKILL');
      });
    };
    watch();
    current.on('message', (message) => {
      last = message as FromBridge; // from our own child
      watch();
      const now = ice();
      if (JSON.stringify(now) === told) return;
      told = JSON.stringify(now);
      send({ type: 'ice', ice: now });
    });
    current.on('error', (error) => logger.error('open-rooms.process-failed', { error: error.message }));
    ended = new Promise((resolve) => {
      current.once('exit', (code, signal) => {
        cancelWatch();
        child = undefined;
        last = undefined;
        resolve();
        if (isClosing) return;
        failures = clock.monotonic() - startedAt > HEALTHY_MS ? 1 : failures + 1;
        const delayMs = Math.min(limits.restartMaxMs, limits.restartMinMs * 2 ** Math.min(failures - 1, 16));
        logger.error('open-rooms.process-died', { code: code ?? undefined, signal: signal ?? undefined, delayMs });
        cancelRestart = clock.after(delayMs, spawn);
      });
    });
    send({ type: 'start', signalUrl, ice: ice() });
  };
  spawn();

  return {
    stats: () => last?.rooms ?? [],
    faults: () => last?.faults ?? 0,
    get pid() {
      return child?.pid;
    },
    async close() {
      isClosing = true;
      cancelRestart();
      if (child?.connected === true) child.send({ type: 'stop' } satisfies ToBridge, () => undefined);
      const cancel = clock.after(limits.shutdownTimeoutMs / 2, () => child?.kill('SIGKILL'));
      await ended;
      cancel();
    },
  };
}
