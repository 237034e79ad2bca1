/** The carets of others on the page: each is made once, moves with the text, and shows its name for a while after it moved. */
import type { Clock } from '@vicinal/shared/clock.ts';
import type { Caret } from './presence.ts';

/** The name hides this long after the last movement. */
export const LABEL_MS = 2000;

/** One drawn caret. `place` differs after every movement of its own. */
export interface DrawnCaret {
  readonly peerId: string;
  readonly place: string;
}

export interface CaretLabels {
  create(caret: Caret): HTMLElement;
  /** What is drawn now; names of those that moved since the last call show again. */
  follow(drawn: readonly DrawnCaret[]): void;
  /** Ends the timer; `follow` begins again. */
  close(): void;
}

export function createCaretLabels(clock: Clock): CaretLabels {
  const elements = new Map<string, HTMLElement>();
  const movements = new Map<string, { readonly place: string; readonly at: number }>();
  let cancel: (() => void) | undefined;

  const hideQuiet = (): void => {
    cancel = undefined;
    const now = clock.monotonic();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [peerId, { at }] of movements) {
      const restMs = at + LABEL_MS - now;
      if (restMs <= 0) elements.get(peerId)?.setAttribute('data-quiet', '');
      else nextMs = Math.min(nextMs, restMs);
    }
    if (Number.isFinite(nextMs)) cancel = clock.after(nextMs, hideQuiet);
  };

  return {
    create: (caret) => {
      const element = caretElement(caret);
      const movement = movements.get(caret.peerId);
      // the page makes it anew where the block around it is drawn anew
      if (movement && clock.monotonic() - movement.at >= LABEL_MS) element.setAttribute('data-quiet', '');
      elements.set(caret.peerId, element);
      return element;
    },
    follow: (drawn) => {
      const present = new Set(drawn.map(({ peerId }) => peerId));
      for (const peerId of elements.keys()) {
        if (present.has(peerId)) continue;
        elements.delete(peerId);
        movements.delete(peerId);
      }
      for (const { peerId, place } of drawn) {
        if (movements.get(peerId)?.place === place) continue;
        movements.set(peerId, { place, at: clock.monotonic() });
        elements.get(peerId)?.removeAttribute('data-quiet');
      }
      // not for movements alone: a view that is made anew closes these labels and goes on with them
      if (drawn.length > 0) cancel ??= clock.after(LABEL_MS, hideQuiet);
    },
    close: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}

function caretElement({ name, hue }: Caret): HTMLElement {
  const caret = document.createElement('span');
  caret.className = 'remote-caret';
  caret.dataset['hue'] = String(hue);
  // carets are never announced; "who is here" is
  caret.setAttribute('aria-hidden', 'true');
  const label = document.createElement('span');
  label.className = 'remote-caret-label';
  // CSS draws the name, so that it is never part of the text for copying or reading
  label.dataset['name'] = name;
  caret.append(label);
  return caret;
}
