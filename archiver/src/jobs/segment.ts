/** Where sentences begin and end, in English and German. */

/** A sentence longer than this, in UTF-16 code units, is cut where it has white space. */
export const MAX_SENTENCE_LENGTH = 2000;

/** UTF-16 code units `from` up to `to`. */
export type Range = readonly [from: number, to: number];

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
/** Words after which a full stop ends no sentence, English and German. */
const ABBREVIATIONS =
  /(?:^|[\s("'„“])(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|cf|No|Fig|approx|z|B|d|h|u|a|z\.\s?B|d\.\s?h|u\.\s?a|bzw|ca|evtl|ggf|inkl|Nr|Abs|Abb|usw|vgl|sog|Hr|Fr|Str|Mio|Mrd|\d{1,2})\.\s*$/u;
export const HAS_WORD = /[\p{L}\p{N}]/u;

/** Ranges of the sentences in a text, without white space around them. None goes on behind a line break. */
export function segment(text: string): readonly Range[] {
  const ranges: Range[] = [];
  let from = 0;
  let to = 0;
  const push = (): void => {
    for (const range of cut(text, trimmed(text, from, to))) {
      if (HAS_WORD.test(text.slice(...range))) ranges.push(trimmed(text, ...range));
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

function trimmed(text: string, from: number, to: number): Range {
  const part = text.slice(from, to);
  return [from + part.length - part.trimStart().length, to - (part.length - part.trimEnd().length)];
}

function* cut(text: string, [from, to]: Range): Generator<Range> {
  let start = from;
  while (to - start > MAX_SENTENCE_LENGTH) {
    const space = text.slice(start, start + MAX_SENTENCE_LENGTH + 1).lastIndexOf(' ');
    let end = start + (space > 0 ? space : MAX_SENTENCE_LENGTH);
    if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end--;
    yield [start, end];
    start = end;
  }
  yield [start, to];
}
