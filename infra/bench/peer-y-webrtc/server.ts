/** Stock y-webrtc: its own signaling server from npm, and a page with the same editor over its unmodified provider. */
import { startPageServer } from '../peers/page-server.ts';
import { startYWebrtc } from '../peers/servers.ts';

export interface Peer {
  /** `/ROOM` may be appended. */
  readonly address: string;
  readonly version: string;
  close(): Promise<void>;
}

export async function startPeer(): Promise<Peer> {
  const page = await startPageServer();
  const server = await startYWebrtc();
  return {
    address: `${page.origin}/#${server.provider}/${server.port}`,
    version: server.version,
    async close() {
      await server.close();
      await page.close();
    },
  };
}
