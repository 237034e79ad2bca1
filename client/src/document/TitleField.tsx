import { createEffect, onMount, type JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';

/** Longer titles do not help anybody; what others wrote is shown whole. */
const MAX_TITLE_LENGTH = 300;

export interface TitleFieldProps {
  value: string;
  isReadOnly: boolean;
  takesFocus: boolean;
  onValue: (title: string) => void;
}

/** The document's title. Follows changes from others without moving the caret of whoever types here. */
export function TitleField(props: TitleFieldProps): JSX.Element {
  let field: HTMLInputElement | undefined;
  createEffect(() => {
    if (field === undefined || field.value === props.value) return;
    const { selectionStart, selectionEnd } = field;
    field.value = props.value;
    if (document.activeElement === field) field.setSelectionRange(selectionStart, selectionEnd);
  });
  onMount(() => {
    if (props.takesFocus) field?.focus();
  });
  const toText = (event: KeyboardEvent): void => {
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    document.querySelector<HTMLElement>('.document-body [contenteditable="true"]')?.focus();
  };
  return (
    <input
      ref={(element) => (field = element)}
      class="title-field"
      aria-label={t('document.title')}
      placeholder={t('document.untitled')}
      readOnly={props.isReadOnly}
      maxlength={MAX_TITLE_LENGTH}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => props.onValue(event.currentTarget.value)}
      onKeyDown={toText}
    />
  );
}
