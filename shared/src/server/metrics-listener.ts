/** Where Prometheus asks a server: `GET /metrics` on a port of its own, apart from what the world reaches. */
import { createServer, type Server } from 'node:http';

/** What is told to whoever asks. */
export interface Exposition {
  /** Of what `expose` resolves to. */
  readonly contentType: string;
  /** The text exposition format. When it rejects, the answer is 500 and empty. */
  expose(): Promise<string>;
}

export interface MetricsListener {
  readonly port: number;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Listens on `port`, 0 for any that is free. Every other request is answered with 404. Rejects when the port is taken. */
export async function listenForMetrics(
  exposition: Exposition,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsListener> {
  const server: Server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') return void response.writeHead(404).end();
    void exposition.expose().then(
      (text) =>
        response.writeHead(200, { 'Content-Type': exposition.contentType, 'Cache-Control': 'no-store' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  let closing: Promise<void> | undefined;
  return {
    port: address.port,
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
}
