/** Notices a silent peer: a killed one is otherwise seen only after 18–28 s. Also measures the round trip. */
import type { Bytes } from '../bytes.ts';
import type { Clock } from '../clock.ts';
import { decodeNumber, encodeNumber } from './messages.ts';
import type { MeshLimits } from './types.ts';

export interface Heartbeat {
  start(): void;
  /** Anything arrived. */
  heard(): void;
  pong(payload: Bytes): void;
  /** Sends a PING now and expects its answer. */
  probe(): void;
  sinceHeardMs(): number;
  readonly rttMs: number | undefined;
  close(): void;
}

export interface HeartbeatOptions {
  readonly limits: Pick<MeshLimits, 'heartbeatIntervalMs' | 'heartbeatTimeoutMs'>;
  readonly clock: Clock;
  readonly ping: (payload: Bytes) => void;
  /** A PING stayed without any sound of the other end for the timeout; again at every beat while it lasts. */
  readonly silent: () => void;
}

export function createHeartbeat({ limits, clock, ping, silent }: HeartbeatOptions): Heartbeat {
  let cancel: (() => void) | undefined;
  let heardAt = clock.monotonic();
  /** The oldest PING after which nothing was heard. Timers of hidden tabs are late, so silence alone proves nothing. */
  let unansweredAt: number | undefined;
  let lastNumber = 0;
  let lastSentAt = 0;
  let rttMs: number | undefined;

  const probe = (): void => {
    lastNumber += 1;
    lastSentAt = clock.monotonic();
    unansweredAt ??= lastSentAt;
    ping(encodeNumber(lastNumber));
  };
  const beat = (): void => {
    cancel = clock.after(limits.heartbeatIntervalMs, beat);
    if (unansweredAt !== undefined && clock.monotonic() - unansweredAt >= limits.heartbeatTimeoutMs) silent();
    probe();
  };
  return {
    start: () => {
      heardAt = clock.monotonic();
      cancel ??= clock.after(limits.heartbeatIntervalMs, beat);
      probe();
    },
    heard: () => {
      heardAt = clock.monotonic();
      unansweredAt = undefined;
    },
    pong: (payload) => {
      const number = decodeNumber(payload);
      if (number.ok && number.value === lastNumber) rttMs = clock.monotonic() - lastSentAt;
    },
    probe,
    sinceHeardMs: () => clock.monotonic() - heardAt,
    get rttMs() {
      return rttMs;
    },
    close: () => cancel?.(),
  };
}
