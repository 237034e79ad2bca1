/**
 * A document's body as plain text, one line per block, and edits of that text as edits of the body. Isomorphic: reads and
 * writes the Yjs tree alone. Paragraphs, headings and the text blocks inside lists, quotes and tables are lines; dividers
 * and pictures are lines without text of their own. A break inside a block, and a line of a code block, begin a new line
 * of the text too. Offsets are UTF-16 code units.
 */
import * as Y from 'yjs';
import { readAlt } from './html-images.ts';
import { MAX_NODE_DEPTH } from './html.ts';
import { deleteWithin, insertWithin, lengthOf, pushContent, takeFrom, textOf } from './text-block.ts';

/** Blocks that hold other blocks. Whatever else is no leaf holds text. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'blockquote',
  'bulletList',
  'orderedList',
  'listItem',
  'taskList',
  'taskItem',
  'table',
  'tableRow',
  'tableCell',
  'tableHeader',
]);
const LEAVES: ReadonlySet<string> = new Set(['horizontalRule', 'image']);
/** Never removed as empty: a table keeps its shape. */
const CELLS: ReadonlySet<string> = new Set(['tableCell', 'tableHeader']);
/** Its line breaks are characters of its text. */
const CODE = 'codeBlock';

/** The text as a person reads it, lines joined by "\n"; '' for an empty body. Never throws on any tree, never writes. */
export const readText = (body: Y.XmlFragment): string =>
  blocksOf(body)
    .map((block) => lineOf(block))
    .join('\n');

/** {@link readText}, cut at its line breaks. An empty body has no line. */
export function readLines(body: Y.XmlFragment): readonly string[] {
  const blocks = blocksOf(body);
  return blocks.length === 0 ? [] : blocks.flatMap((block) => lineOf(block).split('\n'));
}

/**
 * Adds a paragraph for each of `lines` at the end, in one transaction. A body that holds nothing but one empty paragraph,
 * as an editor shows it, gets its first line there.
 */
export function appendLines(body: Y.XmlFragment, lines: readonly string[]): void {
  transact(body, () => {
    const [only, ...others] = body.length === 1 ? blocksOf(body) : [];
    const isBlank = only?.nodeName === 'paragraph' && others.length === 0 && lengthOf(only) === 0;
    const [first, ...rest] = lines;
    if (isBlank && first !== undefined) insertWithin(only, 0, first);
    const added = isBlank ? rest : lines;
    if (added.length > 0) body.push(added.map((line) => paragraph(line)));
  });
}

/** Removes every block, whatever its kind, in one transaction. */
export function clearBody(body: Y.XmlFragment): void {
  transact(body, () => {
    if (body.length > 0) body.delete(0, body.length);
  });
}

/**
 * Edits of the text of one body that nobody else changes meanwhile: positions are found without reading the tree again.
 * Blocks that an edit does not touch stay as they are, and so do kind and marks of those it touches.
 */
export interface TextEdits {
  /** UTF-16 code units. */
  readonly length: number;
  /**
   * Replaces `deleted` units at `index` by `inserted`, in one transaction, or within the one under way. A "\n" inserted
   * begins a new paragraph (in a code block a new line), one deleted joins two blocks. RangeError outside the text.
   */
  replace(index: number, deleted: number, inserted: string): void;
}

interface Line {
  readonly block: Y.XmlElement;
  length: number;
}
interface Place {
  readonly line: number;
  readonly offset: number;
}

