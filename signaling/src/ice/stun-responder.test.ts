import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { systemClock } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { afterEach, expect, test } from 'vitest';
import { Message, parseMessage } from 'werift-ice/lib/ice-server/src/stun/message.js';
import { createStunBudget } from './stun-budget.ts';
import { startStunResponder, type StunResponder, type StunResponderOptions } from './stun-responder.ts';

const LIMITS = { stunPerSecond: 1000, stunPerAddressPerSecond: 100, stunPerAddressBurst: 100, stunAddresses: 100 };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const events: string[] = [];
const log = (event: string): void => void events.push(event);
const logger: Logger = { debug: log, info: log, warn: log, error: log, child: () => logger };
const start = async (options: Partial<StunResponderOptions> = {}): Promise<StunResponder | undefined> => {
  const started = await startStunResponder({
    ...{ port: 0, host: '127.0.0.1', limits: LIMITS, clock: systemClock, logger },
    ...options,
  });
  if (started) closers.push(() => started.close());
  return started;
};

/** Sends the datagrams to the port from one socket and resolves to the answer of the last one. */
async function ask(port: number, datagrams: readonly Uint8Array[], address = '127.0.0.1') {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  closers.push(async () => void socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  const answered = once(socket, 'message');
  for (const datagram of datagrams) socket.send(datagram, port, address);
  const [bytes] = (await answered) as [Buffer]; // what 'message' carries first
  return { answer: parseMessage(bytes), local: socket.address() };
}
const request = (): Buffer => new Message(0x0001, 0x0000).bytes;

test.each(['127.0.0.1', '::1'])('ICE-1 a peer at %s learns the address and port that others see', async (address) => {
  const responder = await start({ host: undefined });
  const { answer, local } = await ask(responder?.port ?? 0, [request()], address);
  expect(answer?.getAttributeValue('XOR-MAPPED-ADDRESS')).toEqual([address, local.port]);
});

test('ICE-2 after datagrams of every kind the responder still answers', async () => {
  const responder = await start();
  const hostile = [Buffer.alloc(0), Buffer.alloc(2000, 1), Buffer.from('000100ff2112a442'), request().subarray(0, 19)];
  const { answer } = await ask(responder?.port ?? 0, [...hostile, request()]);
  expect(answer?.messageClass).toBe(0x0100);
});

test('ICE-3 one address gets no more answers than its budget, and others still get theirs', () => {
  let now = 0;
  const budget = createStunBudget(
    { stunPerSecond: 100, stunPerAddressPerSecond: 2, stunPerAddressBurst: 5, stunAddresses: 2 },
    () => now,
  );
  const taken = (subscriber: string): number =>
    Array.from({ length: 10 }, () => budget.take(subscriber)).filter(Boolean).length;
  expect(taken('a')).toBe(5);
  expect(taken('b')).toBe(5);
  now += 1000;
  expect(taken('a')).toBe(2);
});

test('ICE-3 many addresses together get no more than the budget of all', () => {
  const budget = createStunBudget({ ...LIMITS, stunPerSecond: 50 }, () => 0);
  const taken = Array.from({ length: 1000 }, (_, i) => budget.take(`10.0.${i >> 8}.${i & 255}`)).filter(Boolean);
  expect(taken).toHaveLength(50);
});

test('ICE-4 a port that is taken is said in the log and hinders nothing', async () => {
  const first = await start();
  events.length = 0;
  expect(await start({ port: first?.port ?? 0 })).toBeUndefined();
  expect(events).toContain('stun-not-listening');
  const { answer } = await ask(first?.port ?? 0, [request()]);
  expect(answer).toBeDefined();
});

test('ICE-4 after close nothing listens', async () => {
  const responder = await start();
  await responder?.close();
  await responder?.close();
  expect(await start({ port: responder?.port ?? 0 })).toBeDefined();
});
