/**
 * Edits on their way to a disk: a headless peer, the archiver in its own process and PostgreSQL with fsync on, against a
 * Hocuspocus server with its database extension on the same PostgreSQL, awaiting its store. Both get the same edits as
 * Yjs transactions in this process; the clock runs until this process hears that the edit is committed.
 */
import { join } from 'node:path';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { editText, readText } from '@vicinal/shared/room/text-lines.ts';
import pg from 'pg';
import * as Y from 'yjs';
import { readTrace, type Trace, type TraceStep } from '../../peer/trace.ts';

import { startStoringServer, type StoringServer } from '../archive-hocuspocus/client.ts';
import { setUpForLinks, startServers } from '../archive-room.ts';
import { openArchivedDocument, type TimedDocument } from '../archived-peer.ts';
import type { BenchOptions } from '../bench.ts';
import { type Row, spreadOf } from '../statistics.ts';

const TRACES = join(import.meta.dirname, '../traces');
const NAMES = ['sveltecomponent', 'rustcode', 'friendsforever_flat', 'clownschool.concurrent'] as const;
/** A fast typist. */
const EDITS_PER_SECOND = 10;
const TIMEOUT_MS = 60_000;
/** As fast as possible: edits between two turns of the event loop. */
const EDITS_PER_TURN = 50;
const TYPED = 'typing, 10 edits/s: edit → known to be on disk';
const WHOLE = 'at full speed: first edit → last one known to be on disk';

interface Contender {
  readonly name: 'ours' | 'default' | 'best';
  open(): Promise<TimedDocument>;
}

type Figures = Map<string, { readonly values: number[]; failures: number }>;

export async function benchTraceArchive({ rounds, isQuick, say }: BenchOptions): Promise<readonly Row[]> {
  const stack = await startServers();
  const servers: StoringServer[] = [];
  try {
    const newLink = await setUpForLinks(stack);
    for (const debounceMs of [undefined, 0]) servers.push(await startStoringServer(stack.databaseUrl, debounceMs));
    const [byDefault, atBest] = servers;
    if (byDefault === undefined || atBest === undefined) throw new TypeError('two servers were started');
    const contenders: readonly Contender[] = [
      { name: 'ours', open: async () => openArchivedDocument(await newLink()) },
      { name: 'default', open: () => openStoredDocument(byDefault, stack.databaseUrl) },
      { name: 'best', open: () => openStoredDocument(atBest, stack.databaseUrl) },
    ];
    const figures: Figures = new Map();
    const record = async (
      metric: string,
      contender: Contender,
      run: () => Promise<readonly number[]>,
    ): Promise<void> => {
      const key = `${metric}/${contender.name}`;
      const entry = figures.get(key) ?? { values: [], failures: 0 };
      figures.set(key, entry);
      try {
        const values = await run();
        entry.values.push(...values);
        say(
          `trace-archive, ${metric}, ${contender.name}: median ${spreadOf(values).median.toFixed(0)} ms of ${values.length}`,
        );
      } catch (error) {
        entry.failures++;
        say(`trace-archive, ${metric}, ${contender.name}: failed, ${String(error)}`);
      }
    };
    const typed = await load('sveltecomponent');
    const edits = isQuick ? 30 : 200;
    for (let round = 1; round <= rounds; round++)
      for (const contender of contenders)
        await record(TYPED, contender, () => typeTrace(contender, { ...typed, steps: typed.steps.slice(0, edits) }));
    const whole = isQuick ? (['sveltecomponent'] as const) : NAMES;
    for (const name of whole) {
      const trace = await load(name);
      // the default server stores every ten seconds at best: nothing at full speed is to be learnt from it
      const both = contenders.filter((contender) => contender.name !== 'default');
      for (let round = 1; round <= (isQuick ? 1 : Math.min(rounds, 5)); round++)
        for (const contender of both) await record(`${name} ${WHOLE}`, contender, () => replayWhole(contender, trace));
    }
    return rowsOf(figures, rounds, byDefault, atBest, whole);
  } finally {
    for (const server of servers) await server.close();
    await stack.close();
  }
}

async function load(name: string): Promise<Trace> {
  const trace = await readTrace(join(TRACES, `${name}.json.gz`));
  if (!trace.ok) throw new Error(trace.error);
  return trace.value;
}

/** Rejects when what is stored is another text than what was written. */
async function typeTrace(contender: Contender, trace: Trace): Promise<readonly number[]> {
  const document = await contender.open();
  try {
    const edit = createEditing(document);
    const startedAt = performance.now();
    for (const [i, step] of trace.steps.entries()) {
      await until(startedAt + (i * 1000) / EDITS_PER_SECOND);
      edit(step);
    }
    await document.allStored();
    await demandEqual(document);
    return document.latencies;
  } finally {
    await document.close();
  }
}

