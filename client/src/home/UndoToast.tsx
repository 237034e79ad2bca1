import { createEffect, createSignal, on, onCleanup, Show, type JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';

export interface Undoable {
  readonly text: string;
  undo(): void;
}

const STAYS_MS = 10_000;

/** Offers the way back for a while, longer as long as somebody points at it or has the focus in it. F6 leads here. */
export function UndoToast(props: { undoable: Undoable | undefined; onGone: () => void }): JSX.Element {
  const [isHeld, setHeld] = createSignal(false);
  createEffect(
    on([() => props.undoable, isHeld], ([undoable, held]) => {
      if (undoable === undefined || held) return;
      const timer = setTimeout(() => props.onGone(), STAYS_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  const leave = (): void => {
    setHeld(false);
    props.onGone();
  };
  return (
    <Show when={props.undoable}>
      {(undoable) => (
        <div class="undo-place">
          <div
            class="toast undo-toast"
            role="group"
            aria-label={undoable().text}
            data-region
            onPointerEnter={() => setHeld(true)}
            onPointerLeave={() => setHeld(false)}
            onFocusIn={() => setHeld(true)}
            onFocusOut={() => setHeld(false)}
          >
            <span class="undo-text">{undoable().text}</span>
            <Button
              tone="quiet"
              onClick={() => {
                undoable().undo();
                leave();
              }}
            >
              {t('undo.undo')}
            </Button>
            <Button tone="quiet" isIcon aria-label={t('undo.dismiss')} onClick={leave}>
              <X class="icon" aria-hidden="true" />
            </Button>
          </div>
        </div>
      )}
    </Show>
  );
}
