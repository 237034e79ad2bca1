/** Open rooms end to end: stock clients from npm, the real signaling, archiver and database. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrolmentCodeResponseSchema } from '@vicinal/shared/http/api.ts';
import { demand, setUpOwner } from '@vicinal/signaling/testing/people.ts';
import { ORIGIN, startTestServer, type TestServer } from '@vicinal/signaling/testing/test-server.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../scripts/ports.ts';
import type { FromClient, ToClient } from './y-webrtc-client.ts';

const archiverFile = (name: string): string => join(import.meta.dirname, '../../archiver/src', name);
const PASSWORD = 'between us';

let server: TestServer;
let dataDir: string;
let port: number;
let archiver: ChildProcess | undefined;
let output = '';
const clients: Client[] = [];

interface Client {
  readonly text: () => string;
  readonly peers: () => number;
  readonly states: () => number;
  insert(text: string): void;
  /** Past the provider, to every peer. */
  send(bytes: Uint8Array): void;
  leave(): Promise<void>;
}

function enter(room: string, password?: string): Client {
  const url = `ws://127.0.0.1:${server.port}/y-webrtc`;
  const child = fork(join(import.meta.dirname, 'y-webrtc-client.ts'), [url, room, ...(password ? [password] : [])], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let last: FromClient = { text: '', peers: 0, states: 0 };
  child.on('message', (message) => {
    last = message as FromClient; // what that file sends
  });
  const tell = (message: ToClient): void => void child.send(message);
  const client: Client = {
    text: () => last.text,
    peers: () => last.peers,
    states: () => last.states,
    send: (bytes) => tell({ send: Buffer.from(bytes).toString('base64') }),
    insert: (text) => tell({ insert: text }),
    async leave() {
      if (child.connected) tell('leave');
      await exited;
    },
  };
  clients.push(client);
  return client;
}

const env = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  DATABASE_URL: server.databaseUrl,
  DATA_DIR: dataDir,
  SIGNALING_URL: server.base,
  PUBLIC_URL: ORIGIN,
  ARCHIVE_PORT: String(port),
  OPEN_ROOMS: 'harbour,locked,small',
  OPEN_ROOM_PASSWORDS: JSON.stringify({ locked: PASSWORD }),
  OPEN_ROOM_COMPACT_EVERY: '3',
  ...more,
});

async function startArchiver(more: Record<string, string> = {}): Promise<void> {
  const before = opened();
  const child = spawn(process.execPath, [archiverFile('main.ts')], { env: env(more) });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  archiver = child;
  await expect.poll(opened, { timeout: 30_000 }).toBe(before + 3);
}
const opened = (): number => output.split('open-room.opened').length - 1;

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const child = archiver;
  archiver = undefined;
  if (child === undefined) return null;
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exited;
}

const batches = async (room: string): Promise<number> => {
  const { rows } = await server.database.query<{ n: string }>(
    `select greatest(r.seq, coalesce(max(u.seq), 0)) as n from archive.open_rooms r
     left join archive.open_room_updates u using (room) where r.room = $1 group by r.seq`,
    [room],
  );
  return Number(rows[0]?.n ?? 0);
};

beforeAll(async () => {
  server = await startTestServer({ OPEN_ROOMS: 'harbour,locked,small' });
  const owner = await setUpOwner(server);
  const answer = await demand(server, 'POST', `/api/workspaces/${owner.workspace}/archivers/codes`, {
    token: owner.token,
  });
  const { code } = enrolmentCodeResponseSchema.parse(answer.body);
  dataDir = mkdtempSync(join(tmpdir(), 'vicinal-open-'));
  port = await freePort();
  const enrolling = spawn(process.execPath, [archiverFile('cli.ts'), 'enroll', '--url', server.base, '--code', code], {
    env: env(),
  });
  expect(await new Promise((resolve) => enrolling.once('exit', resolve))).toBe(0);
}, 60_000);
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.leave()));
  await end('SIGTERM');
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('OPEN-8 two stock clients write and leave, and a third finds the text again, after a restart of the archiver too', async () => {
  await startArchiver();
  const [first, second] = [enter('harbour'), enter('harbour')];
  await expect.poll(() => [first.peers(), second.peers()], { timeout: 20_000 }).toEqual([2, 2]); // each other and the archiver
  first.insert('low tide ');
  await expect.poll(() => second.text(), { timeout: 10_000 }).toBe('low tide ');
  second.insert('at six');
  await expect.poll(() => first.text(), { timeout: 10_000 }).toBe('low tide at six');
  await expect.poll(() => batches('harbour'), { timeout: 10_000 }).toBeGreaterThan(0);
  await Promise.all([first.leave(), second.leave()]);

  const third = enter('harbour');
  await expect.poll(() => third.text(), { timeout: 20_000 }).toBe('low tide at six');
  await third.leave();

  expect(await end('SIGTERM')).toBe(0);
  await startArchiver();
  const fourth = enter('harbour');
  await expect.poll(() => fourth.text(), { timeout: 20_000 }).toBe('low tide at six');
  for (const letter of '. High at noon.') {
    const before = await batches('harbour');
    fourth.insert(letter);
    await expect.poll(() => batches('harbour'), { timeout: 10_000, interval: 20 }).toBeGreaterThan(before);
  }
  await fourth.leave();
  // compacted meanwhile, and killed: nothing is lost
  await end('SIGKILL');
  await startArchiver();
  const fifth = enter('harbour');
  await expect.poll(() => fifth.text(), { timeout: 20_000 }).toBe('low tide at six. High at noon.');
}, 120_000);

