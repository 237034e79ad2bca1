import type { Clock } from '@vicinal/shared/clock.ts';
import { WORDS_DELAY_MS, type SyncWords } from './sync-words.ts';

export interface WordHold {
  push(words: SyncWords): void;
  close(): void;
}

/**
 * Hands words on at most every {@link WORDS_DELAY_MS}, always ending with the newest. The first ones and errors pass
 * at once: nobody should learn late that something was not saved.
 */
export function createWordHold(clock: Clock, show: (words: SyncWords) => void, delayMs = WORDS_DELAY_MS): WordHold {
  let shown: SyncWords | undefined;
  let newest: SyncWords | undefined;
  let cancel: (() => void) | undefined;

  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (newest === undefined || (newest.text === shown?.text && newest.tone === shown.tone)) return;
    shown = newest;
    show(newest);
  };
  return {
    push(words) {
      newest = words;
      if (shown === undefined || words.tone === 'error') flush();
      else if (words.text === shown.text && words.tone === shown.tone) {
        cancel?.();
        cancel = undefined;
      } else cancel ??= clock.after(delayMs, flush);
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };
}
