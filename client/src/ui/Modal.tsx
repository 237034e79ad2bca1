import { Dialog } from '@kobalte/core/dialog';
import type { JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';

export interface ModalProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  heading: string;
  closeLabel: string;
  children: JSX.Element;
}

/** A modal dialog; on phones a sheet from below. Focus stays inside and returns to where it came from. */
export function Modal(props: ModalProps): JSX.Element {
  return (
    <Dialog open={props.isOpen} onOpenChange={(isOpen) => props.onOpenChange(isOpen)} preventScroll={false}>
      <Dialog.Portal>
        <Dialog.Overlay class="modal-scrim" />
        <div class="modal-place">
          <Dialog.Content class="modal">
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
