/**
 * The queue of jobs over Postgres, through pg-boss in a schema of its own. What is queued survives the process; what a
 * process that died had taken is given out again as the next attempt. One archiver of a workspace uses it at a time: it
 * is opened while the workspace's lock is held.
 */
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { EntryKey, JobFailure, JobTask } from '@vicinal/shared/room/jobs.ts';
import { JOB_FAILURES, JOB_TASKS, parseEntryKey } from '@vicinal/shared/room/jobs.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { roomIdSchema } from '@vicinal/shared/ids.ts';
import { z } from '@vicinal/shared/zod.ts';
import { PgBoss } from 'pg-boss';
import type { JobWithMetadata } from 'pg-boss';

export const QUEUE_SCHEMA = 'archive_jobs';
const CONNECTIONS = 2;
/** A job that waits longer is forgotten; its request is queued again when its room is attended. */
const KEPT_S = 30 * 86_400;
const KEPT_WHEN_DONE_S = 3600;
/** pg-boss gives a job that is active for longer to somebody else; attempts end by their own time-outs long before. */
const EXPIRE_S = 6 * 3600;
const UNSETTLED: ReadonlySet<string> = new Set(['created', 'retry', 'active']);
const DEAD_LETTER_RETRIES = 10_000;
const DEAD_LETTER_MAX_DELAY_S = 300;

export interface JobName {
  readonly room: RoomId;
  readonly request: EntryKey;
  readonly task: JobTask;
}
/** A job given out; it is this process's until settled. */
export interface TakenJob extends JobName {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  /** Every attempt has ended without a result: what is left is to say so, with the code of the last one. */
  readonly dead: { readonly code: JobFailure } | undefined;
}

export interface JobQueue {
  /** Queues the job unless it is queued, given out or dead. */
  add(job: JobName): Promise<void>;
  /** At most `count` jobs that are due, dead ones first. */
  take(count: number): Promise<readonly TakenJob[]>;
  done(job: TakenJob): Promise<void>;
  /** Ends an attempt: the job is due again after `delayMs`, or dead when it was the last. */
  again(job: TakenJob, code: JobFailure, delayMs: number): Promise<void>;
  /** Jobs queued and not given out, first the one due first. */
  queued(): Promise<readonly JobName[]>;
  /** Removes what is done and old. */
  maintain(): Promise<void>;
  close(): Promise<void>;
}

export interface JobQueueOptions {
  readonly url: string;
  readonly workspace: WorkspaceId;
  readonly attempts: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly logger: Logger;
}

const dataSchema = z.object({
  room: roomIdSchema,
  request: z.custom<EntryKey>((value) => parseEntryKey(value) !== undefined),
  task: z.enum(JOB_TASKS),
});
const failureSchema = z.object({ code: z.enum(JOB_FAILURES) });

/** Makes the schema and the queues when they are not there. Rejects with what the database reports, nothing left open. */
export async function openJobQueue(options: JobQueueOptions): Promise<JobQueue> {
  const { logger } = options;
  const name = `jobs/${options.workspace}`;
  const deadName = `dead/${options.workspace}`;
  const pool = {
    query_timeout: options.statementTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    keepAlive: true,
  };
  const boss = new PgBoss({
    ...pool,
    connectionString: options.url,
    connectionTimeoutMillis: options.connectTimeoutMs,
    application_name: 'vicinal-archiver-jobs',
    schema: QUEUE_SCHEMA,
    max: CONNECTIONS,
    schedule: false,
    supervise: false,
  });
  // Statements reject for themselves; this is for connections that break while idle.
  boss.on('error', () => logger.debug('queue.connection-failed'));
  const stop = (): Promise<void> => boss.stop({ graceful: false });
  try {
    await boss.start();
    const kept = { retentionSeconds: KEPT_S, deleteAfterSeconds: KEPT_WHEN_DONE_S, expireInSeconds: EXPIRE_S };
    await boss.createQueue(deadName, { ...kept, retryLimit: DEAD_LETTER_RETRIES, retryDelay: 1 });
    const retries = { retryLimit: options.attempts - 1, retryDelay: 1, deadLetter: deadName };
    await boss.createQueue(name, { ...kept, ...retries, policy: 'exclusive' });
    await boss.updateQueue(name, { ...kept, ...retries });
    await recover();
  } catch (error) {
    await stop().catch(() => undefined); // the first failure is the one to tell
    throw error;
  }

  /** What was given out to a process that died: nobody else can have it, because the workspace's lock is ours. */
  async function recover(): Promise<void> {
    for (const queue of [name, deadName]) {
      const orphans = (await boss.findJobs(queue)).filter(({ state }) => state === 'active');
      if (orphans.length === 0) continue;
      await boss.fail(
        queue,
        orphans.map(({ id }) => id),
        { code: 'internal' },
      );
      logger.info('queue.recovered', { jobs: orphans.length });
    }
  }
  /** Its attempts are over, and that is still to be said. */
  const isDead = async ({ room, request }: JobName): Promise<boolean> => {
    const found = await boss.findJobs(deadName, { data: { room, request } });
    return found.some(({ state }) => UNSETTLED.has(state));
  };
  const queueOf = (job: TakenJob): string => (job.dead === undefined ? name : deadName);
  const keyOf = ({ room, request }: JobName): string => `${room}/${request}`;
  const takeFrom = async (queue: string, count: number): Promise<readonly TakenJob[]> => {
    if (count < 1) return [];
    const jobs: readonly JobWithMetadata<unknown>[] = await boss.fetch(queue, {
      batchSize: count,
      includeMetadata: true,
    });
    const taken: TakenJob[] = [];
    for (const job of jobs) {
      const data = dataSchema.safeParse(job.data);
      if (!data.success) {
        logger.warn('queue.job-not-readable');
        await boss.complete(queue, job.id);
        continue;
      }
      const code = failureSchema.safeParse(job.output).data?.code ?? 'internal';
      const isDead = queue === deadName;
      const attempt = isDead ? (job.sourceRetryCount ?? 0) + 1 : job.retryCount + 1;
      taken.push({ ...data.data, id: job.id, attempt, dead: isDead ? { code } : undefined });
    }
    return taken;
  };

  let closing: Promise<void> | undefined;
  return {
    async add(job) {
      if (await isDead(job)) return;
      await boss.send(name, { ...job }, { singletonKey: keyOf(job) });
    },
    async take(count) {
      const dead = await takeFrom(deadName, count);
      return [...dead, ...(await takeFrom(name, count - dead.length))];
    },
    async done(job) {
      await boss.complete(queueOf(job), job.id);
    },
    async again(job, code, delayMs) {
      const queue = queueOf(job);
      const delayS = Math.max(1, Math.min(delayMs / 1000, job.dead === undefined ? KEPT_S : DEAD_LETTER_MAX_DELAY_S));
      await boss.fail(queue, job.id, { code });
      // A job that died between the two is due a second after: earlier than asked for, never lost.
      await boss.update(queue, undefined, { id: job.id, startAfter: delayS });
    },
    async queued() {
      const jobs = await boss.findJobs(name, { queued: true });
      return jobs
        .toSorted((a, b) => Number(a.startAfter) - Number(b.startAfter))
        .flatMap(({ data }) => dataSchema.safeParse(data).data ?? []);
    },
    maintain: () => boss.supervise(),
    close: () => (closing ??= stop()),
  };
}
