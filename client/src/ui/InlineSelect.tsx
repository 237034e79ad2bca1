import { For, type JSX } from 'solid-js';
import ChevronDown from 'lucide-solid/icons/chevron-down';
import type { SelectOption } from './SelectField.tsx';
import './inline-select.css';

/** A native select in a row of things: named for assistive technology, without a label on screen. */
export function InlineSelect<Value extends string>(props: {
  label: string;
  value: Value;
  options: readonly SelectOption<Value>[];
  onValue: (value: Value) => void;
}): JSX.Element {
  return (
    <span class="inline-select">
      <select
        class="inline-select-box"
        aria-label={props.label}
        onChange={(event) => {
          const chosen = props.options.find(({ value }) => value === event.currentTarget.value);
          if (chosen !== undefined) props.onValue(chosen.value);
        }}
      >
        <For each={props.options}>
          {(option) => (
            <option value={option.value} selected={option.value === props.value}>
              {option.label}
            </option>
          )}
        </For>
      </select>
      <ChevronDown class="icon inline-select-icon" aria-hidden="true" />
    </span>
  );
}
