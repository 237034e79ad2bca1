import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startDelayProxy } from './delay-proxy.ts';

test('hands on every byte in order, not before its time, and ends with both sides', async () => {
  const echo = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const address = echo.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  const proxy = await startDelayProxy(address.port, 80);
  const socket = connect(proxy.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const sentAt = performance.now();
  const parts = Array.from({ length: 200 }, (_, i) => `${i},`);
  for (const part of parts) socket.write(part);
  socket.end();
  await ended;
  expect(received).toBe(parts.join(''));
  expect(performance.now() - sentAt).toBeGreaterThanOrEqual(79); // at least: never a measure of speed
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});
