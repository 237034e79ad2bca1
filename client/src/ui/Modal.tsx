import { Dialog } from './dialog.ts';
import type { JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';

export interface ModalProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  heading: string;
  closeLabel: string;
  /** The focus would go back to the dialog's trigger; whoever has none puts it where it was and prevents the default. */
  onClosed?: (event: Event) => void;
  children: JSX.Element;
}

/** A modal dialog; on phones a sheet from below. Focus stays inside and returns to where it came from. */
export function Modal(props: ModalProps): JSX.Element {
  return (
    <Dialog open={props.isOpen} onOpenChange={(isOpen) => props.onOpenChange(isOpen)} preventScroll={false}>
      <Dialog.Portal>
        <Dialog.Overlay class="modal-scrim" />
        <div class="modal-place">
          <Dialog.Content
            class="modal"
            onOpenAutoFocus={focusMarked}
            onCloseAutoFocus={(event) => props.onClosed?.(event)}
          >
            <div class="modal-top">
              <Dialog.Title class="modal-heading">{props.heading}</Dialog.Title>
              <Dialog.CloseButton class="button button-quiet button-icon" aria-label={props.closeLabel}>
                <X class="icon" aria-hidden="true" />
              </Dialog.CloseButton>
            </div>
            <div class="modal-body">{props.children}</div>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}

/** A dialog that asks for something marks its field with `data-autofocus`; else its first button gets the focus. */
function focusMarked(event: Event): void {
  const marked = event.target instanceof Element ? event.target.querySelector<HTMLElement>('[data-autofocus]') : null;
  if (marked === null) return;
  event.preventDefault();
  marked.focus();
  if (marked instanceof HTMLInputElement && marked.type === 'text') marked.select();
}
