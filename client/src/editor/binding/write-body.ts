/**
 * ProseMirror nodes → Yjs tree, as the smallest edit that leads from what is stored to what is shown. Runs only for
 * a person's own edits, inside one Yjs transaction of the caller.
 *
 * Neighbouring Y.XmlText siblings (two people began the same empty paragraph) count as one run of text and are edited
 * in place: merging them would make both sides write the same words and double them.
 */
import type { Mark, Node } from '@tiptap/pm/model';
import * as Y from 'yjs';
import type { NodeMapping } from './read-body.ts';
import { writeText } from './write-text.ts';

type TextRun = readonly Node[];
type Wanted = Node | TextRun;
interface Stored {
  /** Index among the raw children of the parent, as of the start of the write. */
  readonly index: number;
  readonly width: number;
  readonly content: Y.XmlElement | readonly Y.XmlText[];
}

const isRun = (wanted: Wanted): wanted is TextRun => Array.isArray(wanted);

/** Makes the children of `parent` equal to the content of `node`. `made` gets the name of every node it creates. */
export function writeChildren(parent: Y.XmlFragment, node: Node, mapping: NodeMapping, made = new Set<string>()): void {
  const stored = storedChildren(parent);
  const wanted = wantedChildren(node);
  const shortest = Math.min(stored.length, wanted.length);
  let left = 0;
  while (left < shortest && isSame(stored[left], wanted[left], mapping)) left++;
  let right = 0;
  while (
    right < shortest - left &&
    isSame(stored[stored.length - 1 - right], wanted[wanted.length - 1 - right], mapping)
  ) {
    right++;
  }
  const cursor = new ChildCursor(parent, mapping, made);
  const storedMiddle = stored.slice(left, stored.length - right);
  const wantedMiddle = wanted.slice(left, wanted.length - right);
  let fromStored = 0;
  let fromWanted = 0;
  for (const [atStored, atWanted] of keptPairs(storedMiddle, wantedMiddle, mapping)) {
    writeGap(
      cursor,
      storedMiddle.slice(fromStored, atStored),
      wantedMiddle.slice(fromWanted, atWanted),
      storedMiddle[atStored],
    );
    fromStored = atStored + 1;
    fromWanted = atWanted + 1;
  }
  writeGap(cursor, storedMiddle.slice(fromStored), wantedMiddle.slice(fromWanted), stored[stored.length - right]);
  adoptEqual(stored, wanted, left, right, mapping);
}

/** Nodes that are equal but not identical (a block moved and back) become the mapped ones. */
function adoptEqual(
  stored: readonly Stored[],
  wanted: readonly Wanted[],
  left: number,
  right: number,
  mapping: NodeMapping,
): void {
  const adopt = (s: Stored | undefined, w: Wanted | undefined) => {
    if (s?.content instanceof Y.XmlElement && w && !isRun(w)) adoptElement(s.content, w, mapping);
  };
  for (let i = 0; i < left; i++) adopt(stored[i], wanted[i]);
  for (let i = 1; i <= right; i++) adopt(stored[stored.length - i], wanted[wanted.length - i]);
}

function adoptElement(element: Y.XmlElement, node: Node, mapping: NodeMapping): void {
  if (mapping.get(element) === node) return;
  mapping.set(element, node);
  const stored = storedChildren(element);
  const wanted = wantedChildren(node);
  // a node filled in the view has more children than are stored
  if (stored.length !== wanted.length) return;
  stored.forEach((child, i) => {
    const match = wanted[i];
    if (child.content instanceof Y.XmlElement && match && !isRun(match)) adoptElement(child.content, match, mapping);
  });
}

function writeElement(element: Y.XmlElement, node: Node, mapping: NodeMapping, made: Set<string>): void {
  mapping.set(element, node);
  const old = element.getAttributes() as Record<string, unknown>; // remote values can be anything
  for (const [key, value] of storedAttributes(node)) {
    // numbers and booleans are stored as such; the Y.XmlElement type says string
    if (value !== null && old[key] !== value) element.setAttribute(key, value as string);
  }
  for (const key of Object.keys(old)) if ((node.attrs[key] ?? null) === null) element.removeAttribute(key);
  writeChildren(element, node, mapping, made);
}

/** What the editor needs beside what is stored. */
const VIEW_ATTRIBUTES: ReadonlySet<string> = new Set(['colspan', 'rowspan']);

/** Values are numbers, booleans, strings or null, as the readers and the schema leave them. */
const storedAttributes = (node: Node): [string, unknown][] =>
  Object.entries(node.attrs).filter(([key]) => !VIEW_ATTRIBUTES.has(key));

function writeGap(
  cursor: ChildCursor,
  stored: readonly Stored[],
  wanted: readonly Wanted[],
  next: Stored | undefined,
): void {
  let s = 0;
  let w = 0;
  while (s < stored.length || w < wanted.length) {
    const have = stored[s];
    const want = wanted[w];
    if (have && want && cursor.update(have, want)) {
      s++;
      w++;
    } else if (have && (!want || stored.length - s >= wanted.length - w)) {
      cursor.remove(have);
      s++;
      if (want && stored.length - s < wanted.length - w) {
        cursor.insertBefore(stored[s] ?? next, want);
        w++;
      }
    } else if (want) {
      cursor.insertBefore(have ?? next, want);
      w++;
    }
  }
}