export function editText(body: Y.XmlFragment): TextEdits {
  const read = (): Line[] => blocksOf(body).map((block) => ({ block, length: lineOf(block).length }));
  let lines = read();
  /** Every child of the body is a line: their indices are the same. */
  let isFlat = isFlatNow();
  /** Blocks outside the top level were touched: their containers may have gone with them. */
  let isStale = false;

  function isFlatNow(): boolean {
    return body.length === lines.length && lines.every(({ block }) => block.parent === body);
  }
  const lengthNow = (): number => lines.reduce((sum, line) => sum + line.length + 1, -1);
  /** The first place with this index; the line after it begins one further. */
  const placeAt = (index: number): Place => {
    let before = 0;
    for (const [i, line] of lines.entries()) {
      if (index <= before + line.length) return { line: i, offset: index - before };
      before += line.length + 1;
    }
    throw new RangeError('outside the text');
  };
  const at = (index: number): Line => {
    const line = lines[index];
    if (line === undefined) throw new RangeError('outside the text');
    return line;
  };

  const measure = (line: Line): void => void (line.length = lengthOf(line.block));

  const removeLines = (from: number, to: number): void => {
    const gone = lines.splice(from, to - from);
    if (isFlat) {
      if (gone.length > 0) body.delete(from, gone.length);
      return;
    }
    for (const { block } of gone) isStale = removeBlock(body, block) || isStale;
  };
  const cut = (start: Place, deleted: number): Place => {
    const { line, offset } = start;
    const first = at(line);
    if (offset + deleted <= first.length) {
      if (isLeaf(first.block)) throw new RangeError('not inside a text block');
      deleteWithin(first.block, offset, deleted);
      measure(first);
      return start;
    }
    let last = line;
    let end = offset + deleted;
    while (end > at(last).length) end -= at(last++).length + 1;
    const final = at(last);
    if (offset === 0 && !(isLeaf(final.block) && end > 0)) {
      // whole lines go, and what follows keeps its block: words that another person adds to it stay
      if (end > 0) deleteWithin(final.block, 0, end);
      measure(final);
      removeLines(line, last);
      return start;
    }
    if (isLeaf(first.block) || isLeaf(final.block)) throw new RangeError('not inside a text block');
    const tail = end < final.length ? takeFrom(final.block, end) : [];
    deleteWithin(first.block, offset, first.length - offset);
    pushContent(first.block, tail);
    measure(first);
    removeLines(line + 1, last + 1);
    return start;
  };
  const addAfter = (index: number, block: Y.XmlElement, length: number): void => {
    const previous = lines[index]?.block;
    const parent = previous?.parent instanceof Y.XmlFragment ? previous.parent : body;
    parent.insertAfter(previous ?? null, [block]);
    lines.splice(index + 1, 0, { block, length });
  };
  const addBefore = (index: number, texts: readonly string[]): void => {
    const { block } = at(index);
    const parent = block.parent instanceof Y.XmlFragment ? block.parent : body;
    const made = texts.map((text) => paragraph(text));
    parent.insertAfter(block.prevSibling, made);
    lines.splice(index, 0, ...made.map((each, i) => ({ block: each, length: texts[i]?.length ?? 0 })));
  };
  const write = (place: Place, inserted: string): void => {
    const target = lines[place.line];
    const parts = inserted.split('\n');
    if (target === undefined) {
      for (const [i, part] of parts.entries()) addAfter(i - 1, paragraph(part), part.length);
      return;
    }
    if (isLeaf(target.block)) {
      if (place.offset > 0 || parts.length === 1) throw new RangeError('not inside a text block');
      if (parts.at(-1) !== '') throw new RangeError('not inside a text block');
      addBefore(place.line, parts.slice(0, -1));
      return;
    }
    const isWithin = parts.length === 1 || target.block.nodeName === CODE;
    if (isWithin) {
      insertWithin(target.block, place.offset, inserted);
      measure(target);
      return;
    }
    const last = parts.at(-1) ?? '';
    if (place.offset === 0 && target.length > 0) {
      insertWithin(target.block, 0, last);
      measure(target);
      addBefore(place.line, parts.slice(0, -1));
      return;
    }
    const tail = place.offset < target.length ? takeFrom(target.block, place.offset) : [];
    const [first = '', ...others] = parts;
    insertWithin(target.block, place.offset, first);
    measure(target);
    for (const [i, part] of others.entries()) addAfter(place.line + i, paragraph(part), part.length);
    const end = at(place.line + others.length);
    pushContent(end.block, tail);
    measure(end);
  };

  return {
    get length() {
      return Math.max(0, lengthNow());
    },
    replace: (index, deleted, inserted) => {
      if (index < 0 || deleted < 0 || index + deleted > Math.max(0, lengthNow()))
        throw new RangeError('outside the text');
      transact(body, () => {
        try {
          const place = lines.length === 0 ? { line: 0, offset: 0 } : placeAt(index);
          if (deleted > 0) cut(place, deleted);
          if (inserted !== '') write(place, inserted);
        } finally {
          if (isStale) {
            lines = read();
            isFlat = isFlatNow();
          }
          isStale = false;
        }
      });
    },
  };
}

const isLeaf = (block: Y.XmlElement): boolean => LEAVES.has(block.nodeName);

const lineOf = (block: Y.XmlElement): string => (isLeaf(block) ? altOf(block) : textOf(block));
const altOf = (block: Y.XmlElement): string => readAlt(block.getAttribute('alt') as unknown).replaceAll('\n', ' '); // remote values can be anything

/** Every block that is a line, in order; those deeper than documents may be are left out. */
function blocksOf(parent: Y.XmlFragment, depth = 0, out: Y.XmlElement[] = []): readonly Y.XmlElement[] {
  for (const child of parent.toArray()) {
    if (!(child instanceof Y.XmlElement)) continue;
    if (!CONTAINERS.has(child.nodeName)) out.push(child);
    else if (depth < MAX_NODE_DEPTH) blocksOf(child, depth + 1, out);
  }
  return out;
}

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement('paragraph');
  if (text !== '') element.insert(0, [new Y.XmlText(text)]);
  return element;
}

/** Removes a block, and the containers that hold nothing else. True when it lay in a container. */
function removeBlock(body: Y.XmlFragment, block: Y.XmlElement): boolean {
  let gone = block;
  for (;;) {
    const { parent } = gone;
    if (!(parent instanceof Y.XmlElement)) {
      deleteChild(body, gone);
      return gone !== block;
    }
    if (parent.length > 1 || CELLS.has(parent.nodeName)) {
      if (parent.length > 1) deleteChild(parent, gone);
      else if (!isLeaf(gone)) deleteWithin(gone, 0, lengthOf(gone));
      return true;
    }
    gone = parent;
  }
}

function deleteChild(parent: Y.XmlFragment, child: Y.XmlElement): void {
  const index = parent.toArray().indexOf(child);
  if (index >= 0) parent.delete(index, 1);
}

function transact(body: Y.XmlFragment, change: () => void): void {
  if (body.doc) body.doc.transact(change);
  else change();
}
