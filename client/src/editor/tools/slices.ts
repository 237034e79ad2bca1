/** Long work in short tasks, so that typing never waits for it. */
import type { Clock } from '@vicinal/shared/clock.ts';

/** Longest time one task may take, ms; a single step of the work may add to it. */
export const SLICE_MS = 8;

/** Runs `work` to its end, the first slice at once. The returned function stops it; `done` is then not called. */
export function runInSlices<T>(clock: Clock, work: Generator<undefined, T>, done: (result: T) => void): () => void {
  let cancel: (() => void) | undefined;
  const slice = (): void => {
    cancel = undefined;
    const end = clock.monotonic() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done === true) {
        done(step.value);
        return;
      }
    } while (clock.monotonic() < end);
    cancel = clock.after(0, slice);
  };
  slice();
  return () => cancel?.();
}
