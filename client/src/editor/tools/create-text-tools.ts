/** The tools of one editor. Counting and outline rest until somebody watches, and wait for pauses in typing. */
import type { Editor } from '@tiptap/core';
import { TextSelection } from '@tiptap/pm/state';
import type { Clock } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import { createFinder } from './finder.ts';
import { EMPTY_OUTLINE, readOutline } from './outline.ts';
import { seekMention } from './seek-mention.ts';
import { runInSlices } from './slices.ts';
import { showPassage } from './source-mark.ts';
import { countText } from './text-count.ts';
import type { TextFacts, TextTools } from './text-tools.ts';
import { elementAt } from './viewport.ts';

const AFTER_EDIT_MS = 300;
const AFTER_SELECTION_MS = 120;
const MAX_SEARCH = 200;
/** Below header and formatting bar, where a heading counts as being read, px. */
const READING_LINE = 140;

export interface ClosableTextTools extends TextTools {
  close(): void;
}

export function createTextTools(editor: Editor, clock: Clock): ClosableTextTools {
  const events = new Emitter<{ change: [] }>();
  const find = createFinder(editor, clock);
  let watchers = 0;
  let outline = EMPTY_OUTLINE;
  let facts: TextFacts = { whole: undefined, selected: undefined, outline: [], current: undefined };
  const whole = createJob(clock);
  const selected = createJob(clock);
  let frame: number | undefined;

  const change = (part: Partial<TextFacts>): void => {
    facts = { ...facts, ...part };
    events.emit('change');
  };
  const readHeading = (): void => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      const current = editor.isDestroyed ? undefined : headingInView(editor, outline.positions);
      if (current !== facts.current) change({ current });
    });
  };
  const readDocument = (): void => {
    outline = readOutline(editor.state.doc, outline);
    if (outline.entries !== facts.outline) change({ outline: outline.entries });
    readHeading();
    whole.run(
      () => countText(editor.state.doc, 0, editor.state.doc.content.size),
      (count) => change({ whole: count }),
    );
  };
  const readSelection = (): void => {
    const { from, to, empty } = editor.state.selection;
    if (empty) {
      selected.stop();
      if (facts.selected !== undefined) change({ selected: undefined });
      return;
    }
    selected.run(
      () => countText(editor.state.doc, from, to),
      (count) => change({ selected: count }),
    );
  };
  const onUpdate = (): void => whole.later(AFTER_EDIT_MS, readDocument);
  const onTransaction = (): void => {
    if (editor.state.selection.empty && facts.selected === undefined) selected.stop();
    else selected.later(AFTER_SELECTION_MS, readSelection);
  };
  const start = (): void => {
    editor.on('update', onUpdate);
    editor.on('transaction', onTransaction);
    window.addEventListener('scroll', readHeading, { passive: true });
    whole.later(0, readDocument);
    selected.later(0, readSelection);
  };
  const stop = (): void => {
    editor.off('update', onUpdate);
    editor.off('transaction', onTransaction);
    window.removeEventListener('scroll', readHeading);
    whole.stop();
    selected.stop();
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
  };

  return {
    find,
    get facts() {
      return facts;
    },
    watch: (listener) => {
      const off = events.on('change', listener);
      if (watchers++ === 0) start();
      let isWatching = true;
      return () => {
        if (!isWatching) return;
        isWatching = false;
        off();
        if (--watchers === 0) stop();
      };
    },
    goTo: (index, { focus }) => {
      // positions of a moment ago may have moved
      outline = readOutline(editor.state.doc, outline);
      const position = outline.positions[index];
      if (position === undefined) return;
      const { view } = editor;
      const selection = TextSelection.near(view.state.doc.resolve(position + 1));
      view.dispatch(view.state.tr.setSelection(selection));
      const top = elementAt(view, position)?.getBoundingClientRect().top ?? 0;
      window.scrollBy({ top: top - READING_LINE + 32 });
      if (focus) view.focus();
    },
    show: (passage, options) => showPassage(editor, passage, options),
    seekMention: (id, onMoved) => seekMention(editor, id, onMoved),
    insert: (paragraphs) => editor.storage.drafts.insert(paragraphs),
    selectedText: () => {
      const { from, to } = editor.state.selection;
      const text = to - from > MAX_SEARCH ? '' : editor.state.doc.textBetween(from, to, '\n');
      return text.includes('\n') ? '' : text;
    },
    close: () => {
      stop();
      events.clear();
      find.close();
    },
  };
}

interface Job {
  later(delayMs: number, begin: () => void): void;
  run<T>(work: () => Generator<undefined, T>, done: (result: T) => void): void;
  stop(): void;
}

/** One piece of work at a time: asking again begins anew. */
function createJob(clock: Clock): Job {
  let cancel: (() => void) | undefined;
  const stop = (): void => {
    cancel?.();
    cancel = undefined;
  };
  return {
    later: (delayMs, begin) => {
      stop();
      cancel = clock.after(delayMs, begin);
    },
    run: (work, done) => {
      stop();
      cancel = runInSlices(clock, work(), done);
    },
    stop,
  };
}

/** The last heading that has passed the reading line, else none. */
function headingInView(editor: Editor, positions: readonly number[]): number | undefined {
  let [low, high] = [0, positions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const top = elementAt(editor.view, positions[middle] ?? 0)?.getBoundingClientRect().top ?? Infinity;
    if (top <= READING_LINE) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : low - 1;
}
