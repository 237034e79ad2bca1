/** A TCP proxy in front of Postgres that breaks the connection at a chosen message. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface BreakingProxy {
  /** The same address through the proxy. */
  readonly url: string;
  /**
   * Breaks the connection at the `count`-th chunk that a client sends from now on: 'before' it reaches the server, or
   * 'after', when the server has answered and the client has not seen it.
   */
  breakAt(count: number, when: 'before' | 'after'): void;
  /** Whether the break asked for has happened. */
  readonly isBroken: boolean;
  close(): Promise<void>;
}

export async function startBreakingProxy(target: string): Promise<BreakingProxy> {
  const server = new URL(target);
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let when: 'before' | 'after' = 'before';
  let isBroken = true;
  const listener = createServer((client) => {
    const upstream = connect(Number(server.port), server.hostname);
    let isSwallowing = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
      sockets.delete(client);
      sockets.delete(upstream);
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (chunk) => {
      left--;
      if (left === 0) {
        isBroken = true;
        if (when === 'before') return end();
        isSwallowing = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (isSwallowing ? end() : client.write(chunk)));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((listener.address() as AddressInfo).port); // listening on TCP
  return {
    url: url.href,
    get isBroken() {
      return isBroken;
    },
    breakAt(count, at) {
      left = count;
      when = at;
      isBroken = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}
