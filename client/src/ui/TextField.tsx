import { createSignal, createUniqueId, Show, splitProps, type JSX } from 'solid-js';

export interface TextFieldProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput' | 'value' | 'id'> {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
  /** Labels of the button that shows and hides what was typed; given for passwords. */
  reveal?: { show: string; hide: string };
}

/** A labelled input with its hint and error tied to it. */
export function TextField(props: TextFieldProps): JSX.Element {
  const [own, rest] = splitProps(props, ['label', 'value', 'onValue', 'hint', 'error', 'reveal', 'type']);
  const id = createUniqueId();
  const [isRevealed, setRevealed] = createSignal(false);
  const describedBy = (): string | undefined =>
    [own.error === undefined ? undefined : `${id}-error`, own.hint === undefined ? undefined : `${id}-hint`]
      .filter((part) => part !== undefined)
      .join(' ') || undefined;
  return (
    <div class="field" data-invalid={own.error === undefined ? undefined : ''}>
      <label class="field-label" for={id}>
        {own.label}
      </label>
      <div class="field-box">
        <input
          {...rest}
          id={id}
          class="field-input"
          type={isRevealed() ? 'text' : own.type}
          value={own.value}
          onInput={(event) => own.onValue(event.currentTarget.value)}
          aria-describedby={describedBy()}
          aria-invalid={own.error === undefined ? undefined : true}
        />
        <Show when={own.reveal}>
          {(reveal) => (
            <button type="button" class="field-reveal" onClick={() => setRevealed((shown) => !shown)}>
              {isRevealed() ? reveal().hide : reveal().show}
            </button>
          )}
        </Show>
      </div>
      <Show when={own.error}>
        <p class="field-error" id={`${id}-error`}>
          {own.error}
        </p>
      </Show>
      <Show when={own.hint}>
        <p class="field-hint" id={`${id}-hint`}>
          {own.hint}
        </p>
      </Show>
    </div>
  );
}
