/** What a result reads as: pieces of plain text and citations, and what goes into the document. Never markup. */
import type { DoneResult } from './job-list.ts';

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** From 1; names `sources[number - 1]`, which exists. */
  | { readonly kind: 'citation'; readonly number: number };

/** Each line as pieces. `[n]` is a citation only where there is such a source. */
export function linesOf({ text, sources }: DoneResult): readonly (readonly Piece[])[] {
  return text.split('\n').map((line) =>
    line
      .split(/(\[\d{1,3}\])/)
      .filter((part) => part !== '')
      .map((part): Piece => {
        const number = /^\[(\d{1,3})\]$/.exec(part)?.[1];
        const isCitation = number !== undefined && Number(number) >= 1 && Number(number) <= sources.length;
        return isCitation ? { kind: 'citation', number: Number(number) } : { kind: 'text', text: part };
      }),
  );
}

/** Paragraphs to insert: sentences as they stand in the document, answers without their citations. */
export function paragraphsOf(result: DoneResult): readonly string[] {
  const lines =
    result.task === 'key-sentences'
      ? result.sources.map(({ text }) => text)
      : linesOf(result).map((pieces) =>
          pieces.reduce((text, piece) => (piece.kind === 'text' ? text + piece.text : text.trimEnd()), ''),
        );
  return lines.map((line) => line.replaceAll(/\s+/g, ' ').trim()).filter((line) => line !== '');
}
