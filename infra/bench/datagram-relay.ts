/** A stretch of network between two ends on one host: every datagram arrives later by a fixed time, none is lost on purpose. */
import { createSocket, type Socket } from 'node:dgram';

/** As much as the kernel grants: what the relay loses would count as loss of the network. */
const BUFFER_BYTES = 4 * 1024 * 1024;

export interface DatagramRelay {
  /** Port, at the same address, whose datagrams go to `port`; answers come back from there. */
  lead(address: string, port: number): Promise<number>;
  /** Idempotent. */
  close(): void;
}

/** `oneWayMs` in each direction. */
export function createDatagramRelay(oneWayMs: number): DatagramRelay {
  const sockets = new Set<Socket>();
  const led = new Map<string, Promise<number>>();
  const later = createDelay(oneWayMs);

  const open = async (address: string): Promise<Socket> => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    sockets.add(socket);
    const bound = new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, address, resolve);
    });
    await bound;
    socket.on('error', () => undefined); // an end that is gone; the others go on
    socket.setRecvBufferSize(BUFFER_BYTES);
    socket.setSendBufferSize(BUFFER_BYTES);
    return socket;
  };
  const send = (socket: Socket, bytes: Uint8Array, port: number, address: string): void =>
    later(() => {
      if (sockets.has(socket)) socket.send(bytes, port, address);
    });

  const start = async (address: string, port: number): Promise<number> => {
    const near = await open(address);
    /** One for each who sends, so that answers find their way. */
    const fars = new Map<string, Promise<Socket>>();
    near.on('message', (bytes, from) => {
      const name = `${from.address} ${from.port}`;
      const far = fars.get(name) ?? open(address);
      if (!fars.has(name)) {
        fars.set(name, far);
        void far.then((socket) => socket.on('message', (answer) => send(near, answer, from.port, from.address)));
      }
      void far.then((socket) => send(socket, bytes, port, address));
    });
    return near.address().port;
  };

  return {
    lead: (address, port) => {
      const name = `${address} ${port}`;
      const known = led.get(name) ?? start(address, port);
      led.set(name, known);
      return known;
    },
    close: () => {
      for (const socket of sockets) socket.close();
      sockets.clear();
    },
  };
}

/** Runs what it is given after `ms`, in order. */
function createDelay(ms: number): (run: () => void) => void {
  const waiting: { readonly at: number; readonly run: () => void }[] = [];
  let isTimed = false;
  const wait = (): void => {
    const [next] = waiting;
    isTimed = next !== undefined;
    if (next) setTimeout(flush, Math.max(1, next.at - performance.now()));
  };
  const flush = (): void => {
    const now = performance.now();
    const due = waiting.findIndex(({ at }) => at > now);
    for (const { run } of waiting.splice(0, due === -1 ? waiting.length : due)) run();
    wait();
  };
  return (run) => {
    waiting.push({ at: performance.now() + ms, run });
    if (!isTimed) wait();
  };
}
