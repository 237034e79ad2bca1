/** Editing traces: recorded histories of plain text, read from a file and brought into one order (infra/bench/traces). */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import { z } from '@vicinal/shared/zod.ts';
import { type ConcurrentStep, linearise } from './linearise.ts';

/** UTF-16 units at `index` replaced. */
export type Patch = readonly [index: number, deleted: number, inserted: string];

export interface TraceStep {
  /** ms since the epoch, as recorded: to a second at best. */
  readonly at: number;
  /** Each applies after the one before. */
  readonly patches: readonly Patch[];
}

export interface Trace {
  readonly startContent: string;
  readonly endContent: string;
  /** Each applies to what the one before left. */
  readonly steps: readonly TraceStep[];
  /** Recorded as edits at the same time by this many writers, and brought into one order; 1 when it was sequential. */
  readonly writers: number;
}

/** Of the unpacked file. */
const MAX_TRACE_BYTES = 512 * 1024 * 1024;

const natural = z.int().check(z.minimum(0));
const patch = z.tuple([natural, natural, z.string()], z.unknown());
const step = { time: z.string(), patches: z.array(patch) };
const sequentialSchema = z.object({
  startContent: z.string(),
  endContent: z.string(),
  txns: z.array(z.object(step)),
});
const concurrentSchema = z.object({
  kind: z.literal('concurrent'),
  endContent: z.string(),
  numAgents: natural,
  txns: z.array(z.object({ ...step, agent: natural, parents: z.array(natural) })),
});

/** A gzipped or plain trace file. The error says in one line what is wrong with it. */
export async function readTrace(path: string): Promise<Result<Trace, string>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b)
      bytes = await promisify(gunzip)(bytes, { maxOutputLength: MAX_TRACE_BYTES });
  } catch (error) {
    return err(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return err(`${path} holds no JSON`);
  }
  const trace = parseTrace(json);
  return trace.ok ? trace : err(`${path} is no editing trace: ${trace.error}`);
}

/** Both formats; a concurrent trace is brought into one order that ends in its `endContent`. */
export function parseTrace(json: unknown): Result<Trace, string> {
  const concurrent = concurrentSchema.safeParse(json);
  if (concurrent.success) {
    const { endContent, txns, numAgents } = concurrent.data;
    const steps = linearise(
      txns.map(({ agent, parents, time, patches }): ConcurrentStep => ({
        writer: agent,
        parents,
        at: timeOf(time),
        patches: patches.map(patchOf),
      })),
    );
    return steps.ok ? check({ startContent: '', endContent, steps: steps.value, writers: numAgents }) : steps;
  }
  const sequential = sequentialSchema.safeParse(json);
  if (!sequential.success) return err('neither a sequential nor a concurrent one');
  const { startContent, endContent, txns } = sequential.data;
  const steps = txns.map(({ time, patches }) => ({ at: timeOf(time), patches: patches.map(patchOf) }));
  return check({ startContent, endContent, steps, writers: 1 });
}

const patchOf = ([index, deleted, inserted]: readonly [number, number, string, ...unknown[]]): Patch => [
  index,
  deleted,
  inserted,
];

/** Traces without times say 1970 or nothing. */
const timeOf = (time: string): number => {
  const at = Date.parse(time);
  return Number.isNaN(at) ? 0 : at;
};

/** Positions count code points: they are UTF-16 units as long as no character needs two. */
function check(trace: Trace): Result<Trace, string> {
  if (/[\ud800-\udfff]/.test(trace.startContent)) return err('characters beyond U+FFFF are not supported');
  let { length } = trace.startContent;
  for (const [i, { patches }] of trace.steps.entries()) {
    for (const [index, deleted, inserted] of patches) {
      if (/[\ud800-\udfff]/.test(inserted)) return err('characters beyond U+FFFF are not supported');
      if (index + deleted > length) return err(`transaction ${i} edits outside the text`);
      length += inserted.length - deleted;
    }
  }
  return length === trace.endContent.length ? ok(trace) : err('its edits do not end in its endContent');
}
