/** A mention end to end: written by a real peer, seen by the archiver as a process, told by signaling to whom it names. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodePeer } from '@vicinal/archiver/testing/node-peer.ts';
import { startNodePeer } from '@vicinal/archiver/testing/node-peer.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import { enrolmentCodeResponseSchema } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { randomId } from '@vicinal/signaling/random-ids.ts';
import { connect, idOf, inviteMember } from '@vicinal/signaling/testing/members.ts';
import { inboxOf } from '@vicinal/signaling/testing/notified.ts';
import type { Person } from '@vicinal/signaling/testing/people.ts';
import { createRoom, demand, fetchTokens, issuerOf, setUpOwner } from '@vicinal/signaling/testing/people.ts';
import type { TestServer } from '@vicinal/signaling/testing/test-server.ts';
import { ORIGIN, startTestServer } from '@vicinal/signaling/testing/test-server.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { freePort } from '../scripts/ports.ts';

const archiverFile = (name: string): string => join(import.meta.dirname, '../../archiver/src', name);

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };
let issuer: string;
let dataDir: string;
let port: number;
let archiver: ChildProcess | undefined;

const env = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  DATABASE_URL: server.databaseUrl,
  DATA_DIR: dataDir,
  SIGNALING_URL: server.base,
  PUBLIC_URL: ORIGIN,
  ARCHIVE_PORT: String(port),
  ARCHIVE_IDLE_ROOM_MS: '300',
});
const end = (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exited;
};
async function startArchiver(): Promise<void> {
  archiver = spawn(process.execPath, [archiverFile('child.ts')], { env: env(), stdio: 'ignore' });
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${port}/archive/health/ready`).catch(() => undefined))?.json(), {
      timeout: 20_000,
    })
    .toMatchObject({ status: 'ready', checks: { signaling: 'connected' } });
}
async function killArchiver(): Promise<void> {
  if (archiver !== undefined && archiver.exitCode === null && archiver.signalCode === null)
    await end(archiver, 'SIGKILL');
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
/** A paragraph that names somebody, as the editor writes it. */
function paragraphNaming(user: UserId, id: string): Y.XmlElement {
  const paragraph = new Y.XmlElement('paragraph');
  const mention = new Y.XmlElement('mention');
  mention.setAttribute('user', user);
  mention.setAttribute('label', 'Somebody');
  mention.setAttribute('id', id);
  paragraph.insert(0, [new Y.XmlText('Ask '), mention]);
  return paragraph;
}
const newId = (): string => randomId<string>(systemRandom);
const bodyOf = (peer: NodePeer): Y.XmlFragment => contentBody(peer.replica('content').ydoc);
async function receipted(peer: NodePeer): Promise<void> {
  await expect.poll(() => peer.replica('content').receipts.snapshot().uncovered, { timeout: 15_000 }).toBe(0);
}
const mentionsOf = async (person: Person) =>
  (await inboxOf(server, person)).items.filter(({ kind }) => kind === 'mention').toReversed();

beforeAll(async () => {
  server = await startTestServer({ ACCESS_TTL_MS: '3600000' });
  owner = await setUpOwner(server);
  issuer = await issuerOf(server);
  dataDir = mkdtempSync(join(tmpdir(), 'vicinal-mentions-'));
  port = await freePort();
  const path = `/api/workspaces/${owner.workspace}/archivers/codes`;
  const { code } = enrolmentCodeResponseSchema.parse((await demand(server, 'POST', path, { token: owner.token })).body);
  const args = [archiverFile('cli.ts'), 'enroll', '--url', server.base, '--code', code];
  const enrolling = spawn(process.execPath, args, { env: env(), stdio: 'ignore' });
  expect(await new Promise((resolve) => enrolling.once('exit', resolve))).toBe(0);
}, 60_000);
afterAll(async () => {
  await killArchiver();
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

test('NOTE-7 a mention is told of once, in the name of its verified author', async () => {
  const [reader, mallory] = [
    await inviteMember(server, owner, owner.workspace, 'Reader'),
    await inviteMember(server, owner, owner.workspace, 'Mallory'),
  ];
  const room = await createRoom(server, owner, owner.workspace);
  await startArchiver();
  const live = await connect(server, reader);
  const [writer, other] = [await open(owner, room), await open(mallory, room)];
  const [first, second, third] = [newId(), newId(), newId()];
  bodyOf(writer).push([paragraphNaming(idOf(reader), first)]);
  expect(await live.next('notice')).toEqual({ type: 'notice', kind: 'inbox' });
  const [told] = await mentionsOf(reader);
  expect(told).toMatchObject({ kind: 'mention', room, mention: first, actor: { user: idOf(owner), name: 'Ada' } });

  // Moved, and pasted once more: the same mention. Of oneself: nothing.
  const { ydoc } = writer.replica('content');
  ydoc.transact(() => {
    bodyOf(writer).delete(0, 1);
    bodyOf(writer).push([paragraphNaming(idOf(reader), first), paragraphNaming(idOf(reader), first)]);
    bodyOf(writer).push([paragraphNaming(idOf(owner), newId())]);
  });
  // Somebody else turns a mention of Mallory round to name the reader: it is nobody's mention.
  bodyOf(writer).push([paragraphNaming(idOf(mallory), second)]);
  await expect.poll(() => mentionsOf(mallory), { timeout: 15_000 }).toHaveLength(1);
  await expect.poll(() => bodyOf(other).length, { timeout: 15_000 }).toBe(4);
  const turned = (bodyOf(other).get(3) as Y.XmlElement).get(1) as Y.XmlElement; // the paragraph written last, its mention
  turned.setAttribute('user', idOf(reader));
  await receipted(other);

  // The archiver dies, and comes back to a document full of mentions and a new one.
  await killArchiver();
  bodyOf(writer).push([paragraphNaming(idOf(reader), third)]);
  await startArchiver();
  await expect
    .poll(async () => (await mentionsOf(reader)).map(({ mention }) => mention), { timeout: 30_000 })
    .toEqual([first, third]);
  expect((await mentionsOf(owner)).length).toBe(0);
  live.close();
  await Promise.all([writer.close(), other.close()]);
}, 120_000);
