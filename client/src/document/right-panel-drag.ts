/** A sheet follows the finger on its handle; pulled far enough down, it closes. */
import { onCleanup } from 'solid-js';

/** Pulled further than this, the sheet goes, px. */
const CLOSE_AFTER = 80;

export function createSheetDrag(handle: HTMLElement, onClose: () => void): void {
  const ending = new AbortController();
  const { signal } = ending;
  let start: number | undefined;
  const sheet = (): HTMLElement | null => handle.parentElement;
  const pulled = (event: PointerEvent): number => Math.max(0, event.clientY - (start ?? event.clientY));
  handle.addEventListener(
    'pointerdown',
    (event) => {
      start = event.clientY;
      handle.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  handle.addEventListener(
    'pointermove',
    (event) => {
      if (start !== undefined) sheet()?.style.setProperty('transform', `translateY(${pulled(event)}px)`);
    },
    { signal },
  );
  const end = (event: PointerEvent): void => {
    if (start === undefined) return;
    const isFar = event.type === 'pointerup' && pulled(event) > CLOSE_AFTER;
    start = undefined;
    if (isFar) onClose();
    else sheet()?.style.removeProperty('transform');
  };
  handle.addEventListener('pointerup', end, { signal });
  handle.addEventListener('pointercancel', end, { signal });
  onCleanup(() => ending.abort());
}
