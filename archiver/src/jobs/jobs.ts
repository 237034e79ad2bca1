/** The jobs of an archiver: every attended room's requests, one queue, one runner. */
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { GrantVerifier, LogStore, Replica } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import type { AssistantPresence, JobTask } from '@vicinal/shared/room/jobs.ts';
import { createAuthors } from './authors.ts';
import type { Handler } from './handler.ts';
import { BUILT_IN } from './handler.ts';
import type { JobName, JobQueue } from './queue.ts';
import { createQuota } from './quota.ts';
import type { QuotaLimits } from './quota.ts';
import { createResultWriter } from './result-writer.ts';
import type { ResultWriterOptions } from './result-writer.ts';
import { createRoomJobs } from './room-jobs.ts';
import type { RoomJobs } from './room-jobs-seam.ts';
import { createRunner } from './runner.ts';
import type { Runner, RunnerLimits, RunnerOptions } from './runner.ts';

const HOUR_MS = 3_600_000;

export interface JobsOptions {
  readonly isOn: boolean;
  /** Opens the queue; rejects while the database cannot be reached. */
  readonly openQueue: () => Promise<JobQueue>;
  readonly handlers: Readonly<Record<JobTask, Handler>>;
  /** The model that text is sent to; `undefined` when there is none, or while nobody knows where it is. */
  readonly provider: () => AssistantPresence['provider'];
  readonly onAttempt: RunnerOptions['onAttempt'];
  /** Attends a room of which a job was queued before. */
  readonly attend: (room: RoomId) => void;
  readonly store: Pick<LogStore, 'append'>;
  readonly signer: DeviceSigner;
  readonly grants: GrantVerifier;
  readonly grant: ResultWriterOptions['grant'];
  readonly workspace: WorkspaceId;
  readonly limits: RunnerLimits & QuotaLimits & { readonly retryMinMs: number; readonly retryMaxMs: number };
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** An attended room as its jobs see it. */
export interface Seat {
  readonly room: RoomId;
  readonly replicas: ReadonlyMap<DocKind, Replica>;
  readonly presence: Pick<RoomPresence, 'set'>;
  /** The room has to be opened anew. */
  readonly onFailed: () => void;
}

export interface Jobs {
  /** `close` of what is returned ends it with the room. */
  openRoom(seat: Seat): Pick<RoomJobs, 'isBusy' | 'close'>;
  /** Jobs known to be queued, and jobs given out. */
  counts(): { readonly queued: number; readonly running: number };
  /** Tells every room anew what can be asked for. */
  publish(): void;
  close(): Promise<void>;
}

export function createJobs(options: JobsOptions): Jobs {
  const { limits, clock, random, logger } = options;
  const rooms = new Map<RoomId, RoomJobs>();
  const waiting = new Map<RoomId, Set<(room: RoomJobs | undefined) => void>>();
  const quota = createQuota(limits, () => clock.monotonic());
  /** Known to be queued, in order; for positions. */
  let order: readonly string[] = [];
  let queue: JobQueue | undefined;
  let runner: Runner | undefined;
  let cancelTimer: () => void = () => undefined;
  let closing: Promise<void> | undefined;
  const keyOf = ({ room, request }: JobName): string => `${room}/${request}`;
  const reorder = (next: readonly string[]): void => {
    order = next;
    for (const room of rooms.values()) if (room.isBusy) room.publish();
  };

  const roomJobs = (room: RoomId): Promise<RoomJobs | undefined> => {
    const found = rooms.get(room);
    if (found !== undefined || closing) return Promise.resolve(found);
    return new Promise((resolve) => {
      const waiters = waiting.get(room) ?? new Set();
      waiting.set(room, waiters);
      const settle = (opened: RoomJobs | undefined): void => {
        cancel();
        waiters.delete(settle);
        resolve(opened);
      };
      const cancel = clock.after(limits.jobRetryMaxMs, () => settle(undefined));
      waiters.add(settle);
      options.attend(room);
    });
  };

  const open = async (failures: number): Promise<void> => {
    try {
      const opened = await options.openQueue();
      if (closing) return await opened.close();
      queue = opened;
      order = (await opened.queued()).map(keyOf);
      runner = createRunner({
        ...{ queue, roomJobs, limits, clock, random, logger },
        handlers: options.handlers,
        onAttempt: options.onAttempt,
        modelOf: (task) => (task === 'key-sentences' ? BUILT_IN : (options.provider() ?? BUILT_IN)),
        onTaken: (job) => reorder(order.filter((key) => key !== keyOf(job))),
      });
      logger.info('jobs.ready', { queued: order.length });
      maintain();
    } catch {
      const delayMs = Math.min(limits.retryMaxMs, limits.retryMinMs * 2 ** Math.min(failures, 16));
      logger.warn('jobs.queue-not-open', { delayMs });
      await queue?.close().catch(() => undefined); // opened, and broken since
      queue = undefined;
      if (!closing) cancelTimer = clock.after(delayMs, () => void (opening = open(failures + 1)));
    }
  };
  const maintain = (): void => {
    cancelTimer = clock.after(HOUR_MS, () => {
      queue?.maintain().catch(() => logger.warn('jobs.upkeep-failed'));
      maintain();
    });
  };
  let opening: Promise<void> = options.isOn ? open(0) : Promise.resolve();

  return {
    openRoom(seat) {
      const live = seat.replicas.get('jobs');
      if (live === undefined) throw new TypeError('a room has its jobs');
      const writer = createResultWriter({ ...options, live });
      const room = createRoomJobs({
        ...seat,
        ...{ writer, quota, clock, logger },
        authorOf: createAuthors(live, options.grants, options.workspace),
        isOn: options.isOn,
        provider: options.provider,
        enqueue: async (job) => {
          if (queue === undefined) throw new TypeError('the queue is not open yet');
          await queue.add(job);
          if (!order.includes(keyOf(job))) reorder([...order, keyOf(job)]);
          runner?.wake();
        },
        position: (job) => {
          const index = order.indexOf(keyOf(job));
          return index < 0 ? undefined : index + 1;
        },
      });
      rooms.set(seat.room, room);
      for (const settle of waiting.get(seat.room) ?? []) settle(room);
      waiting.delete(seat.room);
      return {
        get isBusy() {
          return room.isBusy;
        },
        close: async () => {
          if (rooms.get(seat.room) === room) rooms.delete(seat.room);
          await room.close();
        },
      };
    },
    counts: () => ({ queued: order.length, running: runner?.running ?? 0 }),
    publish() {
      for (const room of rooms.values()) room.publish();
    },
    close: () =>
      (closing ??= (async () => {
        cancelTimer();
        for (const waiters of waiting.values()) for (const settle of waiters) settle(undefined);
        await opening;
        await runner?.close();
        await queue?.close().catch(() => logger.warn('jobs.queue-not-closed'));
      })()),
  };
}
