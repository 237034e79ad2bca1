import { expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { logSamples } from '../testing/log-samples.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import { createStoreWriter } from './store-writer.ts';
import type { LogBatch } from './types.ts';

const logger: Logger = { debug: none, info: none, warn: none, error: none, child: () => logger };
function none(): void {
  // nobody reads it
}

async function setUp(clock: Clock, gatherMs: number) {
  const { header, entry } = await logSamples();
  const store = createMemoryStore();
  const { room, doc, gen } = header;
  const written: LogBatch[] = [];
  const writer = createStoreWriter({
    ...{ address: { room, doc, gen }, store, clock, logger, gatherMs },
    retryMs: 1000,
    onStored: (batch) => void written.push(batch),
    onFailed: none,
  });
  return { writer, written, store, entry, batch: { headers: [header], entries: [entry] } satisfies LogBatch };
}

it('LOG-86 what is handed over within the gathering time is written as one, when it has passed', async () => {
  const clock = createVirtualClock();
  const { writer, written, batch, entry } = await setUp(clock, 8);
  const first = writer.append(batch);
  clock.advance(7);
  const second = writer.append({ headers: [], entries: [{ ...entry, seq: 2 }] });
  expect(written).toEqual([]);
  expect(writer.queued).toBe(2);
  expect(writer.pending().entries).toHaveLength(2);
  clock.advance(1);
  await Promise.all([first, second]);
  expect(written.map(({ entries }) => entries.map(({ seq }) => seq))).toEqual([[1, 2]]);
  expect(clock.pending).toBe(0);
});

it('LOG-86 a flush writes at once what is being gathered, and closing leaves no timer', async () => {
  const clock = createVirtualClock();
  const { writer, written, batch, entry } = await setUp(clock, 8);
  void writer.append(batch);
  await writer.flush();
  expect(written).toHaveLength(1);
  expect(clock.pending).toBe(0);
  void writer.append({ headers: [], entries: [{ ...entry, seq: 2 }] });
  writer.close();
  expect(clock.pending).toBe(0);
});
