/** Which sentences of a text say most. */
import { chooseSentences, wordsOf } from './rank.ts';
import { segment } from './segment.ts';
import type { Range } from './segment.ts';

const FEWEST = 3;
const MOST = 7;
/** Sentences of a text from which {@link MOST} are chosen; {@link FEWEST} of a text of ten. */
const LONG_TEXT = 60;
const MAX_LENGTH = 600;
const MIN_WORDS = 3;

const says = (text: string): boolean => text.length <= MAX_LENGTH && new Set(wordsOf(text)).size >= MIN_WORDS;

/** How many of `candidates` sentences are chosen. */
export const countFor = (candidates: number): number =>
  Math.max(FEWEST, Math.min(MOST, Math.round(FEWEST + ((candidates - 10) * (MOST - FEWEST)) / (LONG_TEXT - 10))));

/** Three to seven ranges in the order of `text`, none in the words of another; none where there is nothing to choose. */
export function chooseRanges(text: string, maxPairs: number): readonly Range[] {
  const seen = new Set<string>();
  const candidates: { readonly range: Range; readonly sentence: string }[] = [];
  for (const range of segment(text)) {
    const sentence = text.slice(...range).toWellFormed();
    if (!says(sentence)) continue;
    const words = sentence
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    if (!seen.has(words)) candidates.push({ range, sentence });
    seen.add(words);
  }
  if (candidates.length <= FEWEST) return [];
  const chosen = chooseSentences(
    candidates.map(({ sentence }) => sentence),
    countFor(candidates.length),
    maxPairs,
  );
  return chosen.flatMap((index) => (candidates[index] ? [candidates[index].range] : []));
}
