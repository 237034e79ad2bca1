import { createSignal, createUniqueId, type JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { Modal } from '../ui/Modal.tsx';
import { TextField } from '../ui/TextField.tsx';

/** As many as the index keeps. */
const MAX_NAME_LENGTH = 200;

export interface NameDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onClosed: (event: Event) => void;
  heading: string;
  label: string;
  submit: string;
  initial: string;
  onName: (name: string) => void;
}

/** Asks for one name. */
export function NameDialog(props: NameDialogProps): JSX.Element {
  return (
    <Modal
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      heading={props.heading}
      closeLabel={t('app.close')}
      onClosed={props.onClosed}
    >
      <NameForm {...props} />
    </Modal>
  );
}

function NameForm(props: NameDialogProps): JSX.Element {
  const id = createUniqueId();
  // A new form for every opening.
  // eslint-disable-next-line solid/reactivity
  const [name, setName] = createSignal(props.initial);
  const [isMissing, setMissing] = createSignal(false);
  const field = (): HTMLInputElement | null => document.querySelector<HTMLInputElement>(`#${CSS.escape(id)} input`);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const wanted = name().trim();
    setMissing(wanted === '');
    if (wanted === '') {
      field()?.focus();
      return;
    }
    props.onOpenChange(false);
    if (wanted !== props.initial) props.onName(wanted);
  };
  return (
    <form class="form" id={id} novalidate onSubmit={submit}>
      <TextField
        label={props.label}
        value={name()}
        onValue={setName}
        type="text"
        data-autofocus
        maxlength={MAX_NAME_LENGTH}
        autocomplete="off"
        error={isMissing() ? t('field.required') : undefined}
      />
      <div class="dialog-actions">
        <Button onClick={() => props.onOpenChange(false)}>{t('dialog.cancel')}</Button>
        <Button tone="primary" type="submit">
          {props.submit}
        </Button>
      </div>
    </form>
  );
}
