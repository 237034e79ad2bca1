import { createSocket, type Socket } from 'node:dgram';
import { expect, test } from 'vitest';
import { createDatagramRelay } from './datagram-relay.ts';

const bind = async (): Promise<Socket> => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
};

test('hands on every datagram in order, not before its time, and brings the answers back to who asked', async () => {
  const echo = await bind();
  echo.on('message', (bytes, from) => echo.send(bytes, from.port, from.address));
  const relay = createDatagramRelay(40);
  const port = await relay.lead('127.0.0.1', echo.address().port);
  expect(await relay.lead('127.0.0.1', echo.address().port)).toBe(port);
  const ends = await Promise.all([bind(), bind()]);
  const sentAt = performance.now();
  const heard = await Promise.all(
    ends.map(
      (end, who) =>
        new Promise<readonly string[]>((resolve) => {
          const texts: string[] = [];
          end.on('message', (bytes) => {
            texts.push(bytes.toString());
            if (texts.length === 20) resolve(texts);
          });
          for (let i = 0; i < 20; i++) end.send(`${who}/${i}`, port, '127.0.0.1');
        }),
    ),
  );
  expect(performance.now() - sentAt).toBeGreaterThanOrEqual(79); // at least: never a measure of speed
  expect(heard).toEqual([0, 1].map((who) => Array.from({ length: 20 }, (_, i) => `${who}/${i}`)));
  relay.close();
  for (const socket of [echo, ...ends]) socket.close();
});
