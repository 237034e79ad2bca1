/** What a task is given and what comes of one attempt at it. */
import type { AgreedHost, JobFailure, JobModel, JobSource } from '@vicinal/shared/room/jobs.ts';
import type * as Y from 'yjs';

export type Outcome =
  | {
      readonly kind: 'done';
      readonly model: JobModel;
      readonly text: string;
      readonly sources: readonly JobSource[];
      readonly sent?: string;
    }
  /** No further attempt would end otherwise. */
  | { readonly kind: 'failed'; readonly model: JobModel; readonly code: JobFailure }
  /** Another attempt may end better, `afterMs` from now at the earliest. */
  | { readonly kind: 'retry'; readonly model: JobModel; readonly code: JobFailure; readonly afterMs?: number };

/**
 * Runs one attempt over `content` as it is now. Never rejects but for `signal`. Reads, never writes, and sends text nowhere
 * but to the host that was agreed to.
 */
export type Handler = (content: Y.Doc, signal: AbortSignal, agreed: AgreedHost | undefined) => Promise<Outcome>;

export const BUILT_IN: JobModel = { place: 'built-in' };
