import { createUniqueId, For, type JSX } from 'solid-js';
import ChevronDown from 'lucide-solid/icons/chevron-down';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectFieldProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly SelectOption<Value>[];
  onValue: (value: Value) => void;
}

/** A native select: every assistive technology and phone knows it. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>): JSX.Element {
  const id = createUniqueId();
  const choose = (value: string): void => {
    const option = props.options.find((candidate) => candidate.value === value);
    if (option !== undefined) props.onValue(option.value);
  };
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {props.label}
      </label>
      <div class="field-box">
        <select
          id={id}
          class="field-input field-select"
          value={props.value}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <For each={props.options}>
            {(option) => (
              <option value={option.value} selected={option.value === props.value}>
                {option.label}
              </option>
            )}
          </For>
        </select>
        <ChevronDown class="icon field-select-icon" aria-hidden="true" />
      </div>
    </div>
  );
}
