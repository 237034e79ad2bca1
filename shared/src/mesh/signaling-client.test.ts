import { expect, it, onTestFinished } from 'vitest';
import { toBase64Url } from '../bytes.ts';
import { silentLogger } from '../logger.ts';
import { ok } from '../result.ts';
import type { Down } from '../signal/down.ts';
import { seededDevice, seededRandom } from '../testing/seeded-device.ts';
import { testRoom } from '../testing/seeded-peers.ts';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import { resolveLimits } from './limits.ts';
import { createSignalingClient, type SignalingClient } from './signaling-client.ts';
import type { SocketLike } from './types.ts';

const room = testRoom('room');

/** A client and what it sends; the test is the server. */
async function setUp(greeted: (client: SignalingClient) => void) {
  const sent: string[] = [];
  const sockets: SocketLike[] = [];
  const clock = createVirtualClock();
  const random = seededRandom('signaling');
  const client: SignalingClient = createSignalingClient({
    mesh: {
      signalUrl: () => 'wss://vicinal.test/signal',
      origin: 'https://vicinal.test',
      createSocket: () => {
        const socket: SocketLike = {
          send: (frame) => void sent.push((JSON.parse(frame) as { type: string }).type), // what the client encoded
          close: () => undefined,
          ...{ onopen: null, onmessage: null, onclose: null, onerror: null, bufferedAmount: 0 },
        };
        sockets.push(socket);
        return socket;
      },
      signer: await seededDevice('ada'),
      credentials: {
        peerToken: () => Promise.resolve(ok('token')),
        room: () => Promise.reject(new TypeError('unused')),
      },
      ...{ clock, random, logger: silentLogger },
    },
    limits: resolveLimits({}),
    tabNonce: random.bytes(16),
    events: {
      greeted: () => greeted(client),
      opened: () => void client.join(room, 'ticket'),
      ...{ changed: () => undefined, message: () => undefined, count: () => undefined },
    },
  });
  onTestFinished(() => client.close());
  const say = (message: Down): void => sockets.at(-1)?.onmessage?.({ data: JSON.stringify(message) });
  const challenge = async (): Promise<void> => {
    const hellos = sent.filter((type) => type === 'hello').length;
    say({ type: 'challenge', nonce: toBase64Url(random.bytes(32)) });
    await expect.poll(() => sent.filter((type) => type === 'hello').length).toBe(hellos + 1);
  };
  const welcome = (): void =>
    say({ type: 'welcome', version: 1, peerId: testRoom('peer') as never, now: 0, pingIntervalMs: 30_000 }); // 22 characters
  client.start();
  return { client, sent, clock, sockets, challenge, welcome };
}

it('MESH-14 a room is joined right behind HELLO, once on a connection and again on the next', async () => {
  const { client, sent, clock, sockets, challenge, welcome } = await setUp((greeting) => {
    greeting.join(room, 'ticket');
  });
  expect(client.join(room, 'ticket')).toBe(false);
  await challenge();
  expect(sent).toEqual(['hello', 'join']);
  welcome();
  await expect.poll(() => client.state.kind).toBe('open');
  expect(sent).toEqual(['hello', 'join']);
  client.join(room, 'renewed');
  expect(sent).toEqual(['hello', 'join', 'join']);
  sockets[0]?.onclose?.({ code: 1006, reason: '' });
  clock.advance(60_000);
  await challenge();
  expect(sent.slice(3)).toEqual(['hello', 'join']);
});

it('MESH-14 a room that is left before the welcome is left, and may be joined again', async () => {
  const { client, sent, challenge } = await setUp((greeting) => {
    greeting.join(room, 'ticket');
  });
  await challenge();
  client.leave(room);
  client.join(room, 'ticket');
  expect(sent).toEqual(['hello', 'join', 'leave', 'join']);
});

it('MESH-14 a room without a ticket at HELLO is joined with the welcome', async () => {
  const { client, sent, challenge, welcome } = await setUp(() => undefined);
  await challenge();
  expect(sent).toEqual(['hello']);
  welcome();
  await expect.poll(() => client.state.kind).toBe('open');
  expect(sent).toEqual(['hello', 'join']);
});
