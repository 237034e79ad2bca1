/** The smallest single replacement that turns one text into another, so that concurrent changes elsewhere survive. */
import type * as Y from 'yjs';

export interface TextChange {
  readonly index: number;
  readonly deleted: number;
  readonly inserted: string;
}

/** `undefined` when nothing changes. Never cuts a surrogate pair in half. */
export function diffText(before: string, after: string): TextChange | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  if (isHighSurrogate(before.charCodeAt(start - 1)) || isHighSurrogate(after.charCodeAt(start - 1))) start--;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  if (isLowSurrogate(before.charCodeAt(before.length - end)) || isLowSurrogate(after.charCodeAt(after.length - end)))
    end--;
  return { index: start, deleted: before.length - start - end, inserted: after.slice(start, after.length - end) };
}

/** One transaction; none when the text is already there. */
export function replaceText(text: Y.Text, next: string): void {
  const change = diffText(text.toJSON(), next);
  if (!change) return;
  const apply = (): void => {
    if (change.deleted > 0) text.delete(change.index, change.deleted);
    if (change.inserted !== '') text.insert(change.index, change.inserted);
  };
  if (text.doc) text.doc.transact(apply);
  else apply();
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
