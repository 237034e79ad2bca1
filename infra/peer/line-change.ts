/** The one changed region between two texts, by whole lines. */
export interface LineChange {
  /** First line that differs, from 0. */
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** `undefined` when nothing changed. */
export function lineChange(before: readonly string[], after: readonly string[]): LineChange | undefined {
  const shortest = Math.min(before.length, after.length);
  let line = 0;
  while (line < shortest && before[line] === after[line]) line++;
  let end = 0;
  while (end < shortest - line && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const removed = before.slice(line, before.length - end);
  const added = after.slice(line, after.length - end);
  return removed.length + added.length === 0 ? undefined : { line, removed, added };
}
