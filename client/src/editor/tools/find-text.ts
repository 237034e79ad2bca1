/** Finds text in a document without changing it. */
import type { Node } from '@tiptap/pm/model';
import { blockText } from './block-text.ts';
import { textBlocks } from './text-count.ts';

export interface Match {
  readonly from: number;
  readonly to: number;
}

export interface FindQuery {
  readonly text: string;
  readonly matchCase: boolean;
}

/** Every match in order, none across blocks. Yields between blocks. */
export function* findText(doc: Node, query: FindQuery): Generator<undefined, readonly Match[]> {
  const matches: Match[] = [];
  if (query.text === '') return matches;
  const pattern = new RegExp(escape(query.text), query.matchCase ? 'gu' : 'giu');
  for (const { node, position } of textBlocks(doc)) {
    const start = position + 1;
    for (const match of blockText(node).matchAll(pattern)) {
      matches.push({ from: start + match.index, to: start + match.index + match[0].length });
    }
    yield;
  }
  return matches;
}

/** A typed space finds any white space, for line breaks and spaces that do not break. */
const escape = (text: string): string =>
  text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, (sign) => (sign === '-' ? '\\x2d' : `\\${sign}`)).replaceAll(/\s/g, '\\s');

/** Index of the first match that ends after `position`. */
export function firstAfter(matches: readonly Match[], position: number): number {
  let [low, high] = [0, matches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((matches[middle]?.to ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
