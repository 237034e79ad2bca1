/** The sentences of a document that say most, copied verbatim. No model. */
import type { Handler } from '../handler.ts';
import { BUILT_IN } from '../handler.ts';
import { chooseSentences, wordsOf } from '../rank.ts';
import { readSentences } from '../sentences.ts';
import type { Sentence } from '../sentences.ts';

const FEWEST = 3;
const MOST = 7;
/** Sentences of a text from which {@link MOST} are chosen; {@link FEWEST} of a text of ten. */
const LONG_TEXT = 60;
const MAX_LENGTH = 600;
const MIN_WORDS = 3;

const says = ({ text, kind }: Sentence): boolean =>
  kind === 'prose' && text.length <= MAX_LENGTH && new Set(wordsOf(text)).size >= MIN_WORDS;

/** The first of those with the same words. */
function withoutRepeats(sentences: readonly Sentence[]): readonly Sentence[] {
  const seen = new Set<string>();
  return sentences.filter(({ text }) => {
    const words = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    const isFirst = !seen.has(words);
    seen.add(words);
    return isFirst;
  });
}

/** How many of `candidates` sentences are chosen. */
export const countFor = (candidates: number): number =>
  Math.max(FEWEST, Math.min(MOST, Math.round(FEWEST + ((candidates - 10) * (MOST - FEWEST)) / (LONG_TEXT - 10))));

/** `maxTextLength` in UTF-16 code units. */
export const createKeySentences = (limits: { readonly maxTextLength: number }): Handler => {
  return async (content) => {
    const sentences = readSentences(content, limits.maxTextLength);
    if (sentences === undefined) return { kind: 'failed', model: BUILT_IN, code: 'text-too-long' };
    const candidates = withoutRepeats(sentences.filter(says));
    if (candidates.length <= FEWEST) return { kind: 'failed', model: BUILT_IN, code: 'text-too-short' };
    const chosen = chooseSentences(
      candidates.map(({ text }) => text),
      countFor(candidates.length),
    );
    const sources = chosen.flatMap((index) => candidates[index]?.source() ?? []);
    // A line break inside a sentence would look like another one.
    const text = sources.map((source, index) => `${source.text.replace(/\s+/gu, ' ')} [${index + 1}]`).join('\n');
    return { kind: 'done', model: BUILT_IN, text, sources };
  };
};
