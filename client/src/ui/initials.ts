/** Up to two letters that stand for a name; a name without letters gives its first character. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== '');
  const letters = words.map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? /./u.exec(word)?.[0] ?? '');
  const first = letters[0] ?? '?';
  const last = letters.length > 1 ? (letters.at(-1) ?? '') : '';
  return `${first}${last}`.toLocaleUpperCase();
}

/** Index into the twelve presence hues, whatever arrives. */
export const hueOf = (colour: number): number => (Number.isFinite(colour) ? ((Math.trunc(colour) % 12) + 12) % 12 : 0);
