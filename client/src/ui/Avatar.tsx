import type { JSX } from 'solid-js';
import { hueOf, initialsOf } from './initials.ts';

/** Its letters are drawn, not text: whoever has a name beside or around it says it once. */
export function Avatar(props: { name: string; colour: number; size?: 'small' | 'large' }): JSX.Element {
  return (
    <span
      class={`avatar avatar-${props.size ?? 'small'} hue-${hueOf(props.colour)}`}
      aria-hidden="true"
      data-initials={initialsOf(props.name)}
    />
  );
}
