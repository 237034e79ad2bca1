import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Handler } from './front-handler.ts';

export interface Listener {
  readonly port: number;
  /** Ends the listener and every connection. Idempotent. */
  close(): Promise<void>;
}

/** Rejects when the port is taken. `host` absent means every interface. */
export async function listen(
  server: Server,
  handler: Handler,
  { port, host = '::' }: { readonly port: number; readonly host?: string },
): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', handler.onRequest);
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    handler.onUpgrade(request, socket, head),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  let closing: Promise<void> | undefined;
  return {
    port: address.port,
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      })),
  };
}
