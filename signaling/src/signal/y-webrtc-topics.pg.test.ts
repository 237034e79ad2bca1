import { afterEach, expect, test } from 'vitest';
import { ORIGIN, startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
afterEach(async () => await server.close());

const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
  server = await startTestServer({ OPEN_ROOMS: 'harbour,mole', ...env });
};

interface Socket {
  send(message: unknown): void;
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void;
  /** The next message, waiting for it. */
  next(): Promise<unknown>;
  /** Everything that arrived before the answer to a ping that is sent now. */
  settle(): Promise<readonly unknown[]>;
  readonly closed: Promise<number>;
  readonly bytesReceived: () => number;
  close(): void;
}

/** A plain WebSocket as stock y-webrtc opens it. Rejects when the upgrade is refused. */
async function open(origin: string = ORIGIN, path = '/y-webrtc'): Promise<Socket> {
  // Node's WebSocket takes headers, which the type of the browser's constructor does not know.
  const init = { headers: { origin } } as unknown as string[];
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, init);
  const queue: unknown[] = [];
  let bytes = 0;
  socket.addEventListener('message', ({ data }) => {
    bytes += String(data).length;
    queue.push(JSON.parse(String(data)));
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('close', () => reject(new Error('refused')));
  });
  const isPong = (message: unknown): boolean => JSON.stringify(message) === '{"type":"pong"}';
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    sendRaw: (data) => socket.send(data),
    async next() {
      await expect.poll(() => queue.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
      return queue.shift();
    },
    async settle() {
      socket.send('{"type":"ping"}');
      await expect.poll(() => queue.some(isPong), { timeout: 10_000, interval: 5 }).toBe(true);
      const index = queue.findIndex(isPong);
      return queue.splice(0, index + 1).slice(0, -1);
    },
    closed,
    bytesReceived: () => bytes,
    close: () => socket.close(),
  };
}
const announce = { type: 'announce', from: 'a' };

test('OPEN-1 without a declared room the endpoint does not exist', async () => {
  await start({ OPEN_ROOMS: '' });
  await expect(open()).rejects.toThrow('refused');
  expect((await fetch(`${server.base}/y-webrtc`)).status).toBe(404);
});

test('OPEN-2 subscribe, publish, unsubscribe and ping work as stock y-webrtc speaks them', async () => {
  await start();
  const [a, b, c] = [await open(), await open(), await open()];
  for (const socket of [a, b, c]) socket.send({ type: 'subscribe', topics: ['harbour'] });
  c.send({ type: 'subscribe', topics: ['mole'] });
  for (const socket of [a, b, c]) expect(await socket.settle()).toEqual([]);
  a.send({ type: 'publish', topic: 'harbour', data: announce });
  const published = { type: 'publish', topic: 'harbour', data: announce, clients: 3 };
  expect([await b.next(), await c.next()]).toEqual([published, published]);
  expect(await a.settle()).toEqual([]);
  c.send({ type: 'unsubscribe', topics: ['harbour', 'never joined'] });
  expect(await c.settle()).toEqual([]);
  const signal = { type: 'signal', from: 'b', to: 'a', token: 1.5, signal: { type: 'offer', sdp: 'v=0' } };
  b.send({ type: 'publish', topic: 'harbour', data: signal });
  expect(await a.next()).toEqual({ type: 'publish', topic: 'harbour', data: signal, clients: 2 });
  b.send({ type: 'publish', topic: 'harbour', data: 'c2VjcmV0' }); // a room with a password
  expect(await a.next()).toMatchObject({ data: 'c2VjcmV0' });
  expect(await c.settle()).toEqual([]);
});

test('OPEN-3 a room that was not declared carries nothing, and publishing without subscribing reaches nobody', async () => {
  await start();
  const [a, b] = [await open(), await open()];
  for (const socket of [a, b]) socket.send({ type: 'subscribe', topics: ['elsewhere'] });
  expect([await a.next(), await b.next()]).toEqual([{ error: 'not-found' }, { error: 'not-found' }]);
  a.send({ type: 'publish', topic: 'elsewhere', data: announce });
  b.send({ type: 'subscribe', topics: ['harbour'] });
  await b.settle();
  a.send({ type: 'publish', topic: 'harbour', data: announce });
  expect([await a.settle(), await b.settle()]).toEqual([[], []]);
});

