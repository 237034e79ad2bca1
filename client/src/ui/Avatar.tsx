import type { JSX } from 'solid-js';

/** Up to two letters that stand for a name; a name without letters gives its first character. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter((word) => word !== '');
  const letters = words.map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? /./u.exec(word)?.[0] ?? '');
  const first = letters[0] ?? '?';
  const last = letters.length > 1 ? (letters.at(-1) ?? '') : '';
  return `${first}${last}`.toLocaleUpperCase();
}

/** Index into the twelve presence hues, whatever arrives. */
export const hueOf = (colour: number): number => ((Math.trunc(colour) % 12) + 12) % 12;

/** Its letters are drawn, not text: whoever has a name beside or around it says it once. */
export function Avatar(props: { name: string; colour: number; size?: 'small' | 'large' }): JSX.Element {
  return (
    <span class={`avatar avatar-${props.size ?? 'small'} hue-${Number.isFinite(props.colour) ? hueOf(props.colour) : 0}`} aria-hidden="true" data-initials={initialsOf(props.name)} />
  );
}
