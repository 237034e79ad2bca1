import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../config.ts';
import { contentOf } from '../testing/content-doc.ts';
import { EVALUATION_TEXTS } from '../testing/key-sentence-texts.ts';
import { worstSentences } from '../testing/worst-text.ts';
import { chooseRanges } from './choose.ts';
import { createKeySentences } from './handlers/key-sentences.ts';
import { chooseSentences, wordsToCompare } from './rank.ts';
import { runInThread } from './thread.ts';

const worst = contentOf(worstSentences(1200));
const moduleOf = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const posting = (expression: string): URL =>
  moduleOf(`import { parentPort } from 'node:worker_threads'; parentPort.postMessage(${expression})`);

/** The next thread that is started. */
const nextThread = (): Promise<Worker> => new Promise((resolve) => process.once('worker', resolve));
afterEach(() => void process.removeAllListeners('worker'));

describe('key sentences beside the event loop', () => {
  test('JOB-13 the event loop turns while the worst text is read', async () => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    const outcome = await createKeySentences(DEFAULT_LIMITS)(worst, new AbortController().signal, undefined);
    isOver = true;
    expect(outcome).toMatchObject({ kind: 'done' });
    expect(turns).toBeGreaterThan(100);
  });

  test.each([
    ['over the worst text', undefined],
    ['that would never end', moduleOf('for (;;);')],
  ])('JOB-13 who aborts ends a thread %s', async (_, file) => {
    const started = nextThread();
    const abort = new AbortController();
    const ended = createKeySentences(DEFAULT_LIMITS, file)(worst, abort.signal, undefined).catch(
      (error: unknown) => error,
    );
    const thread = await started;
    await once(thread, 'online');
    expect(thread.threadId).toBeGreaterThan(0);
    abort.abort();
    expect(await ended).toMatchObject({ name: 'AbortError' });
    expect(thread.threadId).toBe(-1);
  });

  test('JOB-13 no thread is started for what was aborted before', async () => {
    const onWorker = vi.fn();
    process.on('worker', onWorker);
    await expect(createKeySentences(DEFAULT_LIMITS)(worst, AbortSignal.abort(), undefined)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(onWorker).not.toHaveBeenCalled();
  });

  test.each([
    ['throws', moduleOf('throw new Error("x")')],
    ['exits', moduleOf('process.exit(3)')],
    ['says nothing', moduleOf('')],
    ['says something else', posting('{ ranges: 1 }')],
    ['cannot be found', new URL('./no-such-thread.ts', import.meta.url)],
  ])('JOB-13 a thread that %s is an attempt that failed', async (_, file) => {
    const outcome = createKeySentences(DEFAULT_LIMITS, file)(worst, new AbortController().signal, undefined);
    expect(await outcome).toEqual({ kind: 'retry', model: { place: 'built-in' }, code: 'internal' });
  });

  test('JOB-13 where its memory is short the text is too long', async () => {
    const greedy = moduleOf('const all = []; for (;;) all.push({ at: all.length });');
    const keySentences = createKeySentences({ ...DEFAULT_LIMITS, threadMemoryMib: 32 }, greedy);
    const outcome = await keySentences(worst, new AbortController().signal, undefined);
    expect(outcome).toEqual({ kind: 'failed', model: { place: 'built-in' }, code: 'text-too-long' });
  });

  test('JOB-13 a thread sees nothing of the environment', async () => {
    expect(Object.keys(process.env)).not.toEqual([]);
    const task = { file: posting('Object.keys(process.env)'), data: undefined, memoryMib: 32 };
    expect(await runInThread(task, new AbortController().signal)).toEqual([]);
  });
});

describe('bounded work', () => {
  test('JOB-14 words of the fewest sentences are compared, up to so many pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { maxLength: 300 }), fc.nat(10_000_000), (holders, maxPairs) => {
        const compared = wordsToCompare(holders, maxPairs);
        const [taken, left] = [true, false].map((isTaken) => holders.filter((_, at) => compared.has(at) === isTaken));
        const pairs = taken?.reduce((sum, held) => sum + held * held, 0) ?? 0;
        expect(pairs).toBeLessThanOrEqual(maxPairs);
        const next = Math.min(...(left ?? []));
        if (left?.length) expect(pairs + next * next).toBeGreaterThan(maxPairs);
        expect(Math.max(0, ...(taken ?? []))).toBeLessThanOrEqual(next);
      }),
    );
  });

  test('JOB-14 the worst text is cut down and still has its sentences, the same each time', () => {
    const sentences = worstSentences(1200);
    const held = sentences.length * 0.7;
    expect(held * held * 200).toBeGreaterThan(DEFAULT_LIMITS.maxWordPairs);
    const chosen = chooseSentences(sentences, 7, DEFAULT_LIMITS.maxWordPairs);
    expect(chosen).toHaveLength(7);
    expect(chooseSentences(sentences, 7, DEFAULT_LIMITS.maxWordPairs)).toEqual(chosen);
  });

  test('JOB-14 of ordinary texts nothing is left out', () => {
    for (const { paragraphs } of EVALUATION_TEXTS) {
      const text = paragraphs.join('\n');
      const ranges = chooseRanges(text, DEFAULT_LIMITS.maxWordPairs);
      expect(ranges.length).toBeGreaterThan(0);
      expect(ranges).toEqual(chooseRanges(text, Number.MAX_SAFE_INTEGER));
    }
  });
});
