/** Headings of a document, and which of them is being read. */
import type { Node } from '@tiptap/pm/model';
import { readableText } from './block-text.ts';
import type { OutlineEntry } from './text-figures.ts';

export interface Outline {
  /** An entry that did not change stays the same object from one outline to the next. */
  readonly entries: readonly OutlineEntry[];
  /** Before each heading. */
  readonly positions: readonly number[];
}

export const EMPTY_OUTLINE: Outline = { entries: [], positions: [] };

export function readOutline(doc: Node, before: Outline = EMPTY_OUTLINE): Outline {
  const entries: OutlineEntry[] = [];
  const positions: number[] = [];
  doc.descendants((node, position) => {
    if (node.type.name === 'heading') {
      const level: unknown = node.attrs['level'];
      entries.push({ text: readableText(node).trim(), level: typeof level === 'number' ? level : 1 });
      positions.push(position);
    }
    return !node.isTextblock;
  });
  return { entries: keepEqual(before.entries, entries), positions };
}

/** The old objects at both ends, as far as they are equal. */
function keepEqual(before: readonly OutlineEntry[], after: OutlineEntry[]): readonly OutlineEntry[] {
  const shortest = Math.min(before.length, after.length);
  const same = (a: OutlineEntry | undefined, b: OutlineEntry | undefined): a is OutlineEntry =>
    a?.text === b?.text && a?.level === b?.level;
  let left = 0;
  while (left < shortest && same(before[left], after[left])) left++;
  let right = 0;
  while (right < shortest - left && same(before.at(-1 - right), after.at(-1 - right))) right++;
  if (left === before.length && left === after.length) return before;
  return [
    ...before.slice(0, left),
    ...after.slice(left, after.length - right),
    ...before.slice(before.length - right, before.length),
  ];
}
