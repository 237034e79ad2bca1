/** Dragging a block by its handle. The place is found by height alone: the pointer stays at the side of the text. */
import type { Editor } from '@tiptap/core';
import type { EditorView } from '@tiptap/pm/view';
import { blockAround, isList, type BlockRange } from './block-range.ts';
import { moveTo } from './block-tools.ts';
import { elementAt } from './viewport.ts';

/** Less is a click, px. */
const THRESHOLD = 5;
/** Near the edges of the window it scrolls. */
const EDGE = 64;
const SCROLL_STEP = 12;

/** The item or block at a height of the window. */
export function blockAtHeight(view: EditorView, height: number): BlockRange | undefined {
  const box = view.dom.getBoundingClientRect();
  const found = view.posAtCoords({ left: box.left + box.width / 2, top: height });
  if (!found) return undefined;
  const { doc } = view.state;
  const inner = found.inside >= 0 ? doc.nodeAt(found.inside) : null;
  return blockAround(doc, inner?.isTextblock === false ? found.inside : found.pos);
}

export interface DropPlace {
  readonly target: number;
  /** Height of the line that shows it, in the window. */
  readonly height: number;
  readonly left: number;
  readonly width: number;
}

/** Before or after the block at a height, whichever half it is in. A block that is no item goes beside a whole list. */
export function dropPlace(view: EditorView, range: BlockRange, height: number): DropPlace | undefined {
  const { doc } = view.state;
  let over = blockAtHeight(view, height);
  if (!over) return undefined;
  const dragged = doc.resolve(range.from).nodeAfter;
  const parent = doc.resolve(over.from).parent;
  if (dragged && isList(parent) && !parent.type.contentMatch.matchType(dragged.type)) {
    const $over = doc.resolve(over.from);
    over = { from: $over.before(1), to: $over.after(1) };
  }
  const box = elementAt(view, over.from)?.getBoundingClientRect();
  if (!box) return undefined;
  const isBefore = height < box.top + box.height / 2;
  return {
    target: isBefore ? over.from : over.to,
    height: isBefore ? box.top - 4 : box.bottom + 4,
    left: box.left,
    width: box.width,
  };
}

export interface DragOptions {
  readonly editor: Editor;
  /** Asked at every step: what others write moves it. */
  readonly range: () => BlockRange | undefined;
  readonly onPlace: (place: DropPlace | undefined) => void;
  /** `true` when the pointer never moved far enough to drag. */
  readonly onEnd: (wasClick: boolean) => void;
}

/** From the pointer's going down to its coming up; Escape leaves everything as it is. */
export function startDrag(start: PointerEvent, { editor, range, onPlace, onEnd }: DragOptions): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  let isDragging = false;
  let height = start.clientY;
  let frame: number | undefined;

  const update = (): void => {
    const dragged = range();
    onPlace(dragged && dropPlace(editor.view, dragged, height));
  };
  const scroll = (): void => {
    const step = height < EDGE + 48 ? -SCROLL_STEP : height > window.innerHeight - EDGE ? SCROLL_STEP : 0;
    if (step !== 0) {
      window.scrollBy({ top: step });
      update();
    }
    frame = requestAnimationFrame(scroll);
  };
  const end = (isDropped: boolean): void => {
    if (signal.aborted) return;
    ending.abort();
    if (frame !== undefined) cancelAnimationFrame(frame);
    const dragged = range();
    const place = isDropped && isDragging && dragged ? dropPlace(editor.view, dragged, height) : undefined;
    onPlace(undefined);
    if (dragged && place) moveTo(editor, dragged, place.target);
    onEnd(isDropped && !isDragging);
  };
  window.addEventListener(
    'pointermove',
    (event) => {
      if (event.pointerId !== start.pointerId) return;
      height = event.clientY;
      if (!isDragging && Math.hypot(event.clientX - start.clientX, height - start.clientY) < THRESHOLD) return;
      if (!isDragging) {
        isDragging = true;
        frame = requestAnimationFrame(scroll);
      }
      update();
    },
    { signal },
  );
  window.addEventListener('pointerup', () => end(true), { signal });
  window.addEventListener('pointercancel', () => end(false), { signal });
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      end(false);
    },
    { signal, capture: true },
  );
  return () => end(false);
}
