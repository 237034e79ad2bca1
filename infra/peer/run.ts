/** One run of the peer: joins, does what was asked for, waits until that is safe, leaves. */
import { AppError, textOf } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { contentBody, CONTENT_SCHEMA, contentSchema } from '@vicinal/shared/room/documents.ts';
import { appendLines, clearBody, readLines, readText } from '@vicinal/shared/room/text-lines.ts';
import { may } from '@vicinal/shared/roles.ts';
import type { Mode, PeerArguments } from './arguments.ts';
import { EXIT, PeerFailure } from './exit.ts';
import { joinAsGuest, type Guest } from './guest.ts';
import { lineChange } from './line-change.ts';
import { openPeerRoom, type PeerRoom } from './peer-room.ts';
import { replayTrace, type Replayed } from './replay.ts';
import type { Report, Timings } from './report.ts';
import { readTrace, type Trace } from './trace.ts';

/** Changes that arrive within this time are shown as one. */
const WATCH_DELAY_MS = 100;
/** How long a run that was interrupted still waits for an acknowledgement of what it wrote. */
const INTERRUPTED_TIMEOUT_MS = 3_000;

export interface RunOptions {
  readonly arguments: PeerArguments;
  /** ms of `clock` at which the process began. */
  readonly startedAt: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** One line of what the run shows: text, changes. */
  readonly print: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly exit: number;
  readonly report: Report;
  /** What went wrong although the run came to its end. */
  readonly problem?: string;
}

const isWriting = (mode: Mode): boolean => mode.kind === 'append' || mode.kind === 'clear' || mode.kind === 'replay';

/** Throws {@link PeerFailure} when the run cannot come to its end. */
export async function runPeer(options: RunOptions): Promise<RunResult> {
  const { link, name, mode, timeoutMs, dataDir } = options.arguments;
  const trace = mode.kind === 'replay' ? await loadTrace(mode.path) : undefined;
  const timings: Timings = {};
  const since = (): number => options.clock.monotonic() - options.startedAt;
  const guest = await joinAsGuest({ link, name, dataDir, clock: options.clock });
  timings.joinedMs = since();
  // said before anything is tried: a viewer's peers would refuse it all, and this one too
  if (isWriting(mode) && !may(guest.role, 'write:content'))
    throw new PeerFailure(EXIT.readOnly, `This link gives the role ${guest.role}, which may only read.`);
  const room = await openPeerRoom({
    guest,
    origin: link.origin,
    dataDir,
    clock: options.clock,
    random: options.random,
    logger: options.logger,
    signal: options.signal,
  });
  try {
    room.handle.presence.set({});
    await untilLinked(room, timeoutMs, options.signal);
    if (room.handle.peers().length > 0) timings.connectedMs = since();
    await room.caughtUp(Math.max(0, timeoutMs - (since() - timings.joinedMs)));
    timings.caughtUpMs = since();
    return await perform(options, { room, guest, trace, timings, since });
  } catch (error) {
    throw asFailure(error);
  } finally {
    await room.close();
  }
}

const untilLinked = async (room: PeerRoom, timeoutMs: number, signal: AbortSignal): Promise<void> =>
  void (await room.until(() => room.handle.peers().length > 0 || signal.aborted, timeoutMs));

async function loadTrace(path: string): Promise<Trace> {
  const trace = await readTrace(path);
  if (!trace.ok) throw new PeerFailure(EXIT.usage, trace.error);
  return trace.value;
}

interface Joined {
  readonly room: PeerRoom;
  readonly guest: Guest;
  readonly trace: Trace | undefined;
  readonly timings: Timings;
  readonly since: () => number;
}

