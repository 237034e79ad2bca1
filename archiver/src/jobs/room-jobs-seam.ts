/** What the jobs of one room need and offer. */
import type { Clock } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { Replica } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import type { AgreedHost, AssistantPresence, EntryKey, JobResult, JobTask } from '@vicinal/shared/room/jobs.ts';
import type * as Y from 'yjs';
import type { AuthorOf } from './authors.ts';
import type { JobName } from './queue.ts';
import type { Quota } from './quota.ts';
import type { ResultWriter } from './result-writer.ts';

export interface RoomJobsDeps {
  readonly room: RoomId;
  readonly replicas: ReadonlyMap<DocKind, Replica>;
  readonly presence: Pick<RoomPresence, 'set'>;
  readonly authorOf: AuthorOf;
  readonly writer: ResultWriter;
  readonly quota: Quota;
  /** False: no task is run on this instance. */
  readonly isOn: boolean;
  readonly provider: () => AssistantPresence['provider'];
  /** Queues a job; rejects while the queue cannot be reached. */
  readonly enqueue: (job: JobName) => Promise<void>;
  /** Place in the queue, from 1. */
  readonly position: (job: JobName) => number | undefined;
  /** A result that may or may not be on disk: the room has to be opened anew. */
  readonly onFailed: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type Standing =
  | { readonly kind: 'asked'; readonly task: JobTask; readonly to: AgreedHost | undefined }
  /** Nothing is to be done: there is a result, or nobody asked. */
  | { readonly kind: 'settled' }
  /** Its author or the log cannot be verified yet. */
  | { readonly kind: 'unknown' };
export type JobState = 'queued' | 'running' | 'waiting';
/** A result but for the request it answers. */
export type Answer = JobResult extends infer R
  ? R extends JobResult
    ? Omit<R, 'v' | 'request' | 'task'>
    : never
  : never;

export interface RoomJobs {
  readonly room: RoomId;
  readonly content: Y.Doc | undefined;
  standing(request: EntryKey): Promise<Standing>;
  /** Whether the document's own switch or the instance's keeps tasks away. */
  readonly isOff: boolean;
  /** Writes the result unless the request has one. Resolves when it is durable. */
  answer(request: EntryKey, answer: Answer): Promise<void>;
  /** Tells what is happening to a request; `undefined`: nothing any more. */
  mark(request: EntryKey, state: JobState | undefined): void;
  /** Aborted when the request is stopped by somebody who may, or the room is left. */
  signal(request: EntryKey): AbortSignal;
  /** Publishes presence anew. */
  publish(): void;
  /** Something is queued or runs: the room is not to be left yet. */
  readonly isBusy: boolean;
  close(): Promise<void>;
}
