/** One end of a bulk transfer, a process of its own: `node bulk-peer.ts`, told over IPC what to be. Exits when told to. */
import { nodeWebRtc } from '@vicinal/archiver/peer/wrtc.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { appendLines, readText } from '@vicinal/shared/room/text-lines.ts';
import { WebrtcProvider } from 'y-webrtc';
import * as Y from 'yjs';
import type { WebRtc } from '@vicinal/shared/mesh/types.ts';
import { joinAsGuest } from '../peer/guest.ts';
import { openPeerRoom } from '../peer/peer-room.ts';
import { createDelayedWebRtc } from './delayed-webrtc.ts';

export type ToBulkPeer =
  | {
      readonly kind: 'ours';
      readonly role: 'writer' | 'reader';
      readonly origin: string;
      readonly secret: string;
      readonly bytes: number;
      /** Time that the network takes there and back. */
      readonly roundTripMs: number;
    }
  | { readonly kind: 'y-webrtc'; readonly role: 'writer' | 'reader'; readonly port: number; readonly bytes: number }
  | {
      readonly kind: 'raw';
      readonly role: 'writer' | 'reader';
      readonly bytes: number;
      readonly roundTripMs: number;
    }
  /** From the other end of a raw channel. */
  | { readonly kind: 'signal'; readonly data: RTCSessionDescriptionInit | RTCIceCandidateInit };
export type FromBulkPeer =
  /** The writer has its document. */
  | { readonly kind: 'ready' }
  /** From the connection to the last byte. */
  | { readonly kind: 'done'; readonly ms: number }
  | { readonly kind: 'signal'; readonly data: RTCSessionDescriptionInit | RTCIceCandidateInit };

const LINE = 'Line of a page about tides, harbours and the weather of next week. '.repeat(15);
const LINES_PER_EDIT = 200;
const RAW_MESSAGE_BYTES = 64 * 1024;
/** As much as ours hands over at once; with more, loopback loses packets and the channel stands still for seconds. */
const RAW_BUFFER_BYTES = 256 * 1024;
const JOIN_TIMEOUT_MS = 60_000;

const say = (message: FromBulkPeer): void => void process.send?.(message);
const silent: Logger = { debug: none, info: none, warn: none, error: none, child: () => silent };
function none(): void {
  // nobody reads it
}
const until = async (check: () => boolean): Promise<void> => {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** Edits of about 200 KB, until there are `bytes` characters. */
function write(body: Y.XmlFragment, bytes: number): void {
  for (let left = Math.ceil(bytes / LINE.length); left > 0; left -= LINES_PER_EDIT)
    appendLines(body, Array<string>(Math.min(left, LINES_PER_EDIT)).fill(LINE));
}

const webRtcOver = (roundTripMs: number): WebRtc => (roundTripMs > 0 ? createDelayedWebRtc(roundTripMs) : nodeWebRtc);

async function runOurs(told: Extract<ToBulkPeer, { kind: 'ours' }>): Promise<void> {
  const { role, origin, secret, bytes, roundTripMs } = told;
  const guest = await joinAsGuest({ link: { origin, secret }, name: role, dataDir: undefined, clock: systemClock });
  const room = await openPeerRoom({
    ...{ guest, origin, dataDir: undefined, clock: systemClock, random: systemRandom, logger: silent },
    signal: new AbortController().signal,
    webrtc: webRtcOver(roundTripMs),
  });
  const content = room.replica('content');
  const body = contentBody(content.ydoc);
  if (role === 'writer') {
    write(body, bytes);
    await content.flush();
    return say({ kind: 'ready' });
  }
  await room.until(() => room.handle.peers().length > 0, JOIN_TIMEOUT_MS);
  const linkedAt = performance.now();
  // entries come whole and in order: the last one completes the text
  await until(() => body.length >= Math.ceil(bytes / LINE.length));
  const ms = performance.now() - linkedAt;
  if (readText(body).length < bytes) throw new Error('the text is not whole');
  say({ kind: 'done', ms });
}

async function runYWebrtc({ role, port, bytes }: Extract<ToBulkPeer, { kind: 'y-webrtc' }>): Promise<void> {
  const ydoc = new Y.Doc();
  const body = ydoc.getXmlFragment('body');
  if (role === 'writer') write(body, bytes);
  const provider = new WebrtcProvider('bulk', ydoc, {
    signaling: [`ws://127.0.0.1:${port}`],
    peerOpts: { wrtc: nodeWebRtc, config: { iceServers: [] } },
  });
  if (role === 'writer') return say({ kind: 'ready' });
  await until(() => [...(provider.room?.webrtcConns.values() ?? [])].some((peer) => peer.connected));
  const connectedAt = performance.now();
  await until(() => body.length >= Math.ceil(bytes / LINE.length));
  say({ kind: 'done', ms: performance.now() - connectedAt });
}

let connection: RTCPeerConnection | undefined;

/** Ordered and reliable, in messages of 64 KiB. */
async function runRaw({ role, bytes, roundTripMs }: Extract<ToBulkPeer, { kind: 'raw' }>): Promise<void> {
  const Connection = webRtcOver(roundTripMs).RTCPeerConnection as typeof RTCPeerConnection; // simple-peer takes it untyped
  const own = (connection = new Connection({ iceServers: [] }));
  own.onicecandidate = ({ candidate }) => candidate && say({ kind: 'signal', data: candidate.toJSON() });
  const channel = own.createDataChannel('bulk', { negotiated: true, id: 1 });
  channel.binaryType = 'arraybuffer';
  let received = 0;
  let openedAt = 0;
  channel.onopen = async () => {
    openedAt = performance.now();
    if (role === 'reader') return;
    const message = new Uint8Array(RAW_MESSAGE_BYTES).fill(65);
    for (let sent = 0; sent < bytes; sent += message.length) {
      await until(() => channel.bufferedAmount < RAW_BUFFER_BYTES);
      channel.send(message);
    }
  };
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    received += data.byteLength;
    if (received >= bytes) say({ kind: 'done', ms: performance.now() - openedAt });
  };
  if (role === 'writer') return say({ kind: 'ready' });
  await own.setLocalDescription(await own.createOffer());
  const { type, sdp = '' } = own.localDescription ?? { type: 'offer' as const };
  say({ kind: 'signal', data: { type, sdp } });
}

async function takeSignal(data: RTCSessionDescriptionInit | RTCIceCandidateInit): Promise<void> {
  if (connection === undefined) return;
  if (!('type' in data)) return connection.addIceCandidate(data);
  await connection.setRemoteDescription(data);
  if (data.type !== 'offer') return;
  await connection.setLocalDescription(await connection.createAnswer());
  const { type, sdp = '' } = connection.localDescription ?? { type: 'answer' as const };
  say({ kind: 'signal', data: { type, sdp } });
}

let signals = Promise.resolve();
process.on('message', (message) => {
  const told = message as ToBulkPeer; // from the benchmark
  switch (told.kind) {
    case 'ours':
      return void runOurs(told);
    case 'y-webrtc':
      return void runYWebrtc(told);
    case 'raw':
      return void runRaw(told);
    case 'signal':
      signals = signals.then(() => takeSignal(told.data));
  }
});
process.on('disconnect', () => process.exit(0));
