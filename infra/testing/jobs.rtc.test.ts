/** The assistant end to end: a request of a real peer, the archiver as a process, the queue in Postgres, the result at peers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodePeer } from '@vicinal/archiver/testing/node-peer.ts';
import { startNodePeer } from '@vicinal/archiver/testing/node-peer.ts';
import type { ModelProvider } from '@vicinal/archiver/testing/model-provider.ts';
import { startModelProvider } from '@vicinal/archiver/testing/model-provider.ts';
import { fromBase64Url } from '@vicinal/shared/bytes.ts';
import { enrolmentCodeResponseSchema } from '@vicinal/shared/http/api.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { jobRequests, jobResults, parseAssistantPresence, parseResult } from '@vicinal/shared/room/jobs.ts';
import type { AssistantPresence, EntryKey, JobRequest, JobResult } from '@vicinal/shared/room/jobs.ts';
import type { Person } from '@vicinal/signaling/testing/people.ts';
import { createRoom, demand, fetchTokens, issuerOf, setUpOwner } from '@vicinal/signaling/testing/people.ts';
import type { TestServer } from '@vicinal/signaling/testing/test-server.ts';
import { ORIGIN, startTestServer } from '@vicinal/signaling/testing/test-server.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';

const archiverFile = (name: string): string => join(import.meta.dirname, '../../archiver/src', name);
const TEXT =
  `The harbour was rebuilt after the storm of 1953. Ships from the north bring timber and grain to the harbour.
Most of the grain is stored in the old warehouses near the water. The warehouses were built of timber from the north.
In summer the town fills with visitors. They come for the music and leave before the first storm. The town council wants
to keep the warehouses open all year. A report says that the harbour needs deeper water for larger ships. Larger ships
would bring more grain and more visitors. Nobody knows who will pay for the deeper harbour.`.replace(/\n/g, ' ');

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };
let issuer: string;
let dataDir: string;
let port: number;
let archiver: ChildProcess | undefined;
let output = '';
let startedWith = '';
let provider: ModelProvider;

const env = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  DATABASE_URL: server.databaseUrl,
  DATA_DIR: dataDir,
  SIGNALING_URL: server.base,
  PUBLIC_URL: ORIGIN,
  ARCHIVE_PORT: String(port),
  ARCHIVE_IDLE_ROOM_MS: '5000',
  AI_POLL_MS: '200',
  AI_RETRY_MIN_MS: '50',
  AI_BASE_URL: provider.baseUrl,
  AI_MODEL: 'small',
  AI_API_KEY: 'sk-never-logged',
  ...more,
});

const end = (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exited;
};
/** The peer process itself, without the parent that would start it again. One that runs with other settings is replaced. */
async function startArchiver(more: Readonly<Record<string, string>> = {}): Promise<void> {
  const settings = JSON.stringify(more);
  if (archiver?.exitCode === null && archiver.signalCode === null && settings === startedWith) return;
  await stopArchiver();
  startedWith = settings;
  const child = spawn(process.execPath, [archiverFile('child.ts')], { env: env(more) });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  archiver = child;
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${port}/archive/health/ready`).catch(() => undefined))?.json(), {
      timeout: 120_000,
    })
    .toMatchObject({ status: 'ready', checks: { signaling: 'connected' } });
}
async function stopArchiver(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (archiver !== undefined && archiver.exitCode === null && archiver.signalCode === null) await end(archiver, signal);
  archiver = undefined;
}

const open = (person: Person, room: RoomId): Promise<NodePeer> =>
  startNodePeer({
    base: server.base,
    origin: ORIGIN,
    issuer,
    device: person.device,
    room,
    fetchTokens: () => fetchTokens(server, person, [room]),
  });
function write(peer: NodePeer, text: string): void {
  const { ydoc } = peer.replica('content');
  ydoc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(text)]);
    contentBody(ydoc).push([paragraph]);
  });
}
function ask(peer: NodePeer, request: JobRequest): EntryKey {
  const { ydoc } = peer.replica('jobs');
  const key: EntryKey = `${ydoc.clientID}:${Y.getState(ydoc.store, ydoc.clientID)}`;
  jobRequests(ydoc).set(key, request);
  return key;
}
const resultsOf = (peer: NodePeer, request: EntryKey): readonly JobResult[] =>
  [...jobResults(peer.replica('jobs').ydoc).values()]
    .map(parseResult)
    .filter((result) => result?.request === request)
    .filter((result) => result !== undefined);
async function resultOf(peer: NodePeer, request: EntryKey): Promise<JobResult> {
  await expect.poll(() => resultsOf(peer, request).length, { timeout: 120_000 }).toBe(1);
  const [result] = resultsOf(peer, request);
  if (result === undefined) throw new TypeError('there is one');
  return result;
}
const assistantOf = (peer: NodePeer): AssistantPresence | undefined =>
  peer.handle.presence
    .entries()
    .filter(({ role }) => role === 'archiver')
    .map(({ state }) => parseAssistantPresence(state))[0];
const placeOf = (peer: NodePeer, place: string): { index: number; text: string } => {
  const bytes = fromBase64Url(place);
  const { ydoc } = peer.replica('content');
  const found = bytes && Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(bytes), ydoc);
  if (!(found?.type instanceof Y.XmlText)) throw new TypeError('a place in a text');
  return { index: found.index, text: found.type.toJSON() };
};

const PROVIDER = () => ({ name: 'small', host: new URL(provider.baseUrl).host, place: 'network' });
/** Requests at the provider since `from`. */
const calls = (from = 0): number => provider.requests.length - from;

beforeAll(async () => {
  provider = await startModelProvider();
  server = await startTestServer();
  owner = await setUpOwner(server);
  issuer = await issuerOf(server);
  dataDir = mkdtempSync(join(tmpdir(), 'vicinal-jobs-'));
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  port = (probe.address() as { port: number }).port; // listening on TCP
  await new Promise((resolve) => probe.close(resolve));
  const answer = await demand(server, 'POST', `/api/workspaces/${owner.workspace}/archivers/codes`, {
    token: owner.token,
  });
  const { code } = enrolmentCodeResponseSchema.parse(answer.body);
  const enrolling = spawn(process.execPath, [archiverFile('cli.ts'), 'enroll', '--url', server.base, '--code', code], {
    env: env(),
  });
  expect(await new Promise((resolve) => enrolling.once('exit', resolve))).toBe(0);
}, 240_000);
afterAll(async () => {
  await stopArchiver('SIGKILL');
  await provider.close();
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 240_000);

describe('the assistant among peers', () => {
  test('JOB-1 a request is answered by the archiver, and the result is a valid, receipted entry at a peer', async () => {
    await startArchiver();
    const room = await createRoom(server, owner, owner.workspace);
    const peer = await open(owner, room);
    write(peer, TEXT);
    const request = ask(peer, { v: 1, kind: 'ask', task: 'key-sentences' });
    const result = await resultOf(peer, request);
    expect(result).toMatchObject({ kind: 'done', task: 'key-sentences', model: { place: 'built-in' }, attempts: 1 });
    if (result.kind !== 'done') throw new TypeError('it is done');
    expect(result.sources.length).toBeGreaterThanOrEqual(3);
    for (const source of result.sources) {
      expect(TEXT).toContain(source.text);
      const [start, stop] = [placeOf(peer, source.start), placeOf(peer, source.end)];
      expect(start.text.slice(start.index, stop.index)).toBe(source.text);
    }
    await expect
      .poll(() => assistantOf(peer), { timeout: 120_000 })
      .toEqual({ isOn: true, provider: PROVIDER(), running: [] });
    await expect.poll(() => peer.replica('jobs').receipts.snapshot().uncovered, { timeout: 120_000 }).toBe(0);
    await peer.close();
  }, 400_000);

  test('JOB-2 a request made while the archiver was away is answered when it comes back, once', async () => {
    await stopArchiver();
    const room = await createRoom(server, owner, owner.workspace);
    const peer = await open(owner, room);
    write(peer, TEXT);
    const request = ask(peer, { v: 1, kind: 'ask', task: 'key-sentences' });
    await startArchiver();
    expect(await resultOf(peer, request)).toMatchObject({ kind: 'done' });
    // Everybody leaves, and the archiver starts again over what it has: nothing is answered twice.
    await peer.close();
    await stopArchiver();
    await startArchiver();
    const later = await open(owner, room);
    const second = ask(later, { v: 1, kind: 'ask', task: 'key-sentences' });
    await resultOf(later, second);
    expect(resultsOf(later, request)).toHaveLength(1);
    await later.close();
  }, 400_000);

  test('JOB-3 killed while the model answers: the next start tries again, and there is one result', async () => {
    await startArchiver();
    const room = await createRoom(server, owner, owner.workspace);
    const peer = await open(owner, room);
    write(peer, TEXT);
    provider.script({ kind: 'stall', text: 'Half an' }, { kind: 'stream', text: 'All of it [1].' });
    const before = calls();
    const request = ask(peer, { v: 1, kind: 'ask', task: 'summarise' });
    await expect.poll(() => calls(before), { timeout: 120_000 }).toBe(1);
    await expect.poll(() => assistantOf(peer)?.running, { timeout: 120_000 }).toEqual([{ request, state: 'running' }]);
    await stopArchiver('SIGKILL');
    // Nobody is in the room any more: what is queued is reason enough to attend it.
    await peer.close();
    await startArchiver();
    await expect.poll(() => calls(before), { timeout: 120_000 }).toBe(2);
    const later = await open(owner, room);
    expect(await resultOf(later, request)).toMatchObject({
      kind: 'done',
      text: 'All of it [1].',
      model: PROVIDER(),
      attempts: 2,
    });
    await later.close();
  }, 400_000);
});