async function replayWhole(contender: Contender, trace: Trace): Promise<readonly number[]> {
  const document = await contender.open();
  try {
    const edit = createEditing(document);
    const startedAt = performance.now();
    for (const [i, step] of trace.steps.entries()) {
      edit(step);
      if (i % EDITS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await document.allStored();
    const ms = performance.now() - startedAt;
    if (readText(contentBody(document.ydoc)) !== trace.endContent) throw new Error('the text differs from endContent');
    await demandEqual(document);
    return [ms];
  } finally {
    await document.close();
  }
}

function createEditing(document: TimedDocument): (step: TraceStep) => void {
  const text = editText(contentBody(document.ydoc));
  return ({ patches }) => {
    document.noteEdit();
    document.ydoc.transact(() => {
      for (const [index, deleted, inserted] of patches) text.replace(index, deleted, inserted);
    });
  };
}

async function demandEqual(document: TimedDocument): Promise<void> {
  const written = readText(contentBody(document.ydoc));
  const rebuilt = await document.rebuild();
  if (rebuilt !== written)
    throw new Error(`the text rebuilt from disk differs: ${rebuilt.length} of ${written.length} characters`);
}

const until = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));

/** A document on a Hocuspocus server; an edit is stored once a committed state holds its struct, or any later one of this client. */
async function openStoredDocument(server: StoringServer, databaseUrl: string): Promise<TimedDocument> {
  const name = crypto.randomUUID();
  const document = await server.connect(name);
  const latencies: number[] = [];
  const waiting: { readonly at: number; clock: number }[] = [];
  let pending: { readonly at: number; clock: number } | undefined;
  document.ydoc.on('update', () => {
    if (pending) pending.clock = Y.getState(document.ydoc.store, document.ydoc.clientID);
  });
  let heard: (() => void) | undefined;
  document.onStored(() => {
    const now = performance.now();
    for (let next = waiting[0]; next && next.clock <= document.storedClock; next = waiting[0]) {
      waiting.shift();
      latencies.push(now - next.at);
    }
    heard?.();
  });
  return {
    ydoc: document.ydoc,
    noteEdit: () => {
      pending = { at: performance.now(), clock: 0 };
      waiting.push(pending);
    },
    latencies,
    allStored: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('not stored within a minute')), TIMEOUT_MS);
        heard = () => {
          if (waiting.length > 0) return;
          clearTimeout(timer);
          resolve();
        };
        heard();
      }),
    async rebuild() {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        const { rows } = await client.query<{ state: Buffer }>(
          'select state from hocuspocus_documents where name = $1',
          [name],
        );
        const rebuilt = new Y.Doc();
        if (rows[0]) Y.applyUpdate(rebuilt, rows[0].state);
        return readText(contentBody(rebuilt));
      } finally {
        await client.end();
      }
    },
    close: async () => document.close(),
  };
}

function rowsOf(
  figures: Figures,
  rounds: number,
  byDefault: StoringServer,
  atBest: StoringServer,
  whole: readonly string[],
): readonly Row[] {
  const row = (
    metric: string,
    side: 'default' | 'best',
    goal: string,
    isMet: (ours: Row['ours'], ratio: number) => boolean,
  ): Row => {
    const ours = figures.get(`${metric}/ours`);
    const peer = figures.get(`${metric}/${side}`);
    if (!ours || !peer) throw new TypeError('every contender was measured');
    const spread = { ours: spreadOf(ours.values), peer: spreadOf(peer.values) };
    const ratio = spread.ours.median / spread.peer.median;
    const server = side === 'default' ? byDefault : atBest;
    return {
      id: 'trace-archive',
      metric,
      unit: 'ms',
      rounds,
      ours: spread.ours,
      peer: {
        ...spread.peer,
        name: 'Hocuspocus + database extension',
        version: server.version,
        configuration: `${side === 'default' ? 'defaults: debounce 2000, maxDebounce 10000' : 'its best: debounce 0'}; same PostgreSQL, fsync ${server.fsync}`,
      },
      ratio,
      goal,
      met: ours.failures === 0 && isMet(spread.ours, ratio),
      failures: { ours: ours.failures, peer: peer.failures },
    };
  };
  const isFast = (ours: Row['ours']): boolean => ours.p95 <= 150 && ours.p99 <= 600;
  return [
    row(TYPED, 'default', 'p95 ≤ 150, p99 ≤ 600, rebuilt text equal', isFast),
    row(TYPED, 'best', 'p95 ≤ 150, p99 ≤ 600, rebuilt text equal', isFast),
    ...whole.map((name) => row(`${name} ${WHOLE}`, 'best', 'rebuilt text equals endContent', () => true)),
  ];
}
