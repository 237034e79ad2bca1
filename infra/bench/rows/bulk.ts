/**
 * The first sync of a large document between two Node processes on one host: from the connection until the last byte of
 * the text is applied. The measure of it is a raw data channel of the same WebRTC package, which verifies and applies
 * nothing; stock y-webrtc is tried beside it. A longer way is a relay of datagrams in user space, the same for both.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createLink, createRoom, setUpOwner } from '@vicinal/signaling/testing/people.ts';
import { ORIGIN, startTestServer, type TestServer } from '@vicinal/signaling/testing/test-server.ts';
import { freePort } from '../../scripts/ports.ts';
import type { BenchOptions } from '../bench.ts';
import type { FromBulkPeer, ToBulkPeer } from '../bulk-peer.ts';
import { type PeerServer, startYWebrtc } from '../peers/servers.ts';
import { type Row, spreadOf } from '../statistics.ts';

const MB = 1024 * 1024;
/** A transfer that takes longer has failed; stock y-webrtc loses large messages in silence. */
const TIMEOUT_MS = { ours: 120_000, raw: 120_000, 'y-webrtc': 15_000 } as const;
const CONTENDERS = ['ours', 'raw', 'y-webrtc'] as const;
type Contender = (typeof CONTENDERS)[number];

/** What is measured: how much over which distance. */
interface Course {
  readonly megabytes: number;
  readonly roundTripMs: number;
}
const COURSES: readonly Course[] = [
  { megabytes: 1, roundTripMs: 0 },
  { megabytes: 16, roundTripMs: 0 },
  { megabytes: 64, roundTripMs: 0 },
  { megabytes: 1, roundTripMs: 20 },
  { megabytes: 16, roundTripMs: 20 },
  { megabytes: 1, roundTripMs: 100 },
  { megabytes: 16, roundTripMs: 100 },
];
const nameOf = ({ megabytes, roundTripMs }: Course): string =>
  roundTripMs === 0 ? `${megabytes} MB` : `${megabytes} MB at ${roundTripMs} ms`;

/** What the two ends are told; a document of its own each time. */
type Telling = (role: 'writer' | 'reader') => ToBulkPeer;

export async function benchBulk({ rounds, isQuick, say }: BenchOptions): Promise<readonly Row[]> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await startTestServer({
    SIGNALING_PORT: String(port),
    PUBLIC_URL: origin,
    ALLOWED_ORIGINS: ORIGIN,
    STUN_PORT: 'off',
  });
  const yWebrtc = await startYWebrtc();
  const rows: Row[] = [];
  try {
    const newLink = await createLinks(server);
    for (const course of isQuick ? COURSES.slice(0, 1) : COURSES) {
      const bytes = course.megabytes * MB;
      const results = new Map<Contender, { values: number[]; failures: number }>();
      for (const contender of CONTENDERS)
        // stock y-webrtc cannot be given a longer way, and it fails on the short one
        if (contender !== 'y-webrtc' || course.roundTripMs === 0) results.set(contender, { values: [], failures: 0 });
      for (let round = 1; round <= Math.min(rounds, 5); round++)
        for (const [contender, result] of results) {
          if (contender === 'y-webrtc' && round > 2) continue; // it fails alike every time
          const telling = await tellingOf(contender, course, origin, newLink, yWebrtc);
          const ms = await transfer(telling, TIMEOUT_MS[contender]);
          if (ms === undefined) result.failures++;
          else result.values.push(bytes / MB / (ms / 1000));
          say(
            `bulk, ${nameOf(course)}, round ${round}, ${contender}: ${ms === undefined ? 'failed' : `${ms.toFixed(0)} ms`}`,
          );
        }
      rows.push(...rowsOf(course, results, yWebrtc, say));
    }
  } finally {
    await yWebrtc.close();
    await server.close();
  }
  return rows;
}

async function createLinks(server: TestServer): Promise<() => Promise<string>> {
  const owner = await setUpOwner(server);
  return async () => {
    const room = await createRoom(server, owner, owner.workspace);
    return (await createLink(server, owner, room, { role: 'editor' })).token;
  };
}

async function tellingOf(
  contender: Contender,
  { megabytes, roundTripMs }: Course,
  origin: string,
  newLink: () => Promise<string>,
  { port }: PeerServer,
): Promise<Telling> {
  const bytes = megabytes * MB;
  if (contender === 'raw') return (role) => ({ kind: 'raw', role, bytes, roundTripMs });
  if (contender === 'y-webrtc') return (role) => ({ kind: 'y-webrtc', role, port, bytes });
  const secret = await newLink();
  return (role) => ({ kind: 'ours', role, origin, secret, bytes, roundTripMs });
}

/** ms of one transfer between two new processes; undefined when it did not end in time. */
async function transfer(telling: Telling, timeoutMs: number): Promise<number | undefined> {
  const script = join(import.meta.dirname, '../bulk-peer.ts');
  const start = (): ChildProcess => fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [writer, reader] = [start(), start()];
  const tell = (child: ChildProcess, message: ToBulkPeer): void => {
    if (child.connected) child.send(message);
  };
  try {
    return await new Promise<number | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), timeoutMs);
      const end = (ms: number | undefined): void => {
        clearTimeout(timer);
        resolve(ms);
      };
      for (const [child, other] of [
        [writer, reader],
        [reader, writer],
      ] as const) {
        child.once('exit', () => end(undefined));
        child.on('message', (message) => {
          const heard = message as FromBulkPeer; // from our own script
          if (heard.kind === 'signal') tell(other, heard);
          else if (heard.kind === 'ready') tell(reader, telling('reader'));
          else end(heard.ms);
        });
      }
      tell(writer, telling('writer'));
    });
  } finally {
    for (const child of [writer, reader]) child.kill('SIGKILL');
  }
}

function rowsOf(
  course: Course,
  results: ReadonlyMap<Contender, { readonly values: readonly number[]; readonly failures: number }>,
  yWebrtc: PeerServer,
  say: (line: string) => void,
): Row[] {
  const of = (contender: Contender) => results.get(contender) ?? { values: [], failures: 0 };
  const [ours, raw, theirs] = [of('ours'), of('raw'), of('y-webrtc')];
  if (ours.values.length === 0) throw new Error(`bulk, ${nameOf(course)}: none of our transfers came to its end`);
  if (raw.values.length === 0) {
    say(`bulk, ${nameOf(course)}: no transfer of the raw channel came to its end`);
    return [];
  }
  const spread = { ours: spreadOf(ours.values), raw: spreadOf(raw.values) };
  const ratio = spread.ours.median / spread.raw.median;
  const isWhole = ours.failures === 0;
  const tries = theirs.failures + theirs.values.length;
  const stock = tries === 0 ? '' : `; ${yWebrtc.name} ${yWebrtc.version} failed ${theirs.failures} of ${tries}`;
  return [
    {
      id: 'bulk',
      metric: `first sync of ${course.megabytes} MB between two processes${course.roundTripMs === 0 ? '' : `, ${course.roundTripMs} ms round trip`}, goodput, higher is better`,
      unit: 'MB/s',
      rounds: ours.values.length + ours.failures,
      ours: spread.ours,
      peer: {
        ...spread.raw,
        name: 'raw data channel',
        version: '@roamhq/wrtc 0.10.0',
        configuration: `64 KiB messages, nothing verified or applied${stock}`,
      },
      ratio,
      goal: '≥ 0.8× of the peer, no failure',
      met: isWhole && ratio >= 0.8,
      failures: { ours: ours.failures, peer: raw.failures },
    },
  ];
}
