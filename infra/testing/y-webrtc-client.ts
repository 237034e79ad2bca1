/**
 * A client as anybody would write it with y-webrtc from npm, in a process of its own: `node y-webrtc-client.ts URL ROOM
 * [PASSWORD]`. Told what to do over IPC; says its text whenever it changes.
 */
import { nodeWebRtc } from '@vicinal/archiver/peer/wrtc.ts';
import { WebrtcProvider } from 'y-webrtc';
import * as Y from 'yjs';

/** `send`: bytes in base64, to every peer, past the provider. */
export type ToClient = { readonly insert: string } | { readonly send: string } | 'leave';
export interface FromClient {
  readonly text: string;
  /** Other peers connected. */
  readonly peers: number;
  /** Awareness states held, the own one included. */
  readonly states: number;
}

// In a browser what the provider throws out of its handlers goes to the console, and the page lives on.
process.on('uncaughtException', () => undefined);
process.on('unhandledRejection', () => undefined);

const [url = '', room = '', password] = process.argv.slice(2);
const ydoc = new Y.Doc();
const provider = new WebrtcProvider(room, ydoc, {
  signaling: [url],
  ...(password === undefined ? {} : { password }),
  peerOpts: { wrtc: nodeWebRtc, config: { iceServers: [] } },
});
const text = ydoc.getText('text');
const connections = () => [...(provider.room?.webrtcConns.values() ?? [])];
const say = (): void => {
  const connected = connections().filter((peer) => peer.connected);
  const message: FromClient = {
    text: text.toJSON(),
    peers: connected.length,
    states: provider.awareness.getStates().size,
  };
  if (process.connected) process.send?.(message);
};
ydoc.on('update', say);
setInterval(say, 100);
process.on('message', (message) => {
  const told = message as ToClient; // from the test
  if (told === 'leave') process.exit(0);
  if ('insert' in told) return text.insert(text.length, told.insert);
  const peers = connections().filter((peer) => peer.connected);
  // simple-peer's own method, untyped in y-webrtc
  for (const { peer } of peers) (peer as { send(bytes: Uint8Array): void }).send(Buffer.from(told.send, 'base64'));
});
process.on('disconnect', () => process.exit(0));
