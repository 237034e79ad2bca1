/**
 * Brings back a lost path: an ICE restart by the initiator (simple-peer's other side cannot), on request of the other,
 * within a budget after which the link is torn down and dialled again (protocol.md 4, Loss).
 */
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import type { PathState } from './transport.ts';
import type { MeshLimits } from './types.ts';

export interface Recovery {
  /** The platform's view of the path. */
  path(state: PathState): void;
  /** The heartbeat's view: silence. */
  lost(): void;
  readonly isLost: boolean;
  /** Initiator: offers a new path now. */
  negotiate(): void;
  /** The answer was sent or accepted. */
  negotiated(): void;
  /** A PONG arrived. */
  heard(): void;
  /** Provokes a restart. Rejects with 'network' when no answer came within the budget. */
  restart(): Promise<void>;
  close(): void;
}

export interface RecoveryOptions {
  readonly limits: Pick<MeshLimits, 'iceRestartBudgetMs' | 'disconnectedGraceMs' | 'heartbeatIntervalMs'>;
  readonly clock: Clock;
  readonly isInitiator: boolean;
  readonly lastHeardMs: () => number;
  readonly setRoute: (route: 'server' | 'control') => void;
  readonly negotiate: () => void;
  readonly requestNegotiation: () => void;
  readonly probe: () => void;
  readonly giveUp: () => void;
  readonly recovered: () => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

export function createRecovery(options: RecoveryOptions): Recovery {
  const { limits, clock } = options;
  let isLost = false;
  let isPathConnected = true;
  let isNegotiated = false;
  let cancelGrace: (() => void) | undefined;
  let cancelBudget: (() => void) | undefined;
  let waiters: Waiter[] = [];
  let cancelWaiters: (() => void) | undefined;

  const stopTimers = (): void => {
    cancelGrace?.();
    cancelBudget?.();
    cancelGrace = cancelBudget = undefined;
  };
  const settle = (error?: AppError): void => {
    const settled = waiters;
    waiters = [];
    cancelWaiters?.();
    cancelWaiters = undefined;
    for (const waiter of settled) {
      if (error) waiter.reject(error);
      else waiter.resolve();
    }
  };
  const begin = (): void => {
    isNegotiated = false;
    const isPathAlive = isPathConnected && !isLost && options.lastHeardMs() < limits.heartbeatIntervalMs * 1.5;
    options.setRoute(isPathAlive ? 'control' : 'server');
    if (options.isInitiator) options.negotiate();
    else options.requestNegotiation();
  };
  const lost = (): void => {
    if (isLost) return;
    isLost = true;
    cancelBudget = clock.after(limits.iceRestartBudgetMs, options.giveUp);
    begin();
  };
  return {
    path: (state) => {
      isPathConnected = state === 'connected';
      if (state === 'lost') {
        cancelGrace ??= clock.after(limits.disconnectedGraceMs, () => {
          cancelGrace = undefined;
          lost();
        });
        return;
      }
      cancelGrace?.();
      cancelGrace = undefined;
      if (isLost) options.probe();
    },
    lost,
    get isLost() {
      return isLost;
    },
    negotiate: () => {
      if (options.isInitiator) begin();
    },
    negotiated: () => {
      isNegotiated = true;
      options.probe();
    },
    heard: () => {
      if (isLost) {
        isLost = false;
        stopTimers();
        options.recovered();
      }
      if (isNegotiated) settle();
    },
    restart: () =>
      new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        cancelWaiters ??= clock.after(limits.iceRestartBudgetMs, () =>
          settle(new AppError('network', 'no answer to the restart')),
        );
        begin();
      }),
    close: () => {
      stopTimers();
      settle(new AppError('network', 'link closed'));
    },
  };
}
