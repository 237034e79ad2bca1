/** Words and characters of a document, counted block by block and remembered for as long as a block stays the same. */
import type { Node } from '@tiptap/pm/model';
import { blockText, mentionsIn } from './block-text.ts';
import type { TextCount } from './text-figures.ts';

const PIECE = 2000;

const wordSegments = new Intl.Segmenter(undefined, { granularity: 'word' });
const characterSegments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** No combining marks, no pairs: one unit is one character. */
// oxlint-disable-next-line no-control-regex -- a range of letters, not of control signs
const PLAIN = /^[\u0000-\u02ff\u2010-\u2027]*$/;

const known = new WeakMap<Node, TextCount>();

/** Counts the text between two positions. Yields between pieces; a long block is many of them. */
export function* countText(doc: Node, from: number, to: number): Generator<undefined, TextCount> {
  let [words, characters] = [0, 0];
  for (const { node, position } of textBlocks(doc, from, to)) {
    const start = Math.max(0, from - position - 1);
    const end = Math.min(node.content.size, to - position - 1);
    if (end <= start) continue;
    const isWhole = start === 0 && end === node.content.size;
    let count = isWhole ? known.get(node) : undefined;
    if (count === undefined) {
      const text = blockText(node).slice(start, end);
      count = yield* countPieces(text);
      // the sign that stands for a mention was counted as its "@"
      for (const mention of text.includes('\ufffc') ? mentionsIn(node, start, end) : [])
        count = yield* countPieces(mention.slice(1), count);
      if (isWhole) known.set(node, count);
    }
    words += count.words;
    characters += count.characters;
    yield;
  }
  return { words, characters };
}

function* countPieces(text: string, before?: TextCount): Generator<undefined, TextCount> {
  let { words, characters } = before ?? { words: 0, characters: 0 };
  for (let start = 0; start < text.length; yield) {
    const end = pieceEnd(text, start);
    // what stands for a picture is no character
    const piece = text.slice(start, end).replaceAll('\ufffc', ' ');
    for (const { isWordLike } of wordSegments.segment(piece)) if (isWordLike === true) words++;
    if (PLAIN.test(piece)) characters += piece.length;
    else for (const _ of characterSegments.segment(piece)) characters++;
    start = end;
  }
  return { words, characters };
}

/** After a space where there is one, so that no word is cut. */
function pieceEnd(text: string, start: number): number {
  const limit = start + PIECE;
  if (limit >= text.length) return text.length;
  const space = text.lastIndexOf(' ', limit);
  return space > start ? space + 1 : limit;
}

export interface PlacedBlock {
  readonly node: Node;
  /** Before the block. */
  readonly position: number;
}

/** Blocks of text that touch a range, from its beginning. */
export function textBlocks(doc: Node, from = 0, to = doc.content.size): readonly PlacedBlock[] {
  const blocks: PlacedBlock[] = [];
  doc.nodesBetween(from, to, (node, position) => {
    if (!node.isTextblock) return true;
    blocks.push({ node, position });
    return false;
  });
  return blocks;
}
