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

type Vector = ReadonlyMap<string, number>;

/** Words that carry meaning, as compared: lower case, without common endings. */
export const wordsOf = (text: string): readonly string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => word.length > 1 && !STOP_WORDS.has(word))
    .map((word) => (word.length > 5 ? word.replace(/(?:ungen|ung|ing|ies|ern|est|ed|en|er|es|em|s|e|n)$/u, '') : word));

/** Indexes of the `count` sentences that say most, in the order given. */
export function chooseSentences(texts: readonly string[], count: number): readonly number[] {
  const vectors = weigh(texts.map(wordsOf));
  const compared = nearest(vectors, MAX_COMPARED);
  const scores = rank(compared.map((index) => vectors[index] ?? new Map<string, number>()));
  const order = compared
    .map((index, at) => ({ index, score: (scores[at] ?? 0) * Math.sqrt(vectors[index]?.size ?? 0) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const chosen: number[] = [];
  const passedOver: number[] = [];
  for (const { index } of order) {
    if (chosen.length === count) break;
    const isRepetition = chosen.some((other) => cosine(vectors[index], vectors[other]) >= SAME);
    (isRepetition ? passedOver : chosen).push(index);
  }
  const missing = Math.max(0, count - chosen.length);
  return [...chosen, ...passedOver.slice(0, missing)].sort((a, b) => a - b);
}

/** Unit vectors of tf × idf. */
function weigh(sentences: readonly (readonly string[])[]): readonly Vector[] {
  const holders = new Map<string, number>();
  for (const words of sentences) for (const word of new Set(words)) holders.set(word, (holders.get(word) ?? 0) + 1);
  return sentences.map((words) => {
    const vector = new Map<string, number>();
    for (const word of words) vector.set(word, (vector.get(word) ?? 0) + 1);
    for (const [word, times] of vector)
      vector.set(word, times * Math.log(1 + sentences.length / (holders.get(word) ?? 1)));
    return unit(vector);
  });
}

function unit(vector: ReadonlyMap<string, number>): Vector {
  let square = 0;
  for (const weight of vector.values()) square += weight * weight;
  const length = Math.sqrt(square) || 1;
  return new Map([...vector].map(([word, weight]) => [word, weight / length]));
}

function cosine(a: Vector | undefined, b: Vector | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [word, weight] of few) sum += weight * (many.get(word) ?? 0);
  return sum;
}

function nearest(vectors: readonly Vector[], most: number): readonly number[] {
  const all = vectors.map((_, index) => index);
  if (all.length <= most) return all;
  const centre = new Map<string, number>();
  for (const vector of vectors) for (const [word, weight] of vector) centre.set(word, (centre.get(word) ?? 0) + weight);
  return all
    .map((index) => ({ index, likeness: cosine(vectors[index], centre) }))
    .sort((a, b) => b.likeness - a.likeness || a.index - b.index)
    .slice(0, most)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

function rank(vectors: readonly Vector[]): Float64Array {
  const n = vectors.length;
  const rows = likenesses(vectors);
  const sums = rows.map((row) => row.reduce((sum, [, weight]) => sum + weight, 0));
  let scores = new Float64Array(n).fill(1 / Math.max(1, n));
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(n).fill((1 - DAMPING) / Math.max(1, n));
    for (const [from, row] of rows.entries()) {
      const share = (DAMPING * (scores[from] ?? 0)) / (sums[from] || 1);
      for (const [to, weight] of row) next[to] = (next[to] ?? 0) + share * weight;
    }
    scores = next;
  }
  return scores;
}

/** For each sentence those it resembles, through an index of words: most pairs share none. */
function likenesses(vectors: readonly Vector[]): readonly (readonly (readonly [number, number])[])[] {
  const index = new Map<string, (readonly [number, number])[]>();
  for (const [at, vector] of vectors.entries()) {
    for (const [word, weight] of vector) {
      const holders = index.get(word);
      if (holders === undefined) index.set(word, [[at, weight]]);
      else holders.push([at, weight]);
    }
  }
  return vectors.map((vector, at) => {
    const sums = new Map<number, number>();
    for (const [word, weight] of vector)
      for (const [other, otherWeight] of index.get(word) ?? [])
        if (other !== at) sums.set(other, (sums.get(other) ?? 0) + weight * otherWeight);
    return [...sums].filter(([, likeness]) => likeness >= MIN_LIKENESS).sort(([a], [b]) => a - b);
  });
}
