import { createSignal, createUniqueId, onMount, type JSX } from 'solid-js';
import { Button } from './Button.tsx';
import { Notice } from './Notice.tsx';
import './confirm.css';

export interface ConfirmProps {
  text: string;
  confirmLabel: string;
  cancelLabel: string;
  onConfirm: () => Promise<void>;
  onCancel: () => void;
}

/** Asks once more, in the flow of the page. The way back has the focus, which returns to where it came from. */
export function Confirm(props: ConfirmProps): JSX.Element {
  const id = createUniqueId();
  const cameFrom = document.activeElement;
  const [isBusy, setBusy] = createSignal(false);
  let back: HTMLButtonElement | undefined;
  onMount(() => back?.focus());
  const returnFocus = (): void => {
    if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus();
  };
  const cancel = (): void => {
    props.onCancel();
    returnFocus();
  };
  const confirm = async (): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    await props.onConfirm();
    setBusy(false);
  };
  return (
    <Notice tone="warn">
      <p id={id}>{props.text}</p>
      <p class="confirm-actions">
        <Button tone="danger" aria-disabled={isBusy()} onClick={() => void confirm()}>
          {props.confirmLabel}
        </Button>
        <Button ref={(element) => (back = element)} aria-describedby={id} onClick={cancel}>
          {props.cancelLabel}
        </Button>
      </p>
    </Notice>
  );
}
