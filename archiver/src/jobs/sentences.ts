/**
 * The sentences of a document, verbatim, with places that stay right while others go on typing: a place names characters by
 * their identity, so it is known without looking anything up later. Reads the Yjs tree alone and never writes.
 */
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { MAX_NODE_DEPTH } from '@vicinal/shared/room/html.ts';
import type { JobSource } from '@vicinal/shared/room/jobs.ts';
import * as Y from 'yjs';
import { HAS_WORD, segment } from './segment.ts';
import type { Range } from './segment.ts';

export interface Sentence {
  /** Without white space around it; line breaks inside are kept. */
  readonly text: string;
  readonly kind: 'prose' | 'heading' | 'code';
  /** The sentence as the source of a result. */
  source(): JobSource;
}

/** A stretch of text in which no sentence goes on from the one before; it has a word. */
export interface Block {
  readonly text: string;
  readonly kind: Sentence['kind'];
  readonly runs: readonly Run[];
}

/** Every block with words in the order of the document; `undefined` when there are more than `maxLength` UTF-16 code units. */
export function readBlocks(content: Y.Doc, maxLength: number): readonly Block[] | undefined {
  const reading: Reading = { out: [], left: maxLength };
  readBlock(contentBody(content), 'prose', 0, reading);
  return reading.left < 0 ? undefined : reading.out;
}

/** Every sentence in the order of the document; `undefined` when it has more than `maxLength` UTF-16 code units. */
export function readSentences(content: Y.Doc, maxLength: number): readonly Sentence[] | undefined {
  const blocks = readBlocks(content, maxLength);
  if (blocks === undefined) return undefined;
  const { text, sentenceAt } = joinBlocks(blocks);
  return segment(text).map(sentenceAt);
}

/** One text of all blocks, a line each, and the way back from a range of it that {@link segment} found. */
export function joinBlocks(blocks: readonly Block[]): {
  readonly text: string;
  readonly sentenceAt: (range: Range) => Sentence;
} {
  const starts: number[] = [];
  let length = 0;
  for (const { text } of blocks) {
    starts.push(length);
    length += text.length + 1;
  }
  return {
    text: blocks.map(({ text }) => text).join('\n'),
    sentenceAt: ([from, to]) => {
      const at = lastUpTo(starts, from);
      const [block, start] = [blocks[at], starts[at]];
      if (block === undefined || start === undefined || to - start > block.text.length)
        throw new RangeError('a sentence outside its block');
      return sentenceOf(block, from - start, to - start);
    },
  };
}

/** Index of the last of the ascending `numbers` that is at most `most`; -1 when none is. */
function lastUpTo(numbers: readonly number[], most: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

interface Reading {
  readonly out: Block[];
  /** Code units that may still come; below 0 nothing more is read. */
  left: number;
}

/** Characters `from` up to `to` of a block's text: those of one item, or one item that stands for all of them. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly id: Y.ID;
  readonly isText: boolean;
}
type Kind = Sentence['kind'];

const kindOf = (name: string, outer: Kind): Kind => {
  if (name === 'heading') return 'heading';
  return name === 'codeBlock' ? 'code' : outer;
};

function readBlock(block: Y.XmlFragment, kind: Kind, depth: number, reading: Reading): void {
  let text = '';
  let runs: Run[] = [];
  const add = (part: string, id: Y.ID, isText: boolean): void => {
    reading.left -= part.length;
    if (reading.left < 0) return;
    runs.push({ from: text.length, to: text.length + part.length, id, isText });
    text += part;
  };
  const flush = (): void => {
    if (HAS_WORD.test(text)) reading.out.push({ text, kind, runs });
    text = '';
    runs = [];
  };
  for (const child of itemsOf(block)) {
    const type = child.content instanceof Y.ContentType ? child.content.type : undefined;
    if (type instanceof Y.XmlText) {
      for (const item of itemsOf(type)) {
        if (item.content instanceof Y.ContentString) add(item.content.str, item.id, true);
        else if (item.countable) add(' ', item.id, false);
      }
    } else if (type instanceof Y.XmlElement) {
      const inline = inlineText(type);
      if (inline !== undefined) add(inline, child.id, false);
      else {
        flush();
        if (depth < MAX_NODE_DEPTH) readBlock(type, kindOf(type.nodeName, kind), depth + 1, reading);
      }
    }
  }
  flush();
}

function* itemsOf(type: Y.XmlFragment | Y.XmlText): Generator<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) if (!item.deleted) yield item;
}

/** What a node inside a line reads as; `undefined` for blocks. */
function inlineText(node: Y.XmlElement): string | undefined {
  if (node.nodeName === 'hardBreak') return '\n';
  if (node.nodeName !== 'mention') return undefined;
  const label: unknown = node.getAttribute('label');
  return typeof label === 'string' && label !== '' ? `@${label.slice(0, 80)}` : '@';
}

function sentenceOf({ text, kind, runs }: Block, from: number, to: number): Sentence {
  const verbatim = text.slice(from, to).toWellFormed();
  return {
    text: verbatim,
    kind,
    source: () => ({ text: verbatim, start: placeBefore(runs, from), end: placeAfter(runs, to - 1) }),
  };
}

const placeBefore = (runs: readonly Run[], index: number): string => encodePlace(runs, index, 0);
const placeAfter = (runs: readonly Run[], index: number): string => encodePlace(runs, index, -1);

/** `assoc` -1: right behind the character, so that what is typed after it stays outside. */
function encodePlace(runs: readonly Run[], index: number, assoc: number): string {
  const run = runs.find((one) => index >= one.from && index < one.to);
  if (run === undefined) throw new RangeError('a place outside its block');
  const clock = run.isText ? run.id.clock + index - run.from : run.id.clock;
  const place = new Y.RelativePosition(null, null, Y.createID(run.id.client, clock), assoc);
  return toBase64Url(new Uint8Array(Y.encodeRelativePosition(place)));
}
