/** The text of one text block: runs of Y.XmlText and inline nodes, which are read as text and removed whole. */
import * as Y from 'yjs';

const MAX_LABEL = 200;
const OBJECT = '\uFFFC';

interface Piece {
  readonly node: Y.XmlText | Y.XmlElement;
  /** Index among the children of the block. */
  readonly child: number;
  readonly start: number;
  readonly length: number;
}

/** What becomes of content that moves to another block. */
export type Moved = Delta | Y.XmlElement;
type Delta = readonly { readonly insert: string | object; readonly attributes?: Record<string, unknown> }[];

// Y.Text promises an array of { insert, attributes? } from toDelta
const deltaOf = (text: Y.XmlText): Delta => text.toDelta() as Delta;

/** The text of a block. */
export function textOf(block: Y.XmlElement): string {
  let out = '';
  for (const child of block.toArray()) {
    if (child instanceof Y.XmlText) {
      for (const { insert } of deltaOf(child)) out += typeof insert === 'string' ? insert : OBJECT;
    } else if (child instanceof Y.XmlElement) out += inlineText(child);
  }
  return out;
}

export const lengthOf = (block: Y.XmlElement): number => piecesOf(block).reduce((sum, { length }) => sum + length, 0);

/** Breaks are line breaks, mentions the name they carry; an unknown node is what its children say. */
function inlineText(node: Y.XmlElement): string {
  if (node.nodeName === 'hardBreak') return '\n';
  if (node.nodeName !== 'mention') return OBJECT;
  const label: unknown = node.getAttribute('label');
  return typeof label === 'string' && label !== '' ? `@${label.slice(0, MAX_LABEL).replaceAll('\n', ' ')}` : OBJECT;
}

function piecesOf(block: Y.XmlElement): readonly Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const [child, node] of block.toArray().entries()) {
    if (!(node instanceof Y.XmlText || node instanceof Y.XmlElement)) continue;
    const length = node instanceof Y.XmlText ? node.length : inlineText(node).length;
    pieces.push({ node, child, start, length });
    start += length;
  }
  return pieces;
}

/** Inserts at `offset`, with the marks that stand there. Inside an inline node: before it. */
export function insertWithin(block: Y.XmlElement, offset: number, text: string): void {
  if (text === '') return;
  const pieces = piecesOf(block);
  // the earliest text that reaches the place, so that typing goes on where it began
  const run = pieces.find(
    ({ node, start, length }) => node instanceof Y.XmlText && start <= offset && offset <= start + length,
  );
  if (run?.node instanceof Y.XmlText) {
    run.node.insert(offset - run.start, text);
    return;
  }
  const next = pieces.find(({ start, length }) => offset < start + length || offset <= start);
  block.insert(next?.child ?? block.length, [new Y.XmlText(text)]);
}

/** Deletes a range, inline nodes that it touches whole. */
export function deleteWithin(block: Y.XmlElement, offset: number, length: number): void {
  for (const { node, child, start, length: size } of piecesOf(block).toReversed()) {
    const from = Math.max(offset, start);
    const to = Math.min(offset + length, start + size);
    if (to <= from) continue;
    if (node instanceof Y.XmlText) node.delete(from - start, to - from);
    else block.delete(child, 1);
  }
}

/** Takes everything from `offset` on out of the block. */
export function takeFrom(block: Y.XmlElement, offset: number): readonly Moved[] {
  const moved: Moved[] = [];
  let end = offset;
  for (const { node, start, length } of piecesOf(block)) {
    end = start + length;
    if (end <= offset) continue;
    if (node instanceof Y.XmlElement) moved.push(node.clone());
    else moved.push(sliceDelta(deltaOf(node), Math.max(0, offset - start)));
  }
  if (end > offset) deleteWithin(block, offset, end - offset);
  return moved;
}

/** Adds what was taken elsewhere at the end of the block. */
export function pushContent(block: Y.XmlElement, content: readonly Moved[]): void {
  for (const part of content) {
    if (part instanceof Y.XmlElement) {
      block.push([part]);
      continue;
    }
    const last = block.length > 0 ? block.get(block.length - 1) : undefined;
    if (last instanceof Y.XmlText) {
      last.applyDelta([...(last.length > 0 ? [{ retain: last.length }] : []), ...part]);
      continue;
    }
    const text = new Y.XmlText();
    text.applyDelta([...part]);
    block.push([text]);
  }
}

function sliceDelta(delta: Delta, from: number): Delta {
  const out: { insert: string | object; attributes?: Record<string, unknown> }[] = [];
  let start = 0;
  for (const { insert, attributes } of delta) {
    const length = typeof insert === 'string' ? insert.length : 1;
    const rest = typeof insert === 'string' ? insert.slice(Math.max(0, from - start)) : start >= from ? insert : '';
    if (rest !== '') out.push({ insert: rest, ...(attributes === undefined ? {} : { attributes }) });
    start += length;
  }
  return out;
}
