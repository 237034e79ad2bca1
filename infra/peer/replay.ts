/** A trace as edits of the document: at the pace it was recorded at, at a steady rate, or as fast as possible. */
import type { Clock } from '@vicinal/shared/clock.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { editText } from '@vicinal/shared/room/text-lines.ts';
import type { Doc } from 'yjs';
import type { Rate } from './arguments.ts';
import type { Trace } from './trace.ts';

/** Longest pause of a recording that is waited for. */
export const MAX_PAUSE_MS = 2_000;
/** For traces without times. */
const DEFAULT_RATE = 10;
/** Edits in one Yjs transaction as fast as possible: about a third of the 256 KiB that an entry holds. */
const EDITS_PER_TRANSACTION = 4_000;
const CHARACTERS_PER_TRANSACTION = 64 * 1024;

export interface ReplayOptions {
  readonly doc: Doc;
  readonly trace: Trace;
  readonly rate: Rate;
  readonly clock: Clock;
  /** Throws to end the replay. */
  readonly afterTransaction: () => Promise<void>;
  readonly signal: AbortSignal;
}

export interface Replayed {
  readonly transactions: number;
  readonly edits: number;
}

/** The document's text must be the trace's `startContent`. Ends early, without an error, when `signal` is aborted. */
export async function replayTrace(options: ReplayOptions): Promise<Replayed> {
  const { doc, trace, rate, clock, signal } = options;
  const edit = editText(contentBody(doc));
  const due = rate === 'max' ? undefined : createPace(trace, rate);
  const startedAt = clock.monotonic();
  let transactions = 0;
  let edits = 0;
  while (transactions < trace.steps.length && !signal.aborted) {
    const from = transactions;
    let characters = 0;
    let count = 0;
    doc.transact(() => {
      for (let isFull = false; !isFull && transactions < trace.steps.length;) {
        const step = trace.steps[transactions];
        if (step === undefined) break;
        if (due && transactions > from && due(transactions) > clock.monotonic() - startedAt) break;
        for (const [index, deleted, inserted] of step.patches) {
          edit.replace(index, deleted, inserted);
          characters += inserted.length;
          count++;
        }
        transactions++;
        isFull = count >= EDITS_PER_TRANSACTION || characters >= CHARACTERS_PER_TRANSACTION;
      }
    });
    edits += count;
    await options.afterTransaction();
    const next =
      due === undefined || transactions >= trace.steps.length ? 0 : due(transactions) - (clock.monotonic() - startedAt);
    await pause(clock, Math.max(0, next), signal);
  }
  return { transactions, edits };
}

/** When each transaction is due, ms from the start. */
function createPace({ steps }: Trace, rate: number | 'recorded'): (index: number) => number {
  const isTimed = steps.some(({ at }, i) => i > 1 && at > (steps[1]?.at ?? 0));
  if (rate !== 'recorded' || !isTimed) {
    const perSecond = rate === 'recorded' ? DEFAULT_RATE : rate;
    return (index) => (index * 1000) / perSecond;
  }
  const times: number[] = [];
  let at = 0;
  for (let i = 0; i < steps.length;) {
    // times are whole seconds: what shares one is spread over it
    let end = i + 1;
    while (end < steps.length && (steps[end]?.at ?? 0) <= (steps[i]?.at ?? 0)) end++;
    const gap = Math.min(MAX_PAUSE_MS, Math.max(0, (steps[end]?.at ?? 0) - (steps[i]?.at ?? 0)));
    for (let k = i; k < end; k++) times.push(at + (gap * (k - i)) / (end - i));
    at += gap;
    i = end;
  }
  return (index) => times[index] ?? at;
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end);
  });
}
