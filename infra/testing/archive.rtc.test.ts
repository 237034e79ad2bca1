/** The archiver as a process among real peers: signaling, WebRTC and Postgres are the real ones. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodePeer } from '@vicinal/archiver/testing/node-peer.ts';
import { startNodePeer } from '@vicinal/archiver/testing/node-peer.ts';
import { buildRequestProof, REQUEST_PROOF_HEADER } from '@vicinal/shared/crypto/request-proof.ts';
import { enrolmentCodeResponseSchema } from '@vicinal/shared/http/api.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { contentBody, metaTitle } from '@vicinal/shared/room/documents.ts';
import type { Person } from '@vicinal/signaling/testing/people.ts';
import {
  createLink,
  createRoom,
  demand,
  fetchTokens,
  issuerOf,
  joinAsGuest,
  setUpOwner,
} from '@vicinal/signaling/testing/people.ts';
import type { TestServer } from '@vicinal/signaling/testing/test-server.ts';
import { ORIGIN, startTestServer } from '@vicinal/signaling/testing/test-server.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { freePort } from '../scripts/ports.ts';

const archiverFile = (name: string): string => join(import.meta.dirname, '../../archiver/src', name);

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };
let issuer: string;
let dataDir: string;
let port: number;
let metricsPort: number;
let archiver: ChildProcess | undefined;
let output = '';

const env = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  DATABASE_URL: server.databaseUrl,
  DATA_DIR: dataDir,
  SIGNALING_URL: server.base,
  PUBLIC_URL: ORIGIN,
  ARCHIVE_PORT: String(port),
  ARCHIVE_METRICS_PORT: String(metricsPort),
  ARCHIVE_IDLE_ROOM_MS: '300',
  ARCHIVE_CHECKPOINT_EVERY: '1',
});
const base = (): string => `http://127.0.0.1:${port}`;
const started = (line: string): number => output.split(line).length - 1;

async function run(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [archiverFile('cli.ts'), ...args], { env: env() });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, text };
}

function startArchiver(more: Readonly<Record<string, string>> = {}): void {
  const child = spawn(process.execPath, [archiverFile('main.ts')], { env: { ...env(), ...more } });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  archiver = child;
}
async function untilReady(): Promise<void> {
  await expect
    .poll(async () => (await fetch(`${base()}/archive/health/ready`).catch(() => undefined))?.json(), {
      timeout: 20_000,
    })
    .toMatchObject({ status: 'ready', checks: { signaling: 'connected' } });
}
const end = (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exited;
};

async function open(
  person: Person,
  room: RoomId,
  modified?: Parameters<typeof startNodePeer>[0]['modified'],
): Promise<NodePeer> {
  return startNodePeer({
    base: server.base,
    origin: ORIGIN,
    issuer,
    device: person.device,
    room,
    fetchTokens: () => fetchTokens(server, person, [room]),
    ...(modified ? { modified } : {}),
  });
}
function write(peer: NodePeer, text: string): void {
  const { ydoc } = peer.replica('content');
  ydoc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(text)]);
    contentBody(ydoc).push([paragraph]);
  });
}
const textOf = (peer: NodePeer): string => contentBody(peer.replica('content').ydoc).toJSON();
const isArchived = (peer: NodePeer): boolean => {
  const { unarchived, unsaved, archive } = peer.replica('content').receipts.snapshot();
  return unarchived === 0 && unsaved === 0 && archive?.durability === 'archive-disk';
};
const archivers = (peer: NodePeer): number => peer.handle.peers().filter((one) => one.isArchiver).length;
async function get(person: Person, peer: NodePeer, path: string, proof?: string): Promise<Response> {
  const header =
    proof ?? (await buildRequestProof({ method: 'GET', path, ticket: peer.ticket }, person.device, Date.now()));
  return fetch(base() + path, { headers: { Authorization: `Ticket ${peer.ticket}`, [REQUEST_PROOF_HEADER]: header } });
}
async function stored(room: RoomId): Promise<number> {
  const { rows } = await server.database.query<{ n: string }>(
    'select count(*) as n from archive.envelopes where room = $1',
    [room],
  );
  if (rows[0] === undefined) throw new TypeError('count answers one row');
  return Number(rows[0].n);
}

beforeAll(async () => {
  server = await startTestServer();
  owner = await setUpOwner(server);
  issuer = await issuerOf(server);
  dataDir = mkdtempSync(join(tmpdir(), 'vicinal-archiver-'));
  port = await freePort();
  metricsPort = await freePort();
}, 60_000);
afterAll(async () => {
  if (archiver !== undefined && archiver.exitCode === null && archiver.signalCode === null)
    await end(archiver, 'SIGKILL');
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

describe('the archiver among peers', () => {
  test('ARC-20 it says what is wrong when it is not enrolled, the code is not valid, or an argument is missing', async () => {
    expect(await run(['start'])).toMatchObject({ code: 3, text: expect.stringContaining('not enrolled') });
    expect(await run(['enroll', '--url', server.base, '--code', 'not-a-code-at-all-000'])).toMatchObject({ code: 3 });
    expect(await run(['enroll', '--url', server.base])).toMatchObject({
      code: 2,
      text: expect.stringContaining('--code'),
    });
    expect(await run(['enroll', '--url', 'http://127.0.0.1:1', '--code', 'not-a-code-at-all-000'])).toMatchObject({
      code: 1,
    });
  });

  test('ARC-20 it enrols by a one-time code, once', async () => {
    const answer = await demand(server, 'POST', `/api/workspaces/${owner.workspace}/archivers/codes`, {
      token: owner.token,
    });
    const { code } = enrolmentCodeResponseSchema.parse(answer.body);
    expect(await run(['enroll', '--url', server.base, '--code', code])).toMatchObject({ code: 0 });
    expect(await run(['enroll', '--url', server.base, '--code', code])).toMatchObject({ code: 3 });
    startArchiver();
    await untilReady();
  });

  test('ARC-21 what a peer writes is archived on disk and receipted, and a newcomer gets it when everybody has left', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const writer = await open(owner, room);
    await expect.poll(() => archivers(writer), { timeout: 15_000 }).toBe(1);
    for (let i = 0; i < 12; i++) write(writer, `line ${i}`);
    metaTitle(writer.replica('meta').ydoc).insert(0, 'A title');
    await expect.poll(() => isArchived(writer), { timeout: 10_000 }).toBe(true);
    const written = textOf(writer);
    const html = await get(owner, writer, `/archive/rooms/${room}/export?format=html`);
    expect(html.status).toBe(200);
    const live = await html.text();
    expect(live).toContain('<p>line 11</p>');
    await writer.close();
    await expect.poll(() => started('"event":"room.left"'), { timeout: 10_000 }).toBeGreaterThan(0);

    const { rows } = await server.database.query<{ doc: string }>(
      'select distinct doc from archive.checkpoints where room = $1 order by doc',
      [room],
    );
    expect(rows.map((row) => row.doc)).toEqual(['content', 'meta']);
    const fromDisk = await get(owner, writer, `/archive/rooms/${room}/export?format=json`);
    expect(await fromDisk.json()).toEqual({ room, title: 'A title', html: live });

    const reader = await open(owner, room);
    await expect.poll(() => textOf(reader), { timeout: 15_000 }).toBe(written);
    expect(archivers(reader)).toBe(1);
    expect(metaTitle(reader.replica('meta').ydoc).toJSON()).toBe('A title');
    await reader.close();
  });

  test('OPS-4 its metrics tell rooms, peers, entries, commits, receipts, checkpoints and the mesh, without ids', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const peer = await open(owner, room);
    const read = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const value = (text: string, series: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1],
      );
    const before = await read();
    write(peer, 'counted');
    await expect.poll(() => isArchived(peer), { timeout: 15_000 }).toBe(true);
    const text = await read();
    for (const series of [
      'vicinal_archive_entries_committed_total',
      'vicinal_archive_commit_duration_seconds_count',
      'vicinal_archive_append_duration_seconds_count',
      'vicinal_archive_receipts_total',
    ])
      expect(value(text, series)).toBeGreaterThan(value(before, series));
    expect(value(text, 'vicinal_archive_rooms')).toBeGreaterThan(0);
    expect(value(text, 'vicinal_archive_peers')).toBeGreaterThan(0);
    expect(value(text, 'vicinal_archive_store_ready')).toBe(1);
    expect(value(text, 'vicinal_archive_signaling_connected')).toBe(1);
    expect(value(text, 'vicinal_archive_pending_bytes')).toBeGreaterThanOrEqual(0);
    expect(value(text, 'vicinal_mesh_events_total{event="link-ready"}')).toBeGreaterThan(0);
    await expect.poll(async () => value(await read(), 'vicinal_archive_checkpoints_total')).toBeGreaterThan(0);
    for (const event of [...text.matchAll(/event="([^"]*)"/g)]) expect(event[1]).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const secret of [room, owner.workspace, 'counted']) expect(text).not.toContain(secret);
    expect(text.split('\n').length).toBeLessThan(700);
    expect((await fetch(`${base()}/metrics`)).status).toBe(404);
    await peer.close();
  });

  test('ARC-22 a modified viewer changes nothing on disk', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const { token } = await createLink(server, owner, room, { role: 'viewer' });
    const viewer = await joinAsGuest(server, token);
    const honest = await open(owner, room);
    write(honest, 'mine');
    await expect.poll(() => isArchived(honest), { timeout: 15_000 }).toBe(true);
    const before = await stored(room);
    expect(before).toBe(1);
    const attacker = await open(viewer, room, { rulesOff: new Set(['role']) });
    await expect.poll(() => archivers(attacker), { timeout: 15_000 }).toBe(1);
    await expect.poll(() => textOf(attacker), { timeout: 10_000 }).toContain('mine');
    write(attacker, 'forged');
    expect(textOf(attacker)).toContain('forged');
    await expect.poll(() => attacker.mesh.counters()['batch-sent'] ?? 0).toBeGreaterThan(0);
    // Written after the forgery and archived: the archiver has had the forgery in hand by then.
    await expect.poll(() => attacker.replica('content').receipts.snapshot().unsaved).toBe(0);
    write(honest, 'later');
    await expect.poll(() => isArchived(honest), { timeout: 10_000 }).toBe(true);
    await expect.poll(() => textOf(attacker), { timeout: 10_000 }).toContain('later');
    expect(await stored(room)).toBe(before + 1);
    expect(textOf(honest)).not.toContain('forged');
    await Promise.all([attacker.close(), honest.close()]);
  });

  test('ARC-23 reading over HTTP wants the ticket of that room and a proof by its device, once', async () => {
    const [room, other] = [
      await createRoom(server, owner, owner.workspace),
      await createRoom(server, owner, owner.workspace),
    ];
    const peer = await open(owner, room);
    write(peer, 'private');
    await expect.poll(() => isArchived(peer), { timeout: 15_000 }).toBe(true);
    const path = `/archive/rooms/${room}/heads`;
    const proof = await buildRequestProof({ method: 'GET', path, ticket: peer.ticket }, owner.device, Date.now());
    const first = await get(owner, peer, path, proof);
    expect(await first.json()).toMatchObject({
      documents: [{ doc: 'content', durability: 'archive-disk', heads: [{ seq: 1 }] }],
    });
    expect((await get(owner, peer, path, proof)).status).toBe(401);
    expect((await get(owner, peer, `/archive/rooms/${other}/heads`)).status).toBe(403);
    const thief = await joinAsGuest(server, (await createLink(server, owner, room, { role: 'viewer' })).token);
    expect((await get(thief, peer, path)).status).toBe(401);
    expect((await fetch(base() + path)).status).toBe(401);
    await peer.close();
  });

  test('ARC-24 a peer process that dies is restarted, and comes back to the room', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const peer = await open(owner, room);
    write(peer, 'before');
    await expect.poll(() => isArchived(peer), { timeout: 15_000 }).toBe(true);
    const before = started('"event":"archiver.ready"');
    const [child] = await childrenOf(archiver?.pid ?? 0);
    process.kill(child ?? 0, 'SIGKILL');
    write(peer, 'while it is dead');
    await expect.poll(() => started('"event":"archiver.ready"'), { timeout: 15_000 }).toBe(before + 1);
    await expect.poll(() => isArchived(peer), { timeout: 40_000 }).toBe(true);
    await peer.close();
  }, 90_000);

  test('ARC-25 told to stop it flushes and exits 0; with its parent killed the peer process ends by itself', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const peer = await open(owner, room);
    await expect.poll(() => archivers(peer), { timeout: 15_000 }).toBe(1);
    write(peer, 'last words');
    await expect.poll(() => isArchived(peer), { timeout: 15_000 }).toBe(true);
    await peer.close();
    if (archiver === undefined) throw new TypeError('it was started');
    expect(await end(archiver, 'SIGTERM')).toBe(0);
    expect(await stored(room)).toBe(1);

    startArchiver();
    await untilReady();
    const [child] = await childrenOf(archiver.pid ?? 0);
    await end(archiver, 'SIGKILL');
    await expect.poll(() => isAlive(child ?? 0), { timeout: 12_000 }).toBe(false);
  }, 60_000);

  test('OPS-12 a second signal ends an archiver at once whose peer process does not answer', async () => {
    startArchiver({ ARCHIVE_SHUTDOWN_TIMEOUT_MS: '60000' });
    await untilReady();
    const parent = archiver;
    const [child = 0] = await childrenOf(parent?.pid ?? 0);
    process.kill(child, 'SIGSTOP');
    const exited = end(parent as ChildProcess, 'SIGTERM'); // it was started above
    const again = setInterval(() => parent?.kill('SIGTERM'), 100);
    expect(await exited.finally(() => clearInterval(again))).toBe(1);
    expect(isAlive(child)).toBe(false);
  }, 50_000);
});

/** Processes whose parent is `pid`. */
async function childrenOf(pid: number): Promise<number[]> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH is the answer
  }
}
