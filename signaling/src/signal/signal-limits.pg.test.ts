import { connect as connectTcp, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '@vicinal/shared/bytes.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { signalAuthMessage } from '@vicinal/shared/crypto/transcript.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { encodeUp } from '@vicinal/shared/signal/codec.ts';
import type { Up } from '@vicinal/shared/signal/up.ts';
import { createRoom, fetchTokens, setUpOwner, ticketFor } from '../testing/people.ts';
import { connectPeer, connectRaw, type SignalPeer } from '../testing/signal-peer.ts';
import { ORIGIN, startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
afterEach(async () => await server.close());

async function ownerPeer() {
  const owner = await setUpOwner(server);
  const { peerToken } = await fetchTokens(server, owner, []);
  return { owner, peerToken, connect: (): Promise<SignalPeer> => connectPeer(server, owner.device, peerToken) };
}

test('SIG-14 a connection that does not answer the challenge is closed', async () => {
  server = await startTestServer({ HELLO_TIMEOUT_MS: '50' });
  const { owner } = await ownerPeer();
  const peer = await connectRaw(server, owner.device);
  expect((await peer.next('error')).code).toBe('challenge-timeout');
  expect(await peer.closed).toBe(4408);
});

test('SIG-15 sockets that have not proven who they are count per address, and authenticated ones do not', async () => {
  server = await startTestServer({ LIMIT_SOCKETS_PER_ADDRESS: '3', LIMIT_PRIVATE_ADDRESSES: 'true' });
  const { owner, peerToken, connect } = await ownerPeer();
  const known = [await connect(), await connect(), await connect(), await connect()];
  const strangers = [
    await connectRaw(server, owner.device),
    await connectRaw(server, owner.device),
    await connectRaw(server, owner.device),
  ];
  await expect(connectRaw(server, owner.device)).rejects.toThrow('closed');
  strangers[0]?.close();
  await strangers[0]?.closed;
  const late = await connectRaw(server, owner.device);
  await late.hello(peerToken);
  await late.next('welcome');
  for (const peer of [...known, ...strangers, late]) peer.close();
});

test('SIG-15 loopback and private addresses are exempt unless told otherwise', async () => {
  server = await startTestServer({ LIMIT_SOCKETS_PER_ADDRESS: '1' });
  const { owner } = await ownerPeer();
  for (const peer of [await connectRaw(server, owner.device), await connectRaw(server, owner.device)]) peer.close();
});

test('SIG-16 connections of one user are limited', async () => {
  server = await startTestServer({ LIMIT_SOCKETS_PER_USER: '2' });
  const { owner, peerToken, connect } = await ownerPeer();
  const peers = [await connect(), await connect()];
  const third = await connectRaw(server, owner.device);
  await third.hello(peerToken);
  expect(await third.closed).toBe(4430);
  peers[0]?.close();
  await peers[0]?.closed;
  await peers[1]?.settle();
  (await connect()).close();
});

test('SIG-17 too many messages close the connection, before any of the surplus is handled', async () => {
  server = await startTestServer({ LIMIT_MESSAGES_BURST: '50', LIMIT_MESSAGES_PER_SECOND: '1' });
  const { connect } = await ownerPeer();
  const peer = await connect();
  for (let i = 0; i < 5000; i++) peer.sendRaw('{"type":"ping"}');
  expect(await peer.closed).toBe(4429);
  expect(peer.bytesReceived).toBeLessThan(50 * 60);
});

test('SIG-17 too many bytes close the connection', async () => {
  server = await startTestServer({ LIMIT_BYTES_BURST: '65536', LIMIT_BYTES_PER_SECOND: '1024' });
  const { connect } = await ownerPeer();
  const peer = await connect();
  const to = toBase64Url(systemRandom.bytes(16));
  const frame = JSON.stringify({
    type: 'signal',
    to,
    session: to,
    data: { kind: 'description', description: { type: 'offer', sdp: 'x'.repeat(40_000) } },
  });
  peer.sendRaw(frame);
  peer.sendRaw(frame);
  expect(await peer.closed).toBe(4429);
});

test('SIG-18 one connection joins no more rooms than the limit, and is told so', async () => {
  server = await startTestServer({ LIMIT_ROOMS_PER_SOCKET: '3' });
  const { owner, connect } = await ownerPeer();
  const peer = await connect();
  const rooms = await Promise.all(Array.from({ length: 4 }, () => createRoom(server, owner, owner.workspace)));
  for (const room of rooms) {
    peer.send({ type: 'join', room, ticket: await ticketFor(server, owner, room) });
    const answer = room === rooms[3] ? await peer.next('error') : await peer.next('roster');
    expect(answer).toMatchObject(room === rooms[3] ? { code: 'join-limit', room, fatal: false } : { room });
  }
  peer.close();
});

test('SIG-18 joining and leaving in a loop is limited', async () => {
  server = await startTestServer({ LIMIT_ROOM_JOINS_BURST: '20', LIMIT_ROOM_JOINS_PER_SECOND: '1' });
  const { owner, connect } = await ownerPeer();
  const peer = await connect();
  const room = await createRoom(server, owner, owner.workspace);
  const ticket = await ticketFor(server, owner, room);
  for (let i = 0; i < 40; i++) {
    peer.send({ type: 'join', room, ticket });
    peer.send({ type: 'leave', room });
  }
  expect(await peer.closed).toBe(4429);
});

test('SIG-19 a silent connection is closed', async () => {
  server = await startTestServer({ PING_INTERVAL_MS: '50', IDLE_TIMEOUT_MS: '200', SWEEP_INTERVAL_MS: '20' });
  const { connect } = await ownerPeer();
  const peer = await connect();
  expect(await peer.closed).toBe(4410);
});

test('SIG-19 a connection that no longer answers pings of the protocol is dropped', async () => {
  server = await startTestServer({ PING_INTERVAL_MS: '50', HELLO_TIMEOUT_MS: '60000' });
  const socket = await upgrade(server.port, []);
  expect(socket.head).toContain('101 Switching Protocols');
  await new Promise<void>((resolve) => socket.socket.once('close', () => resolve()));
});

test('SIG-20 a connection that does not read is closed when its buffer is full', async () => {
  server = await startTestServer({
    LIMIT_OUTBOUND_BUFFER_BYTES: '65536',
    LIMIT_MESSAGES_BURST: '1000000',
    LIMIT_MESSAGES_PER_SECOND: '1000000',
    LIMIT_BYTES_BURST: '1000000000',
    LIMIT_BYTES_PER_SECOND: '1000000000',
  });
  const { owner, peerToken, connect } = await ownerPeer();
  const room = await createRoom(server, owner, owner.workspace);
  const ticket = await ticketFor(server, owner, room);
  const sleeper = await rawPeer(owner.device, peerToken, ticket, room);
  const sender = await connect();
  sender.send({ type: 'join', room, ticket });
  const [target] = (await sender.next('roster')).peers;
  if (!target) throw new Error('nobody there');
  sleeper.pause();
  const frame = JSON.stringify({
    type: 'signal',
    to: target.peerId,
    session: toBase64Url(systemRandom.bytes(16)),
    data: { kind: 'description', description: { type: 'offer', sdp: 'x'.repeat(40_000) } },
  });
  let isGone = false;
  const left = sender.next('peer-left').then(() => (isGone = true));
  for (let i = 0; i < 2000 && !isGone; i++) {
    sender.sendRaw(frame);
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await left;
  expect(server.logs()).toContain('"code":"slow-consumer"');
  sender.close();
  sleeper.destroy();
});

test('SIG-21 many headers, a wrong path and a wrong method at the upgrade end the socket and nothing else', async () => {
  server = await startTestServer();
  const many = Array.from({ length: 3000 }, (_, i) => `X-${i}: 1`);
  expect((await upgrade(server.port, many)).head).toMatch(/^(HTTP\/1\.1 (4\d\d|101)|$)/);
  expect((await upgrade(server.port, [], '/elsewhere')).head).toContain('404');
  expect((await upgrade(server.port, [], '/signal', 'POST')).head).toMatch(/^HTTP\/1\.1 4\d\d/);
  expect((await fetch(`${server.base}/api/health/live`)).status).toBe(200);
});

test('SIG-22 a shutdown tells peers, closes with its code and leaves nothing open', async () => {
  server = await startTestServer();
  const { owner, connect } = await ownerPeer();
  const [peer, stranger] = [await connect(), await connectRaw(server, owner.device)];
  const [notice] = await Promise.all([peer.next('notice'), server.close()]);
  expect(notice.kind).toBe('restarting');
  expect([await peer.closed, await stranger.closed]).toEqual([4503, 4503]);
  await expect(fetch(`${server.base}/api/health/live`)).rejects.toThrow();
});

/** Sends an upgrade by hand; `head` is what came back first. */
async function upgrade(
  port: number,
  headers: readonly string[],
  path = '/signal',
  method = 'GET',
): Promise<{ socket: Socket; head: string }> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined); // a reset is one of the ways in which it may end
  socket.write(
    [
      `${method} ${path} HTTP/1.1`,
      'Host: x',
      `Origin: ${ORIGIN}`,
      ...headers,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.from(systemRandom.bytes(16)).toString('base64')}`,
      '',
      '',
    ].join('\r\n'),
  );
  const head = await new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(data.toString('latin1')));
    socket.once('close', () => resolve(''));
  });
  return { socket, head };
}

/** A peer over a bare socket, joined to a room, so that a test can stop reading. */
async function rawPeer(device: DeviceSigner, token: string, ticket: string, room: RoomId): Promise<Socket> {
  const { socket, head } = await upgrade(server.port, []);
  let received = head;
  const see = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(received)?.[1];
      if (found !== undefined) return found;
      received += await new Promise<string>((resolve) =>
        socket.once('data', (data) => resolve(data.toString('latin1'))),
      );
    }
  };
  const nonce = fromBase64Url(await see(/"nonce":"([\w-]{43})"/)) ?? new Uint8Array();
  const sig = toBase64Url(await device.sign(signalAuthMessage(ORIGIN, nonce, token)));
  const devicePub = toBase64Url(device.publicKey);
  socket.write(
    frame({ type: 'hello', versions: [1], token, devicePub, tabNonce: toBase64Url(systemRandom.bytes(16)), sig }),
  );
  await see(/("welcome")/);
  socket.write(frame({ type: 'join', room, ticket }));
  await see(/("roster")/);
  return socket;
}

/** RFC 6455 section 5.2: a masked text frame of 126 to 65,535 bytes; the mask is zero. */
function frame(message: Up): Buffer {
  const payload = Buffer.from(encodeUp(message));
  return Buffer.concat([Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]), payload]);
}
