import type { Clock } from '@vicinal/shared/clock.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { readText } from '@vicinal/shared/room/text-lines.ts';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Rate } from './arguments.ts';
import { lineChange } from './line-change.ts';
import { replayTrace } from './replay.ts';
import type { Trace } from './trace.ts';

/** Time passes only while somebody waits. */
function createWaitingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    monotonic: () => now,
    after: (delayMs, callback) => {
      queueMicrotask(() => {
        now += delayMs;
        callback();
      });
      return () => undefined;
    },
  };
}

function traceOf(times: readonly number[]): Trace {
  const steps = times.map((at, i) => ({ at, patches: [[i, 0, 'x'] as const] }));
  return { startContent: '', endContent: 'x'.repeat(times.length), steps, writers: 1 };
}

async function replay(trace: Trace, rate: Rate, stopAfter = Infinity) {
  const doc = new Y.Doc();
  const clock = createWaitingClock();
  const stop = new AbortController();
  const at: number[] = [];
  doc.on('update', () => at.push(clock.monotonic()));
  const replayed = await replayTrace({
    doc,
    trace,
    rate,
    clock,
    signal: stop.signal,
    afterTransaction: async () => {
      if (at.length >= stopAfter) stop.abort();
    },
  });
  return { at, replayed, text: readText(contentBody(doc)) };
}

test('PEER-12 as recorded: a second is shared by its transactions, long pauses are cut', async () => {
  const { at, text } = await replay(traceOf([0, 0, 1000, 1000, 1000, 60_000]), 'recorded');
  expect(at).toEqual([0, 500, 1000, 1667, 2333, 3000].map((ms) => expect.closeTo(ms, 0)));
  expect(text).toBe('xxxxxx');
});

test('PEER-12 traces without times go at ten transactions a second', async () => {
  expect((await replay(traceOf([0, 0, 0]), 'recorded')).at).toEqual([0, 100, 200]);
});

test('PEER-12 at a rate, and as fast as possible in few transactions', async () => {
  expect((await replay(traceOf([0, 0, 5000]), 4)).at).toEqual([0, 250, 500]);
  const fast = await replay(traceOf(Array.from({ length: 9000 }, () => 0)), 'max');
  expect(fast.at).toEqual([0, 0, 0]);
  expect(fast.replayed).toEqual({ transactions: 9000, edits: 9000 });
  expect(fast.text).toHaveLength(9000);
});

test('PEER-12 it ends when it is told to, with what was written so far', async () => {
  const { replayed, text } = await replay(traceOf([0, 0, 0, 0]), 10, 2);
  expect(replayed).toEqual({ transactions: 2, edits: 2 });
  expect(text).toBe('xx');
});

test('PEER-21 a change is told by whole lines', () => {
  expect(lineChange(['a', 'b', 'c'], ['a', 'B', 'b2', 'c'])).toEqual({ line: 1, removed: ['b'], added: ['B', 'b2'] });
  expect(lineChange(['a', 'a'], ['a'])).toEqual({ line: 1, removed: ['a'], added: [] });
  expect(lineChange([], ['a'])).toEqual({ line: 0, removed: [], added: ['a'] });
  expect(lineChange(['a'], ['a'])).toBeUndefined();
});
