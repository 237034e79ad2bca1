/**
 * LexRank (Erkan and Radev, 2004): a sentence counts as much as those it resembles, and more when it says more. Words are weighed by how few sentences
 * hold them, likeness is the cosine, weights come from a fixed number of rounds: equal input gives equal output.
 */
import { STOP_WORDS } from './stop-words.ts';

const DAMPING = 0.85;
const ROUNDS = 40;
/** Likeness below this counts as none. */
const MIN_LIKENESS = 0.05;
/** A sentence as like as this to one chosen before says the same. */
const SAME = 0.6;
/** Sentences compared with each other; of more, those nearest to the whole text. */
const MAX_COMPARED = 1200;

/** A unit vector: word `words[i]`, by its number, weighs `weights[i]`. */
interface Vector {
  readonly words: readonly number[];
  readonly weights: readonly number[];
}
interface Weighed {
  readonly vectors: readonly Vector[];
  /** How many words there are. */
  readonly words: number;
}
const NONE: Vector = { words: [], weights: [] };

/** Words that carry meaning, as compared: lower case, without common endings. */
export const wordsOf = (text: string): readonly string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => word.length > 1 && !STOP_WORDS.has(word))
    .map((word) => (word.length > 5 ? word.replace(/(?:ungen|ung|ing|ies|ern|est|ed|en|er|es|em|s|e|n)$/u, '') : word));

/**
 * Indexes of the `count` sentences that say most, in the order given. `maxPairs` bounds how often a word of one sentence
 * is compared with the same word of another: beyond it the words of the most sentences, which tell least, are left out.
 */
export function chooseSentences(texts: readonly string[], count: number, maxPairs: number): readonly number[] {
  const { vectors, words } = weigh(texts);
  const vectorOf = (index: number): Vector => vectors[index] ?? NONE;
  const compared = nearest(vectors, words, MAX_COMPARED);
  const scores = rank(compared.map(vectorOf), words, maxPairs);
  const order = compared
    .map((index, at) => ({ index, score: (scores[at] ?? 0) * Math.sqrt(vectorOf(index).words.length) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const cosine = createCosine(words);
  const chosen: number[] = [];
  const passedOver: number[] = [];
  for (const { index } of order) {
    if (chosen.length === count) break;
    const isRepetition = chosen.some((other) => cosine(vectorOf(index), vectorOf(other)) >= SAME);
    (isRepetition ? passedOver : chosen).push(index);
  }
  const missing = Math.max(0, count - chosen.length);
  return [...chosen, ...passedOver.slice(0, missing)].sort((a, b) => a - b);
}

/** Unit vectors of tf × idf. */
function weigh(texts: readonly string[]): Weighed {
  const numbers = new Map<string, number>();
  const holders: number[] = [];
  const counted = texts.map((text) => {
    const times = new Map<number, number>();
    for (const word of wordsOf(text)) {
      const number = numbers.get(word) ?? numbers.size;
      numbers.set(word, number);
      times.set(number, (times.get(number) ?? 0) + 1);
    }
    for (const number of times.keys()) holders[number] = (holders[number] ?? 0) + 1;
    return { words: [...times.keys()], times: [...times.values()] };
  });
  const vectors = counted.map(({ words, times }) => {
    const weights = words.map((word, at) => (times[at] ?? 0) * Math.log(1 + texts.length / (holders[word] ?? 1)));
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) || 1;
    return { words, weights: weights.map((weight) => weight / length) };
  });
  return { vectors, words: numbers.size };
}

function createCosine(words: number): (a: Vector, b: Vector) => number {
  const scratch = new Float64Array(words);
  return (a, b) => {
    const [few, many] = a.words.length <= b.words.length ? [a, b] : [b, a];
    for (const [at, word] of many.words.entries()) scratch[word] = many.weights[at] ?? 0;
    const sum = dot(few, scratch);
    for (const word of many.words) scratch[word] = 0;
    return sum;
  };
}

const dot = (vector: Vector, dense: Float64Array): number =>
  vector.words.reduce((sum, word, at) => sum + (vector.weights[at] ?? 0) * (dense[word] ?? 0), 0);

function nearest(vectors: readonly Vector[], words: number, most: number): readonly number[] {
  const all = vectors.map((_, index) => index);
  if (all.length <= most) return all;
  const centre = new Float64Array(words);
  for (const vector of vectors)
    for (const [at, word] of vector.words.entries()) centre[word] = (centre[word] ?? 0) + (vector.weights[at] ?? 0);
  return all
    .map((index) => ({ index, likeness: dot(vectors[index] ?? NONE, centre) }))
    .sort((a, b) => b.likeness - a.likeness || a.index - b.index)
    .slice(0, most)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

function rank(vectors: readonly Vector[], words: number, maxPairs: number): Float64Array {
  const n = vectors.length;
  const rows = likenesses(vectors, words, maxPairs);
  const sums = rows.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  let scores = new Float64Array(n).fill(1 / Math.max(1, n));
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(n).fill((1 - DAMPING) / Math.max(1, n));
    for (const [from, row] of rows.entries()) {
      const share = (DAMPING * (scores[from] ?? 0)) / (sums[from] || 1);
      for (let to = 0; to < n; to++) next[to] = (next[to] ?? 0) + share * (row[to] ?? 0);
    }
    scores = next;
  }
  return scores;
}

/** For each sentence how much each of all resembles it, 0 below {@link MIN_LIKENESS}; through an index of words. */
function likenesses(vectors: readonly Vector[], words: number, maxPairs: number): readonly Float64Array[] {
  const holders = Array.from({ length: words }, (): { readonly at: number[]; readonly weights: number[] } => ({
    at: [],
    weights: [],
  }));
  for (const [at, vector] of vectors.entries()) {
    for (const [i, word] of vector.words.entries()) {
      holders[word]?.at.push(at);
      holders[word]?.weights.push(vector.weights[i] ?? 0);
    }
  }
  const compared = wordsToCompare(
    holders.map(({ at }) => at.length),
    maxPairs,
  );
  return vectors.map((vector, self) => {
    const row = new Float64Array(vectors.length);
    for (const [i, word] of vector.words.entries()) {
      const found = compared.has(word) ? holders[word] : undefined;
      if (found === undefined) continue;
      const weight = vector.weights[i] ?? 0;
      const { at, weights } = found;
      for (let j = 0; j < at.length; j++) {
        const other = at[j] ?? 0;
        row[other] = (row[other] ?? 0) + weight * (weights[j] ?? 0);
      }
    }
    row[self] = 0;
    return row.map((likeness) => (likeness >= MIN_LIKENESS ? likeness : 0));
  });
}

/** Of words that so many sentences hold each, those of the fewest, as long as they make no more pairs of sentences. */
export function wordsToCompare(holders: readonly number[], maxPairs: number): ReadonlySet<number> {
  const compared = new Set<number>();
  let pairs = 0;
  for (const { word, held } of holders.map((held, word) => ({ word, held })).sort((a, b) => a.held - b.held)) {
    pairs += held * held;
    if (pairs > maxPairs) break;
    compared.add(word);
  }
  return compared;
}
