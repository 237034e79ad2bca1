/**
 * Recorded editing sessions between two browsers: every recorded edit is one transaction of the writer's editor, as fast
 * as the page takes them; the clock runs from the first until the other browser's editor shows `endContent`. Bytes are
 * those that both pages hand to their data channels meanwhile.
 */
import { join } from 'node:path';
import { readTrace, type TraceStep } from '../../peer/trace.ts';
import type { BenchOptions } from '../bench.ts';
import { type Row, spreadOf } from '../statistics.ts';
import { awaitText, driveEditor, readPageText, readWire } from '../trace-page.ts';
import { type Pair, startOurPair, startTheirPair } from '../trace-pair.ts';

const TRACES = join(import.meta.dirname, '../traces');
const NAMES = ['sveltecomponent', 'rustcode', 'friendsforever_flat', 'clownschool.concurrent'] as const;
const TIMEOUT_MS = 240_000;
const HUMAN_RATE = 10;
const QUICK_STEPS = 1_500;
const HUMAN_STEPS = { quick: 50, full: 300 } as const;

interface Workload {
  readonly name: string;
  readonly steps: readonly TraceStep[];
  readonly endContent: string;
  readonly rate?: number;
}
interface Outcome {
  readonly ms: number;
  readonly bytesPerKeystroke: number;
}
type Side = 'ours' | 'peer';

export async function benchTraceE2e({ rounds, isQuick, say }: BenchOptions): Promise<readonly Row[]> {
  const workloads = await loadWorkloads(isQuick);
  const pairs: Record<Side, Pair> = { ours: await startOurPair(), peer: await startTheirPair() };
  const rows: Row[] = [];
  try {
    for (const workload of workloads) {
      const outcomes: Record<Side, Outcome[]> = { ours: [], peer: [] };
      const failures = { ours: 0, peer: 0 };
      const times = workload.rate === undefined ? rounds : 1;
      for (let round = 1; round <= times; round++) {
        for (const side of ['ours', 'peer'] as const) {
          const label = `trace-e2e, ${workload.name}, round ${round}, ${side}`;
          try {
            const outcome = await measure(pairs[side], workload);
            outcomes[side].push(outcome);
            say(`${label}: ${outcome.ms.toFixed(0)} ms, ${outcome.bytesPerKeystroke.toFixed(1)} bytes a keystroke`);
          } catch (error) {
            failures[side]++;
            say(`${label}: failed, ${String(error)}`);
          }
        }
      }
      if (outcomes.ours.length > 0 && outcomes.peer.length === 0) {
        say(
          `trace-e2e, ${workload.name}: ${failures.peer} of ${times} rounds of the peer failed, and none was finished`,
        );
        continue;
      }
      rows.push(...rowsOf(workload, outcomes, failures, times, pairs.peer.version));
    }
  } finally {
    await pairs.ours.close();
    await pairs.peer.close();
  }
  return rows;
}

async function loadWorkloads(isQuick: boolean): Promise<readonly Workload[]> {
  const workloads: Workload[] = [];
  for (const name of NAMES) {
    const trace = await readTrace(join(TRACES, `${name}.json.gz`));
    if (!trace.ok) throw new Error(trace.error);
    const { steps } = trace.value;
    if (!isQuick) workloads.push({ name, steps, endContent: trace.value.endContent });
    else if (name !== 'rustcode')
      workloads.push(startOf(`${name}, its first ${QUICK_STEPS} edits`, steps.slice(0, QUICK_STEPS)));
    if (name === 'friendsforever_flat') {
      const some = steps.slice(0, isQuick ? HUMAN_STEPS.quick : HUMAN_STEPS.full);
      workloads.push({ ...startOf(`${some.length} keystrokes at ${HUMAN_RATE} a second`, some), rate: HUMAN_RATE });
    }
  }
  return workloads;
}

function startOf(name: string, steps: readonly TraceStep[]): Workload {
  let text = '';
  for (const { patches } of steps)
    for (const [index, deleted, inserted] of patches)
      text = text.slice(0, index) + inserted + text.slice(index + deleted);
  return { name, steps, endContent: text };
}

async function measure(pair: Pair, { steps, endContent, rate }: Workload): Promise<Outcome> {
  await pair.openDocument();
  const bytes = async (): Promise<number> =>
    (await pair.writer.evaluate(readWire)) + (await pair.reader.evaluate(readWire));
  const before = await bytes();
  const arriving = pair.reader.evaluate(awaitText, { wanted: endContent, timeoutMs: TIMEOUT_MS });
  arriving.catch(() => undefined); // awaited below, unless driving fails first
  const startedAt = await pair.writer.evaluate(driveEditor, {
    steps: steps.map(({ patches }) => patches),
    ...(rate === undefined ? {} : { rate }),
  });
  const arrivedAt = await arriving;
  const after = await bytes();
  if ((await pair.reader.evaluate(readPageText)) !== endContent)
    throw new Error('the page shows another text than its editor holds');
  return { ms: arrivedAt - startedAt, bytesPerKeystroke: (after - before) / steps.length };
}

function rowsOf(
  { name, rate }: Workload,
  outcomes: Readonly<Record<Side, readonly Outcome[]>>,
  failures: Row['failures'],
  rounds: number,
  version: string,
): readonly Row[] {
  if (outcomes.ours.length === 0) throw new Error(`trace-e2e, ${name}: none of our rounds was finished`);
  const row = (metric: string, unit: string, read: (outcome: Outcome) => number, goal: string, most: number): Row => {
    const ours = spreadOf(outcomes.ours.map(read));
    const peer = spreadOf(outcomes.peer.map(read));
    const ratio = ours.median / peer.median;
    return {
      id: 'trace-e2e',
      metric: `${name}: ${metric}`,
      unit,
      rounds,
      ours,
      peer: {
        ...peer,
        name: 'y-webrtc',
        version,
        configuration: 'defaults, its own signaling server, no STUN, same editor',
      },
      ratio,
      goal,
      met: failures.ours === 0 && ratio <= most,
      failures,
    };
  };
  const bytes = (goal: string, most: number): Row =>
    row(
      'bytes handed to data channels per keystroke, both directions',
      'bytes',
      (outcome) => outcome.bytesPerKeystroke,
      goal,
      most,
    );
  if (rate !== undefined) return [bytes('reported: signatures cost here', Infinity)];
  return [
    row('first edit → equal text in the other browser', 'ms', (outcome) => outcome.ms, '≤ 0.5× of the peer', 0.5),
    bytes('≤ 0.4× of the peer', 0.4),
  ];
}
