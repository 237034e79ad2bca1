/** The sentences of a document that say most, copied verbatim. No model; chosen on a thread, where any text takes its time. */
import { z } from '@vicinal/shared/zod.ts';
import type { ChooseTask } from '../choose-thread.ts';
import type { Handler } from '../handler.ts';
import { BUILT_IN } from '../handler.ts';
import { joinBlocks, readBlocks } from '../sentences.ts';
import { isOutOfMemory, runInThread } from '../thread.ts';

export interface KeySentencesLimits {
  /** UTF-16 code units. */
  readonly maxTextLength: number;
  readonly maxWordPairs: number;
  readonly threadMemoryMib: number;
}

const rangesSchema = z.array(z.tuple([z.int(), z.int()]));

export const createKeySentences = (
  limits: KeySentencesLimits,
  thread = new URL('../choose-thread.ts', import.meta.url),
): Handler => {
  return async (content, signal) => {
    const blocks = readBlocks(content, limits.maxTextLength);
    if (blocks === undefined) return { kind: 'failed', model: BUILT_IN, code: 'text-too-long' };
    const { text, sentenceAt } = joinBlocks(blocks.filter(({ kind }) => kind === 'prose'));
    const data: ChooseTask = { text, maxPairs: limits.maxWordPairs };
    let ranges: z.infer<typeof rangesSchema>;
    try {
      ranges = rangesSchema.parse(await runInThread({ file: thread, data, memoryMib: limits.threadMemoryMib }, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (isOutOfMemory(error)) return { kind: 'failed', model: BUILT_IN, code: 'text-too-long' };
      return { kind: 'retry', model: BUILT_IN, code: 'internal' };
    }
    if (ranges.length === 0) return { kind: 'failed', model: BUILT_IN, code: 'text-too-short' };
    const sources = ranges.map((range) => sentenceAt(range).source());
    // A line break inside a sentence would look like another one.
    const lines = sources.map((source, index) => `${source.text.replace(/\s+/gu, ' ')} [${index + 1}]`);
    return { kind: 'done', model: BUILT_IN, text: lines.join('\n'), sources };
  };
};