/** Applies edits from left to right and keeps raw indices right while children come and go. */
class ChildCursor {
  readonly #parent: Y.XmlFragment;
  readonly #mapping: NodeMapping;
  readonly #made: Set<string>;
  #shift = 0;

  constructor(parent: Y.XmlFragment, mapping: NodeMapping, made: Set<string>) {
    this.#parent = parent;
    this.#mapping = mapping;
    this.#made = made;
  }

  /** False when the kinds differ, and nothing was done. */
  update(have: Stored, want: Wanted): boolean {
    if (have.content instanceof Y.XmlElement) {
      if (isRun(want) || have.content.nodeName !== want.type.name) return false;
      writeElement(have.content, want, this.#mapping, this.#made);
      return true;
    }
    if (!isRun(want)) return false;
    writeText(have.content, want.map(toSegment));
    return true;
  }

  remove(have: Stored): void {
    if (have.content instanceof Y.XmlElement) {
      this.#parent.delete(have.index + this.#shift, have.width);
      this.#shift -= have.width;
    } else {
      // the text objects stay: what another person types into them now must survive
      for (const text of have.content) text.delete(0, text.length);
    }
  }

  insertBefore(next: Stored | undefined, want: Wanted): void {
    const index = next ? next.index + this.#shift : this.#parent.length;
    if (isRun(want)) {
      const empty = [index - 1, index].map((i) => (i < 0 ? undefined : this.#parent.get(i))).find(isEmptyText);
      if (empty) {
        writeText([empty], want.map(toSegment));
        return;
      }
    }
    this.#parent.insert(index, [createType(want, this.#mapping, this.#made)]);
    this.#shift++;
  }
}

const isEmptyText = (child: unknown): child is Y.XmlText => child instanceof Y.XmlText && child.length === 0;

function createType(wanted: Wanted, mapping: NodeMapping, made: Set<string>): Y.XmlElement | Y.XmlText {
  if (isRun(wanted)) {
    const text = new Y.XmlText();
    text.applyDelta(wanted.map(toSegment).map(({ insert, attributes }) => ({ insert, attributes: { ...attributes } })));
    return text;
  }
  const element = new Y.XmlElement(wanted.type.name);
  made.add(wanted.type.name);
  for (const [key, value] of storedAttributes(wanted)) {
    if (value !== null) element.setAttribute(key, value as string); // as in writeElement
  }
  element.insert(
    0,
    wantedChildren(wanted).map((child) => createType(child, mapping, made)),
  );
  mapping.set(element, wanted);
  return element;
}

/** Children as the editor sees them: runs of text joined, empty text left out. */
function storedChildren(parent: Y.XmlFragment): Stored[] {
  const out: Stored[] = [];
  let run: Y.XmlText[] = [];
  let runStart = 0;
  const flush = () => {
    if (run.some((text) => text.length > 0)) out.push({ index: runStart, width: run.length, content: run });
    run = [];
  };
  parent.toArray().forEach((child, index) => {
    if (child instanceof Y.XmlText) {
      if (run.length === 0) runStart = index;
      run.push(child);
    } else if (child instanceof Y.XmlElement) {
      flush();
      out.push({ index, width: 1, content: child });
    }
  });
  flush();
  return out;
}

function wantedChildren(node: Node): Wanted[] {
  const out: Wanted[] = [];
  let run: Node[] | undefined;
  node.forEach((child) => {
    if (!child.isText) {
      run = undefined;
      out.push(child);
    } else if (run) {
      run.push(child);
    } else {
      run = [child];
      out.push(run);
    }
  });
  return out;
}

function isSame(stored: Stored | undefined, wanted: Wanted | undefined, mapping: NodeMapping): boolean {
  if (!stored || !wanted) return false;
  if (stored.content instanceof Y.XmlElement) {
    if (isRun(wanted)) return false;
    const shown = mapping.get(stored.content);
    return shown === wanted || (shown?.eq(wanted) ?? false);
  }
  // unequal text is left to writeText, which finds the difference
  return false;
}

/** Pairs (stored, wanted) of identical nodes in increasing order on both sides: blocks that keep their Yjs type. */
function keptPairs(stored: readonly Stored[], wanted: readonly Wanted[], mapping: NodeMapping): [number, number][] {
  const positions = new Map<Wanted, number>(wanted.map((child, i) => [child, i]));
  const pairs: [number, number][] = [];
  stored.forEach(({ content }, i) => {
    const shown = content instanceof Y.XmlElement ? mapping.get(content) : undefined;
    const at = shown && positions.get(shown);
    if (at !== undefined) pairs.push([i, at]);
  });
  return longestIncreasing(pairs);
}

function longestIncreasing(pairs: readonly [number, number][]): [number, number][] {
  const tails: number[] = [];
  const previous: (number | undefined)[] = [];
  pairs.forEach(([, value], i) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const tail = pairs[tails[middle] ?? 0];
      if (tail && tail[1] < value) low = middle + 1;
      else high = middle;
    }
    previous[i] = low > 0 ? tails[low - 1] : undefined;
    tails[low] = i;
  });
  const out: [number, number][] = [];
  for (let i = tails.at(-1); i !== undefined; i = previous[i]) {
    const pair = pairs[i];
    if (pair) out.unshift(pair);
  }
  return out;
}

function toSegment(node: Node): { readonly insert: string; readonly attributes: Readonly<Record<string, object>> } {
  const attributes = Object.fromEntries(node.marks.map((mark: Mark) => [mark.type.name, { ...mark.attrs }]));
  return { insert: node.text ?? '', attributes };
}
