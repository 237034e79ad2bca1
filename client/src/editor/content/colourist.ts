/** Colours for code, found in a worker that is ended when a block takes it too long. */
import type { HighlightedRange } from './highlighter.ts';

/** How long the worker may take for one block. */
const MAX_BLOCK_MS = 150;
/** How long it may take to load. */
const MAX_LOAD_MS = 30_000;
/** After so many blocks that took too long, the rest stays plain too. */
const MAX_OVERRUNS = 5;
/** More coloured pieces than this in one block would make drawing it slow. */
const MAX_RANGES = 8_000;

export interface Colourist {
  /** One block at a time. Nothing for a language that is not known and for what takes too long. */
  colour(language: string, code: string): Promise<readonly HighlightedRange[]>;
  close(): void;
}

interface Job {
  readonly language: string;
  readonly code: string;
  readonly done: (ranges: readonly HighlightedRange[]) => void;
}

export function createColourist(): Colourist {
  let worker: Worker | undefined;
  let isReady = false;
  let job: Job | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let overruns = 0;
  let isClosed = false;

  const finish = (ranges: readonly HighlightedRange[]) => {
    clearTimeout(timer);
    const { done } = job ?? {};
    job = undefined;
    done?.(ranges);
  };
  const stop = () => {
    worker?.terminate();
    worker = undefined;
    isReady = false;
  };
  const giveUp = () => {
    overruns++;
    stop();
    finish([]);
  };
  const run = () => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, isReady ? MAX_BLOCK_MS : MAX_LOAD_MS);
    if (isReady && job) worker?.postMessage({ language: job.language, code: job.code });
  };
  const start = () => {
    const started = new Worker(new URL('./highlight-worker.ts', import.meta.url), { type: 'module' });
    started.addEventListener('message', ({ data }: MessageEvent<'ready' | readonly HighlightedRange[]>) => {
      if (worker !== started) return;
      if (data === 'ready') {
        isReady = true;
        if (job) run();
        return;
      }
      finish(data.length > MAX_RANGES ? [] : data);
    });
    // offline without the file, or no grammar for this text
    started.addEventListener('error', () => {
      if (worker === started) giveUp();
    });
    worker = started;
  };
  return {
    colour: (language, code) =>
      new Promise((resolve) => {
        if (isClosed || overruns >= MAX_OVERRUNS || job) {
          resolve([]);
          return;
        }
        job = { language, code, done: resolve };
        if (!worker) start();
        run();
      }),
    close: () => {
      isClosed = true;
      stop();
      finish([]);
    },
  };
}