test('OPEN-4 a frame that is none of the verbs closes its connection with 4400 and nothing else', async () => {
  await start();
  const good = await open();
  for (const frame of [
    '{',
    'null',
    '{"type":"steal"}',
    '{"type":"subscribe","topics":{}}',
    '{"type":"subscribe","topics":[{"__proto__":1}]}',
    '{"type":"publish","topic":"harbour","data":{"type":"signal","from":"a","to":"b"}}',
    '{"type":"publish","topic":"harbour","data":{"type":"announce","from":{}}}',
    new Uint8Array([1, 2, 3]),
  ]) {
    const bad = await open();
    bad.sendRaw(frame);
    expect({ frame, code: await bad.closed }).toEqual({ frame, code: 4400 });
  }
  expect(await good.settle()).toEqual([]);
});

test('OPEN-5 200,000 topics in one frame take no memory: the frame is too large, and smaller ones are bounded', async () => {
  await start();
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `t${i}`);
  const large = await open();
  large.send({ type: 'subscribe', topics: names(200_000) });
  expect(await large.closed).toBe(1009);
  const many = await open();
  many.send({ type: 'subscribe', topics: names(1001) });
  expect(await many.closed).toBe(4400);
});

test('OPEN-5 messages, bytes and what they become for others are limited for each connection', async () => {
  await start({ LIMIT_MESSAGES_BURST: '50', LIMIT_MESSAGES_PER_SECOND: '1', LIMIT_OPEN_FAN_OUT_BYTES_BURST: '65536' });
  const talker = await open();
  for (let i = 0; i < 5000; i++) talker.sendRaw('{"type":"ping"}');
  expect(await talker.closed).toBe(4429);
  expect(talker.bytesReceived()).toBeLessThanOrEqual(50 * 15);

  const listeners = [await open(), await open(), await open(), await open()];
  for (const socket of listeners) socket.send({ type: 'subscribe', topics: ['harbour'] });
  for (const socket of listeners) await socket.settle();
  const amplifier = await open();
  amplifier.send({ type: 'subscribe', topics: ['harbour'] });
  for (let i = 0; i < 10; i++) amplifier.send({ type: 'publish', topic: 'harbour', data: 'x'.repeat(10_000) });
  expect(await amplifier.closed).toBe(4429);
  const received = listeners.reduce((sum, socket) => sum + socket.bytesReceived(), 0);
  expect(received).toBeLessThanOrEqual(65_536 + 4 * 15);
});

test('OPEN-6 connections of an address and of a room are limited', async () => {
  await start({
    LIMIT_OPEN_SOCKETS_PER_ADDRESS: '2',
    LIMIT_PRIVATE_ADDRESSES: 'true',
    LIMIT_OPEN_PEERS_PER_ROOM: '2',
    LIMIT_OPEN_SOCKETS_TOTAL: '3',
  });
  const [a, b] = [await open(), await open()];
  await expect(open()).rejects.toThrow('refused');
  a.close();
  await a.closed;
  await expect.poll(() => open().catch(() => undefined)).toBeDefined();
  b.close();
  await b.closed;
  await server.close();

  await start({ LIMIT_OPEN_PEERS_PER_ROOM: '2' });
  const members = [await open(), await open(), await open()];
  for (const socket of members.slice(0, 2)) {
    socket.send({ type: 'subscribe', topics: ['harbour'] });
    await socket.settle();
  }
  members[2]?.send({ type: 'subscribe', topics: ['harbour'] });
  expect(await members[2]?.closed).toBe(4430);
});

test('OPEN-7 pages of other origins are refused unless the operator lets them use open rooms; programs send none', async () => {
  await start({ OPEN_ROOM_ORIGINS: 'https://board.example.org' });
  (await open(ORIGIN)).close();
  (await open('https://board.example.org')).close();
  await expect(open('https://evil.example')).rejects.toThrow('refused');
  await expect(open('https://board.example.org', '/signal')).rejects.toThrow('refused');
  const program = new WebSocket(`ws://127.0.0.1:${server.port}/y-webrtc`);
  await new Promise((resolve, reject) => {
    program.addEventListener('open', resolve);
    program.addEventListener('error', reject);
  });
  program.close();
});

test('OPEN-7 a shutdown closes connections of open rooms with its code', async () => {
  await start();
  const socket = await open();
  const [code] = await Promise.all([socket.closed, server.close()]);
  expect(code).toBe(4503);
});