async function perform(options: RunOptions, joined: Joined): Promise<RunResult> {
  const { mode, timeoutMs } = options.arguments;
  const { room, timings, since, trace } = joined;
  const content = room.replica('content');
  const body = contentBody(content.ydoc);
  let replayed: Replayed | undefined;
  if (isWriting(mode) && contentSchema(room.replica('meta').ydoc) > CONTENT_SCHEMA)
    throw new PeerFailure(EXIT.readOnly, 'This document was written by a newer version: update this one first.');
  let entries = 0;
  const offEntries = content.on('applied', (batch, source) => {
    if (source.kind === 'local' || (source.kind === 'peer' && source.peer === room.mesh.peerId))
      entries += batch.entries.length;
  });
  if (mode.kind === 'append') appendLines(body, mode.text.split('\n'));
  if (mode.kind === 'clear') clearBody(body);
  if (mode.kind === 'watch') await watch(options, room);
  if (mode.kind === 'replay' && trace) replayed = await replay(options, room, trace, mode.rate);
  await content.flush();
  timings.doneMs = since();
  const isInterrupted = mode.kind !== 'watch' && options.signal.aborted;
  // a document that was empty already is cleared without an edit, and nothing has to be acknowledged
  const level =
    isWriting(mode) && entries > 0
      ? await room.acknowledged(isInterrupted ? INTERRUPTED_TIMEOUT_MS : timeoutMs)
      : undefined;
  if (level !== undefined && level !== 'none') timings.acknowledgedMs = since();
  offEntries();
  const text = readText(body);
  const peers = room.handle.peers();
  const archivers = peers.filter((peer) => peer.isArchiver).length;
  const report: Report = {
    mode: mode.kind,
    room: joined.guest.room,
    user: joined.guest.user,
    device: joined.guest.signer.deviceId,
    role: joined.guest.role,
    lines: readLines(body).length,
    characters: text.length,
    peers: peers.length - archivers,
    archivers,
    ...replayed,
    ...(isWriting(mode) ? { entries } : {}),
    ...(level === undefined ? {} : { level }),
    ...(trace === undefined ? {} : { equalsEndContent: text === trace.endContent }),
    digest: room.digest(),
    timings,
    ...(mode.kind === 'read' ? { text } : {}),
  };
  if (isInterrupted) return { exit: EXIT.interrupted, report, problem: 'Interrupted.' };
  if (level === 'none' || (level === 'replicated' && archivers > 0))
    return {
      exit: EXIT.unacknowledged,
      report,
      problem:
        level === 'none'
          ? 'Nobody acknowledged what was written in time.'
          : 'Another device has what was written; the archive did not acknowledge it in time.',
    };
  if (report.equalsEndContent === false)
    return {
      exit: EXIT.otherText,
      report,
      problem: 'The text is not what the trace ends in: somebody else wrote meanwhile.',
    };
  return { exit: EXIT.done, report };
}

async function replay(
  options: RunOptions,
  room: PeerRoom,
  trace: Trace,
  rate: Extract<Mode, { kind: 'replay' }>['rate'],
): Promise<Replayed> {
  if (readText(contentBody(room.replica('content').ydoc)) !== trace.startContent)
    throw new PeerFailure(EXIT.readOnly, 'The trace starts from another text than the document has: --clear it first.');
  const scribe = await room.openScribe();
  try {
    const replayed = await replayTrace({
      doc: scribe.replica.ydoc,
      trace,
      rate,
      clock: options.clock,
      signal: options.signal,
      afterTransaction: async () => {
        if (rate === 'max') await scribe.handOver();
        await room.until(() => true, 0);
      },
    });
    await scribe.handOver();
    return replayed;
  } finally {
    await scribe.close();
  }
}

async function watch(options: RunOptions, room: PeerRoom): Promise<void> {
  const { clock, print, signal } = options;
  const { isJson } = options.arguments;
  const content = room.replica('content');
  const read = (): readonly string[] => readLines(contentBody(content.ydoc));
  let shown = read();
  if (isJson) print(JSON.stringify({ event: 'text', at: clock.now(), lines: shown, digest: room.digest() }));
  else for (const line of shown) print(line);
  let cancel: (() => void) | undefined;
  const show = (): void => {
    cancel = undefined;
    const lines = read();
    const change = lineChange(shown, lines);
    shown = lines;
    if (change === undefined) return;
    if (isJson) print(JSON.stringify({ event: 'change', at: clock.now(), ...change, digest: room.digest() }));
    else {
      print(`@ line ${change.line + 1}, ${new Date(clock.now()).toISOString()}`);
      for (const line of change.removed) print(`- ${line}`);
      for (const line of change.added) print(`+ ${line}`);
    }
  };
  const off = content.on('applied', () => void (cancel ??= clock.after(WATCH_DELAY_MS, show)));
  try {
    await room.until(() => signal.aborted, Infinity);
  } finally {
    off();
    cancel?.();
    show();
  }
}

function asFailure(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const exit = error.code === 'forbidden' ? EXIT.readOnly : EXIT.failed;
  return new PeerFailure(exit, textOf(error.code), { cause: error });
}
