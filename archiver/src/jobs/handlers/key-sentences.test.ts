import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../testing/content-doc.ts';
import { EVALUATION_TEXTS } from '../../testing/key-sentence-texts.ts';
import { DEFAULT_LIMITS } from '../../config.ts';
import { countFor } from '../choose.ts';
import { chooseSentences } from '../rank.ts';
import { createKeySentences } from './key-sentences.ts';

const { maxWordPairs } = DEFAULT_LIMITS;
const keySentences = createKeySentences(DEFAULT_LIMITS);
const run = async (doc: Y.Doc): Promise<readonly string[]> => {
  const outcome = await keySentences(doc, new AbortController().signal, undefined);
  return outcome.kind === 'done' ? outcome.sources.map(({ text }) => text) : [outcome.code];
};

describe('key sentences of the evaluation set', () => {
  test.each(EVALUATION_TEXTS)(
    'JOB-11 $name: verbatim, in order, the same each time',
    async ({ paragraphs, central }) => {
      const chosen = await run(contentOf(paragraphs));
      const whole = paragraphs.join('\n');
      expect(central.length).toBeGreaterThanOrEqual(4);
      expect(chosen.length).toBeGreaterThanOrEqual(3);
      const places = chosen.map((sentence) => whole.indexOf(sentence));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      // The same text by other hands: other client ids, other order of insertion.
      const other = contentOf([]);
      other.clientID = 99;
      Y.applyUpdate(other, Y.encodeStateAsUpdate(contentOf(paragraphs)));
      expect(await run(other)).toEqual(chosen);
    },
  );

  test('JOB-11 at least two thirds of what is chosen carries the text, and in every text the half', async () => {
    const shares: number[] = [];
    for (const { name, paragraphs, central } of EVALUATION_TEXTS) {
      const chosen = await run(contentOf(paragraphs));
      const share = chosen.filter((sentence) => central.includes(sentence)).length / chosen.length;
      expect(share, `${name}: ${chosen.join(' | ')}`).toBeGreaterThanOrEqual(0.5);
      shares.push(share);
    }
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThanOrEqual(2 / 3);
  });
});

describe('key sentences', () => {
  test('JOB-12 three of a short text, seven of a long one, and none where there is nothing to choose', async () => {
    expect([4, 10, 25, 60, 5000].map(countFor)).toEqual([3, 3, 4, 7, 7]);
    expect(await run(contentOf(['The harbour is old. The grain is dry. Ships wait outside.']))).toEqual([
      'text-too-short',
    ]);
    expect(await run(contentOf([]))).toEqual(['text-too-short']);
    expect(await run(contentOf(['let a = 1; let b = 2;'], 'codeBlock'))).toEqual(['text-too-short']);
  });

  test('JOB-12 a sentence that is repeated is chosen once', () => {
    const texts = [
      'Grain fills the harbour warehouses',
      'Grain fills the harbour warehouses',
      'Ships bring grain to town',
      'Town music fills summer evenings',
      'Visitors hear music in town',
    ];
    const chosen = chooseSentences(texts, 3, maxWordPairs).map((index) => texts[index]);
    expect(new Set(chosen).size).toBe(3);
  });

  test('JOB-12 where there is little else, repeats of a sentence are still no further sentences', async () => {
    const repeated = [
      'The tide turns at six in Dover.',
      'the tide turns at six in Dover',
      'The tide turns  at six in Dover!',
    ];
    expect(await run(contentOf([...repeated, ...repeated]))).toEqual(['text-too-short']);
    const chosen = await run(
      contentOf([
        ...repeated,
        'Ships bring grain to town.',
        'Music fills summer evenings.',
        'Visitors admire the old harbour.',
      ]),
    );
    expect(chosen.filter((text) => /tide turns/i.test(text)).length).toBeLessThanOrEqual(1);
  });

  test('JOB-12 a text beyond the limit is said to be too long', async () => {
    const small = createKeySentences({ ...DEFAULT_LIMITS, maxTextLength: 100 });
    const outcome = await small(contentOf(['word '.repeat(100)]), new AbortController().signal, undefined);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'text-too-long' });
  });

  test('JOB-12 three thousand sentences are ranked', () => {
    const words = ['grain', 'harbour', 'ship', 'storm', 'warehouse', 'timber', 'music', 'council', 'water', 'north'];
    const texts = Array.from({ length: 3000 }, (_, i) =>
      [3, 7, 11, 13].map((step) => words[(i * step) % words.length]).join(' '),
    );
    expect(chooseSentences(texts, 7, maxWordPairs)).toHaveLength(7);
  });
});
