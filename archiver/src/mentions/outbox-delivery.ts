/** Hands the outbox to signaling, at least once and in order, for as long as it takes. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import { MAX_ARCHIVER_EVENTS, type ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { Outbox } from '../store/outbox.ts';

export interface OutboxDeliveryOptions {
  readonly outbox: Pick<Outbox, 'waiting' | 'delivered'>;
  /** Rejects unless signaling took all of them. */
  readonly send: (events: readonly ArchiverEvent[]) => Promise<void>;
  readonly limits: { readonly retryMinMs: number; readonly retryMaxMs: number };
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface OutboxDelivery {
  /** Looks now. */
  wake(): void;
  /** Lets what is under way end. Idempotent. */
  close(): Promise<void>;
}

/** Begins with what an earlier run left. */
export function createOutboxDelivery({ outbox, send, limits, clock, logger }: OutboxDeliveryOptions): OutboxDelivery {
  let isWanted = false;
  let isClosed = false;
  let failures = 0;
  let running: Promise<void> | undefined;
  let cancelRetry: (() => void) | undefined;

  const deliver = async (): Promise<void> => {
    while (isWanted && !isClosed) {
      isWanted = false;
      for (;;) {
        const waiting = await outbox.waiting(MAX_ARCHIVER_EVENTS);
        if (waiting.length === 0 || isClosed) break;
        await send(waiting.map(({ event }) => event));
        await outbox.delivered(waiting.map(({ key }) => key));
        logger.info('outbox.delivered', { events: waiting.length });
      }
      failures = 0;
    }
  };
  const run = async (): Promise<void> => {
    try {
      await deliver();
    } catch (error) {
      failures += 1;
      const delayMs = Math.min(limits.retryMaxMs, limits.retryMinMs * 2 ** Math.min(failures - 1, 16));
      logger.warn('outbox.not-delivered', { code: error instanceof AppError ? error.code : 'internal', delayMs });
      if (!isClosed) cancelRetry = clock.after(delayMs, wake);
    }
    running = undefined;
    if (isWanted && cancelRetry === undefined && !isClosed) running = run();
  };
  const wake = (): void => {
    if (isClosed) return;
    isWanted = true;
    cancelRetry?.();
    cancelRetry = undefined;
    running ??= run();
  };
  wake();
  return {
    wake,
    close: async () => {
      isClosed = true;
      cancelRetry?.();
      await running;
    },
  };
}
