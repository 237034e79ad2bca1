/** The text that takes key sentences longest: every sentence shares most of its words with every other. */
import { seededRandom } from '@vicinal/shared/testing/seeded-device.ts';

const WORDS = 200;
const PER_SENTENCE = 148;

/** Sentences of 148 of the same 200 words of three letters, all different. */
export function worstSentences(count: number): readonly string[] {
  const words = Array.from(
    { length: WORDS },
    (_, i) =>
      `${'bcdfghjklm'.charAt(i % 10)}${'aeiou'.charAt(Math.floor(i / 10) % 5)}${'npqr'.charAt(Math.floor(i / 50))}`,
  );
  const random = seededRandom('worst');
  return Array.from({ length: count }, () =>
    words
      .map((word) => ({ word, at: random.fraction() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, PER_SENTENCE)
      .map(({ word }) => word)
      .join(' '),
  );
}
