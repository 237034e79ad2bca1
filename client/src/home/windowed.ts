/** Long lists draw only the rows near the screen. Rows have one height and stand at `index * rowHeight`. */
import { createEffect, createMemo, createSignal, on, onCleanup, type Accessor } from 'solid-js';

/** Shorter lists are drawn whole: nothing is gained, and the browser's own search finds every row. */
const WHOLE_UP_TO = 150;
const OVERSCAN = 12;

export interface RowRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Rows of a list whose top is at `top` (relative to the viewport) that are on screen or near it. */
export function rangeOnScreen(count: number, rowHeight: number, top: number, viewportHeight: number): RowRange {
  if (count <= WHOLE_UP_TO) return { start: 0, end: count };
  const start = Math.min(Math.max(0, Math.floor(-top / rowHeight) - OVERSCAN), count);
  const end = Math.min(count, Math.max(start, Math.ceil((viewportHeight - top) / rowHeight) + OVERSCAN));
  return { start, end };
}

/** Follows scrolling of whatever holds `list`. */
export function createRowRange(
  list: Accessor<HTMLElement | undefined>,
  count: Accessor<number>,
  rowHeight: Accessor<number>,
): Accessor<RowRange> {
  const [range, setRange] = createSignal<RowRange>(rangeOnScreen(count(), rowHeight(), 0, innerHeight), {
    equals: (a, b) => a.start === b.start && a.end === b.end,
  });
  const measure = (): void => {
    setRange(rangeOnScreen(count(), rowHeight(), list()?.getBoundingClientRect().top ?? 0, innerHeight));
  };
  createEffect(on([list, count, rowHeight], measure));
  let frame: number | undefined;
  const later = (): void => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      measure();
    });
  };
  // Captured: the sidebar scrolls in a box of its own, and scrolling does not bubble.
  document.addEventListener('scroll', later, { capture: true, passive: true });
  window.addEventListener('resize', later);
  onCleanup(() => {
    document.removeEventListener('scroll', later, { capture: true });
    window.removeEventListener('resize', later);
    if (frame !== undefined) cancelAnimationFrame(frame);
  });
  return range;
}

/** Keys to draw: those in the range, and `keep` wherever it is, because it holds the focus or is being dragged. */
export function createDrawnKeys<Key>(
  keys: Accessor<readonly Key[]>,
  range: Accessor<RowRange>,
  keep: Accessor<Key | undefined>,
): Accessor<readonly Key[]> {
  return createMemo(() => {
    const all = keys();
    const { start, end } = range();
    const drawn = all.slice(start, end);
    const kept = keep();
    if (kept === undefined) return drawn;
    const index = all.indexOf(kept);
    if (index >= 0 && index < start) drawn.unshift(kept);
    else if (index >= end) drawn.push(kept);
    return drawn;
  });
}
