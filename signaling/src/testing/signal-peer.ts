/** A signaling client that does what it is told, for tests. */
import { fromBase64Url, toBase64Url } from '@vicinal/shared/bytes.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { peerIdOf, signalAuthMessage } from '@vicinal/shared/crypto/transcript.ts';
import type { PeerId } from '@vicinal/shared/ids.ts';
import { encodeUp, parseDown } from '@vicinal/shared/signal/codec.ts';
import type { Down } from '@vicinal/shared/signal/down.ts';
import type { Up } from '@vicinal/shared/signal/up.ts';
import { ORIGIN, type TestServer } from './test-server.ts';

type DownOf<T extends Down['type']> = Extract<Down, { type: T }>;

export interface SignalPeer {
  readonly peerId: PeerId;
  readonly nonce: Uint8Array;
  send(message: Up): void;
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void;
  /** The next message of the type, waiting for it; others before it are skipped and lost. */
  next<T extends Down['type']>(type: T): Promise<DownOf<T>>;
  /** Sends a ping and resolves with everything that arrived before its pong: what was sent before has been handled. */
  settle(): Promise<readonly Down[]>;
  /** Close code, once closed. */
  readonly closed: Promise<number>;
  readonly bytesReceived: number;
  hello(
    token: string,
    override?: Partial<{
      origin: string;
      sig: string;
      nonce: Uint8Array;
      tabNonce: string;
      devicePub: string;
      versions: number[];
    }>,
  ): Promise<void>;
  reauth(token: string): Promise<void>;
  close(): void;
}

const WAIT_MS = 10_000;

/** Connected and challenged. Rejects when the upgrade is refused. */
export async function connectRaw(
  server: TestServer,
  device: DeviceSigner,
  origin: string | undefined = ORIGIN,
): Promise<SignalPeer> {
  // Node's WebSocket takes headers, which the type of the browser's constructor does not know.
  const init = { headers: origin === undefined ? {} : { origin } } as unknown as string[];
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/signal`, init);
  const queue: Down[] = [];
  const waiting = new Set<() => void>();
  let bytesReceived = 0;
  let isClosed = false;
  const wake = (): void => {
    for (const each of [...waiting]) each();
  };
  socket.addEventListener('message', ({ data }) => {
    const text = String(data);
    bytesReceived += text.length;
    const parsed = parseDown(text);
    if (!parsed.ok) throw parsed.error;
    queue.push(parsed.value);
    wake();
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => {
      isClosed = true;
      resolve(code);
      wake();
    });
  });
  const until = <T>(find: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(() => reject(new Error(`no ${what} within ${WAIT_MS} ms`))), WAIT_MS);
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        end();
      };
      const look = (): void => {
        const found = find();
        if (found !== undefined) finish(() => resolve(found));
        else if (isClosed) finish(() => reject(new Error(`closed while waiting for ${what}`)));
      };
      waiting.add(look);
      look();
    });
  const next = <T extends Down['type']>(type: T): Promise<DownOf<T>> =>
    until(() => {
      const index = queue.findIndex((message) => message.type === type);
      return index < 0 ? undefined : (queue.splice(0, index + 1).at(-1) as DownOf<T>); // found by that type
    }, type);

  const challenge = await next('challenge');
  const nonce = fromBase64Url(challenge.nonce);
  if (!nonce) throw new Error('nonce');
  const tabNonce = systemRandom.bytes(16);
  const sign = async (token: string, at = nonce, from = origin ?? ''): Promise<string> =>
    toBase64Url(await device.sign(signalAuthMessage(from, at, token)));
  return {
    peerId: peerIdOf(device.publicKey, tabNonce),
    nonce,
    send: (message) => socket.send(encodeUp(message)),
    sendRaw: (data) => socket.send(data),
    next,
    settle: () => {
      socket.send(encodeUp({ type: 'ping' }));
      return until(() => {
        const index = queue.findIndex((message) => message.type === 'pong');
        return index < 0 ? undefined : queue.splice(0, index + 1).slice(0, -1);
      }, 'pong');
    },
    closed,
    get bytesReceived() {
      return bytesReceived;
    },
    hello: async (token, override = {}) =>
      socket.send(
        encodeUp({
          type: 'hello',
          versions: override.versions ?? [1],
          token,
          devicePub: override.devicePub ?? toBase64Url(device.publicKey),
          tabNonce: override.tabNonce ?? toBase64Url(tabNonce),
          sig:
            override.sig ??
            (await sign(token, override.nonce === undefined ? nonce : new Uint8Array(override.nonce), override.origin)),
        }),
      ),
    reauth: async (token) => socket.send(encodeUp({ type: 'reauth', token, sig: await sign(token) })),
    close: () => socket.close(),
  };
}

/** Connected and welcomed. */
export async function connectPeer(server: TestServer, device: DeviceSigner, peerToken: string): Promise<SignalPeer> {
  const peer = await connectRaw(server, device);
  await peer.hello(peerToken);
  await peer.next('welcome');
  return peer;
}
