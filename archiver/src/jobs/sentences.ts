/**
 * The sentences of a document, verbatim, with places that stay right while others go on typing: a place names characters by
 * their identity, so it is known without looking anything up later. Reads the Yjs tree alone and never writes.
 */
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { MAX_NODE_DEPTH } from '@vicinal/shared/room/html.ts';
import type { JobSource } from '@vicinal/shared/room/jobs.ts';
import * as Y from 'yjs';

/** A sentence longer than this, in UTF-16 code units, is cut where it has white space. */
export const MAX_SENTENCE_LENGTH = 2000;

export interface Sentence {
  /** Without white space around it; line breaks inside are kept. */
  readonly text: string;
  readonly kind: 'prose' | 'heading' | 'code';
  /** The sentence as the source of a result. */
  source(): JobSource;
}

/** Every sentence in the order of the document; `undefined` when it has more than `maxLength` UTF-16 code units. */
export function readSentences(content: Y.Doc, maxLength: number): readonly Sentence[] | undefined {
  const reading: Reading = { out: [], left: maxLength };
  readBlock(contentBody(content), 'prose', 0, reading);
  return reading.left < 0 ? undefined : reading.out;
}

interface Reading {
  readonly out: Sentence[];
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
    for (const [from, to] of segment(text)) reading.out.push(sentenceOf(text, from, to, runs, kind));
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

function sentenceOf(text: string, from: number, to: number, runs: readonly Run[], kind: Kind): Sentence {
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

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
/** Words after which a full stop ends no sentence, English and German. */
const ABBREVIATIONS =
  /(?:^|[\s("'„“])(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|cf|No|Fig|approx|z|B|d|h|u|a|z\.\s?B|d\.\s?h|u\.\s?a|bzw|ca|evtl|ggf|inkl|Nr|Abs|Abb|usw|vgl|sog|Hr|Fr|Str|Mio|Mrd|\d{1,2})\.\s*$/u;
const HAS_WORD = /[\p{L}\p{N}]/u;

/** Ranges of the sentences in a block's text, without white space around them. */
export function segment(text: string): readonly (readonly [from: number, to: number])[] {
  const ranges: (readonly [number, number])[] = [];
  let from = 0;
  let to = 0;
  const push = (): void => {
    for (const [start, end] of cut(text, from, to)) {
      const part = text.slice(start, end);
      if (!HAS_WORD.test(part)) continue;
      ranges.push([start + part.length - part.trimStart().length, end - (part.length - part.trimEnd().length)]);
    }
  };
  for (const { segment: part, index } of segmenter.segment(text)) {
    const before = text.slice(Math.max(from, index - 24), index);
    const goesOn = index > from && !before.endsWith('\n') && endsInAbbreviation(before, part);
    if (!goesOn) {
      push();
      from = index;
    }
    to = index + part.length;
  }
  push();
  return ranges;
}

/** A number with a full stop goes on only where a word with a capital letter follows, as in "am 3. Mai". */
const endsInAbbreviation = (before: string, next: string): boolean =>
  ABBREVIATIONS.test(before) && (!/\d\.\s*$/.test(before) || /^\p{Lu}\p{Ll}/u.test(next));

function* cut(text: string, from: number, to: number): Generator<readonly [number, number]> {
  let start = from;
  while (to - start > MAX_SENTENCE_LENGTH) {
    const space = text.lastIndexOf(' ', start + MAX_SENTENCE_LENGTH);
    let end = space > start ? space : start + MAX_SENTENCE_LENGTH;
    if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end--;
    yield [start, end];
    start = end;
  }
  yield [start, to];
}
