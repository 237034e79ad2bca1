/** Finding in one editor. Marks are decorations and highlights; neither selection nor document change. */
import type { Editor } from '@tiptap/core';
import type { Clock } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import { markCurrent, markVisible } from './find-marks.ts';
import { findText, firstAfter, type FindQuery, type Match } from './find-text.ts';
import { runInSlices } from './slices.ts';
import type { FindState, TextFinder } from './text-tools.ts';
import { reveal } from './viewport.ts';

const AFTER_EDIT_MS = 200;
const NOTHING: FindState = { total: 0, current: 0, isComplete: true };

export interface ClosableFinder extends TextFinder {
  close(): void;
}

export function createFinder(editor: Editor, clock: Clock): ClosableFinder {
  const events = new Emitter<{ change: [] }>();
  let query: FindQuery = { text: '', matchCase: false };
  let matches: readonly Match[] = [];
  let index = 0;
  let origin: number | undefined;
  let state = NOTHING;
  let stopWork: (() => void) | undefined;
  let cancelLater: (() => void) | undefined;
  let frame: number | undefined;

  const show = (next: FindState): void => {
    state = next;
    events.emit('change');
  };
  const drawSoon = (): void => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      if (!editor.isDestroyed) markVisible(editor.view, matches, index);
    });
  };
  const point = (next: number, isShown: boolean): void => {
    index = next;
    const match = matches[index];
    markCurrent(editor.view, match);
    if (match && isShown) {
      origin = match.from;
      reveal(editor.view, match.from, 0.4);
    }
    show({ total: matches.length, current: match ? index + 1 : 0, isComplete: true });
    drawSoon();
  };
  const run = (isShown: boolean): void => {
    stopWork?.();
    let isDone = false;
    stopWork = runInSlices(clock, findText(editor.state.doc, query), (found) => {
      isDone = true;
      matches = found;
      const nearest = firstAfter(found, origin ?? 0);
      point(nearest < found.length ? nearest : 0, isShown);
    });
    if (!isDone) show({ ...state, isComplete: false });
  };
  const onUpdate = (): void => {
    if (query.text === '') return;
    stopWork?.();
    cancelLater?.();
    cancelLater = clock.after(AFTER_EDIT_MS, () => run(false));
  };
  const stop = (): void => {
    stopWork?.();
    cancelLater?.();
    stopWork = undefined;
    cancelLater = undefined;
  };
  editor.on('update', onUpdate);
  window.addEventListener('scroll', drawSoon, { passive: true });
  window.addEventListener('resize', drawSoon);

  const finder: ClosableFinder = {
    get state() {
      return state;
    },
    search: (next) => {
      cancelLater?.();
      query = next;
      origin ??= editor.state.selection.from;
      run(true);
    },
    step: (direction) => {
      if (matches.length > 0) point((index + direction + matches.length) % matches.length, true);
    },
    clear: () => {
      stop();
      query = { ...query, text: '' };
      matches = [];
      origin = undefined;
      if (!editor.isDestroyed) {
        markCurrent(editor.view, undefined);
        markVisible(editor.view, [], 0);
      }
      show(NOTHING);
    },
    on: (event, listener) => events.on(event, listener),
    close: () => {
      finder.clear();
      events.clear();
      if (frame !== undefined) cancelAnimationFrame(frame);
      editor.off('update', onUpdate);
      window.removeEventListener('scroll', drawSoon);
      window.removeEventListener('resize', drawSoon);
    },
  };
  return finder;
}
