/** Which part of the text is on screen. Reads layout: at most once per frame. */
import type { EditorView } from '@tiptap/pm/view';

/** Top-level blocks between two heights of the window, as positions. */
export function visibleRange(view: EditorView, top: number, bottom: number): { from: number; to: number } {
  const { doc } = view.state;
  const starts: number[] = [];
  doc.forEach((_, offset) => starts.push(offset));
  const firstFrom = (height: number): number => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bottomOf(view, starts[middle] ?? 0) < height) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const first = Math.min(firstFrom(top), starts.length - 1);
  const last = firstFrom(bottom);
  return { from: starts[first] ?? 0, to: starts[last + 1] ?? doc.content.size };
}

export function elementAt(view: EditorView, position: number): HTMLElement | undefined {
  const dom = view.nodeDOM(position);
  return dom instanceof HTMLElement ? dom : undefined;
}

const bottomOf = (view: EditorView, position: number): number =>
  elementAt(view, position)?.getBoundingClientRect().bottom ?? 0;

/** Brings a position to a comfortable height, unless it is there already. */
export function reveal(view: EditorView, position: number, share: number): void {
  const { top, bottom, left } = view.coordsAtPos(position);
  const { innerHeight } = window;
  if (top < 120 || bottom > innerHeight - 120) window.scrollBy({ top: top - innerHeight * share });
  const { node } = view.domAtPos(position);
  const wide = (node instanceof Element ? node : node.parentElement)?.closest('pre, .tableWrapper');
  if (!wide) return;
  const box = wide.getBoundingClientRect();
  if (left < box.left || left > box.right - 40) wide.scrollLeft += left - box.left - box.width / 3;
}
