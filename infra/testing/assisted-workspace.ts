/** A workspace whose archiver is a process of its own, with a model provider on this machine, and what peers do there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelProvider, startModelProvider } from '@vicinal/archiver/testing/model-provider.ts';
import { type NodePeer, startNodePeer } from '@vicinal/archiver/testing/node-peer.ts';
import { enrolmentCodeResponseSchema } from '@vicinal/shared/http/api.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import {
  type AssistantPresence,
  type EntryKey,
  jobRequests,
  jobResults,
  type JobModel,
  type JobRequest,
  type JobResult,
  parseAssistantPresence,
  parseResult,
} from '@vicinal/shared/room/jobs.ts';
import {
  createRoom,
  demand,
  fetchTokens,
  issuerOf,
  type Person,
  setUpOwner,
} from '@vicinal/signaling/testing/people.ts';
import { ORIGIN, startTestServer, type TestServer } from '@vicinal/signaling/testing/test-server.ts';
import { expect } from 'vitest';
import * as Y from 'yjs';
import { freePort } from '../scripts/ports.ts';

const archiverFile = (name: string): string => join(import.meta.dirname, '../../archiver/src', name);

/** Nothing waited for takes longer, on a busy machine. */
export const WITHIN = { timeout: 60_000 } as const;
/** `AI_API_KEY` of the archiver. */
export const MODEL_KEY = 'sk-never-logged';
export const HARBOUR =
  `The harbour was rebuilt after the storm of 1953. Ships from the north bring timber and grain to the harbour.
Most of the grain is stored in the old warehouses near the water. The warehouses were built of timber from the north.
In summer the town fills with visitors. They come for the music and leave before the first storm. The town council wants
to keep the warehouses open all year. A report says that the harbour needs deeper water for larger ships. Larger ships
would bring more grain and more visitors. Nobody knows who will pay for the deeper harbour.`.replace(/\n/g, ' ');

type PeerChanges = Pick<Parameters<typeof startNodePeer>[0], 'modified'>;

export interface AssistedWorkspace {
  readonly server: TestServer;
  readonly owner: Person & { readonly workspace: WorkspaceId };
  readonly provider: ModelProvider;
  /** As the archiver names the provider. */
  readonly model: JobModel;
  /** Everything the archiver printed, in all its lives. */
  readonly printed: string;
  /**
   * The peer process itself, without the parent that would start it again; resolves when it is ready. One that runs
   * already stays, unless its settings differ.
   */
  start(settings?: Readonly<Record<string, string>>): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  open(person: Person, room: RoomId, changes?: PeerChanges): Promise<NodePeer>;
  /** The owner in a new room that holds {@link HARBOUR}. */
  openHarbour(): Promise<{ readonly room: RoomId; readonly peer: NodePeer }>;
  close(): Promise<void>;
}

export async function startAssistedWorkspace(): Promise<AssistedWorkspace> {
  const provider = await startModelProvider();
  const server = await startTestServer();
  const owner = await setUpOwner(server);
  const issuer = await issuerOf(server);
  const dataDir = mkdtempSync(join(tmpdir(), 'vicinal-jobs-'));
  const port = await freePort();
  let archiver: ChildProcess | undefined;
  let startedWith = '';
  let printed = '';

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
    AI_API_KEY: MODEL_KEY,
    ...more,
  });
  const isRunning = (): boolean => archiver?.exitCode === null && archiver.signalCode === null;
  const readiness = async (): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${port}/archive/health/ready`).catch(() => undefined))?.json();
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const child = archiver;
    if (child && isRunning()) {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await exited;
    }
    archiver = undefined;
  };
  const open: AssistedWorkspace['open'] = (person, room, changes) =>
    startNodePeer({
      base: server.base,
      origin: ORIGIN,
      issuer,
      device: person.device,
      room,
      fetchTokens: () => fetchTokens(server, person, [room]),
      ...changes,
    });

  const path = `/api/workspaces/${owner.workspace}/archivers/codes`;
  const { code } = enrolmentCodeResponseSchema.parse((await demand(server, 'POST', path, { token: owner.token })).body);
  const args = [archiverFile('cli.ts'), 'enroll', '--url', server.base, '--code', code];
  const enrolling = spawn(process.execPath, args, { env: env(), stdio: 'ignore' });
  expect(await new Promise((resolve) => enrolling.once('exit', resolve))).toBe(0);

  return {
    server,
    owner,
    provider,
    model: { name: 'small', host: new URL(provider.baseUrl).host, place: 'network' },
    get printed() {
      return printed;
    },
    async start(settings = {}) {
      const wanted = JSON.stringify(settings);
      if (isRunning() && wanted === startedWith) return;
      await stop();
      startedWith = wanted;
      const child = spawn(process.execPath, [archiverFile('child.ts')], { env: env(settings) });
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      archiver = child;
      await expect.poll(readiness, WITHIN).toMatchObject({ status: 'ready', checks: { signaling: 'connected' } });
    },
    stop,
    open,
    async openHarbour() {
      const room = await createRoom(server, owner, owner.workspace);
      const peer = await open(owner, room);
      write(peer, HARBOUR);
      return { room, peer };
    },
    async close() {
      await stop('SIGKILL');
      await provider.close();
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** One more paragraph. */
export function write(peer: NodePeer, text: string): void {
  const { ydoc } = peer.replica('content');
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  contentBody(ydoc).push([paragraph]);
}

export function ask(peer: NodePeer, request: JobRequest): EntryKey {
  const { ydoc } = peer.replica('jobs');
  const key: EntryKey = `${ydoc.clientID}:${Y.getState(ydoc.store, ydoc.clientID)}`;
  jobRequests(ydoc).set(key, request);
  return key;
}

/** A summary by the workspace's provider, agreed to. */
export const askSummary = (peer: NodePeer, { provider }: Pick<AssistedWorkspace, 'provider'>): EntryKey =>
  ask(peer, {
    v: 1,
    kind: 'ask',
    task: 'summarise',
    to: { host: new URL(provider.baseUrl).host, place: 'network' },
  });

export const resultsOf = (peer: NodePeer, request: EntryKey): readonly JobResult[] =>
  [...jobResults(peer.replica('jobs').ydoc).values()]
    .map(parseResult)
    .filter((result) => result !== undefined)
    .filter((result) => result.request === request);

/** Waits for the one result. */
export async function resultOf(peer: NodePeer, request: EntryKey): Promise<JobResult> {
  await expect.poll(() => resultsOf(peer, request).length, WITHIN).toBe(1);
  const [result] = resultsOf(peer, request);
  if (result === undefined) throw new TypeError('there is one');
  return result;
}

/** What the archiver says of itself in the peer's room. */
export const assistantOf = (peer: NodePeer): AssistantPresence | undefined =>
  peer.handle.presence
    .entries()
    .filter(({ role }) => role === 'archiver')
    .map(({ state }) => parseAssistantPresence(state))[0];