test('OPEN-8 in a room with a password the archiver takes part with the password it was given, and others see nothing', async () => {
  await startArchiver();
  const inside = enter('locked', PASSWORD);
  const outside = enter('locked', 'a guess');
  await expect.poll(() => inside.peers(), { timeout: 20_000 }).toBe(1);
  await expect.poll(() => output).toContain('open-room.fault'); // what it cannot decrypt
  inside.insert('behind the door');
  await expect.poll(() => batches('locked'), { timeout: 10_000 }).toBeGreaterThan(0);
  await inside.leave();
  const later = enter('locked', PASSWORD);
  await expect.poll(() => later.text(), { timeout: 20_000 }).toBe('behind the door');
  expect([outside.peers(), outside.text()]).toEqual([0, '']);
}, 90_000);

test('OPEN-14 what strangers send ends neither the room nor the process, and no presence is kept or passed on', async () => {
  await startArchiver({ OPEN_ROOM_DIAL_TIMEOUT_MS: '1000', OPEN_ROOM_MAX_PEERS: '10' });
  const begun = opened();
  await beAStranger();
  const honest = enter('harbour');
  const hostile = enter('harbour');
  // Bogus announcements took every place; they are given up.
  await expect.poll(() => hostile.peers(), { timeout: 30_000 }).toBe(2);
  const varint = (value: number): number[] => {
    const bytes: number[] = [];
    for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    return [...bytes, value];
  };
  const states = Array.from({ length: 10_000 }, (_, i) => [...varint(i + 1), 1, 2, 123, 125]).flat();
  const awareness = [...varint(10_000), ...states];
  const messages = [
    [], // no type
    [1, ...varint(awareness.length), ...awareness],
    [1, 3, 1, 5, 1, 1, 123], // JSON that is none
    [0, 2, 3, 255, 255, 255],
    [0, 2, 255, 255, 255, 255, 15],
    [4, 1, 5],
    [99],
    ...Array.from({ length: 50 }, () => [...crypto.getRandomValues(new Uint8Array(1000))]),
  ];
  for (const message of messages) hostile.send(new Uint8Array(message));
  await hostile.leave();
  await honest.leave();
  const before = await batches('harbour');
  const writer = enter('harbour');
  await expect.poll(() => writer.peers(), { timeout: 30_000 }).toBe(1);
  writer.insert(' and on');
  await expect.poll(() => batches('harbour'), { timeout: 10_000 }).toBeGreaterThan(before);
  const written = writer.text();
  await writer.leave();
  const reader = enter('harbour');
  await expect.poll(() => reader.text(), { timeout: 20_000 }).toBe(written);
  expect(written).toContain(' and on');
  expect(reader.states()).toBe(1);
  expect(opened()).toBe(begun);
  expect(output).toContain('open-room.fault');
}, 120_000);

/** Signals that make the stock provider throw, and announcements of peers that are not there. */
async function beAStranger(): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/y-webrtc`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const publish = (data: unknown): void => socket.send(JSON.stringify({ type: 'publish', topic: 'harbour', data }));
  const met = new Promise<string>((resolve) =>
    socket.addEventListener('message', ({ data }) => {
      const { data: signal } = JSON.parse(String(data)) as { data?: { from?: string; to?: string } }; // what y-webrtc publishes
      if (signal?.to === 'stranger' && signal.from !== undefined) resolve(signal.from);
    }),
  );
  socket.send(JSON.stringify({ type: 'subscribe', topics: ['harbour'] }));
  publish({ type: 'announce', from: 'stranger' });
  const archive = await met;
  for (const signal of [
    { type: 'answer', sdp: 'v=0' },
    { type: 'offer', sdp: 'not a description' },
    { type: 'offer' },
    { type: 'candidate', candidate: { candidate: 'x', sdpMid: '9', sdpMLineIndex: 9 } },
    { type: 'nothing known' },
  ])
    publish({ type: 'signal', from: `s-${signal.type}`, to: archive, token: 1, signal });
  for (let i = 0; i < 40; i++) publish({ type: 'announce', from: `bogus-${i}` });
  socket.send('{"type":"ping"}');
  await new Promise((resolve) =>
    socket.addEventListener('message', ({ data }) => data === '{"type":"pong"}' && resolve(0)),
  );
  socket.close();
}
