/** The stock y-webrtc provider, unmodified, as a peer of an open room. The only importer of y-webrtc. */
import type { Clock } from '@vicinal/shared/clock.ts';
import type { WebRtc } from '@vicinal/shared/mesh/types.ts';
import { WebrtcProvider, type WebrtcConn } from 'y-webrtc';
import type * as Y from 'yjs';
import type { OpenRoomIce } from './messages.ts';

/** How often connections are looked at. */
const LOOK_MS = 2000;

export interface OpenRoomLinkOptions {
  readonly room: string;
  readonly password: string | undefined;
  readonly ydoc: Y.Doc;
  /** Address of the signaling endpoint, `ws://…/y-webrtc`. */
  readonly signalUrl: string;
  readonly ice: OpenRoomIce;
  readonly webrtc: WebRtc;
  readonly maxPeers: number;
  /** A connection that is not there after this long is given up: bogus announcements would take every place for good. */
  readonly dialTimeoutMs: number;
  readonly clock: Clock;
}

export interface OpenRoomLink {
  /** Connected peers. */
  peers(): number;
  /** For connections made from now on. */
  setIce(ice: OpenRoomIce): void;
  /** Ends every connection; stock peers announce themselves again and exchange what each lacks. */
  reconnect(): void;
  /** Idempotent. */
  close(): void;
}

/** Connects at once. */
export function joinOpenRoom(options: OpenRoomLinkOptions): OpenRoomLink {
  const { clock, password } = options;
  // simple-peer would ask servers of third parties where none are given.
  const config: RTCConfiguration = configOf(options.ice);
  const provider = new WebrtcProvider(options.room, options.ydoc, {
    signaling: [options.signalUrl],
    ...(password === undefined ? {} : { password }),
    maxConns: options.maxPeers,
    peerOpts: { wrtc: options.webrtc, config },
  });
  silence(provider.awareness);
  const connections = (): Map<string, WebrtcConn> => provider.room?.webrtcConns ?? new Map();

  const seenAt = new Map<WebrtcConn, number>();
  const look = (): void => {
    const now = clock.monotonic();
    const current = new Set(connections().values());
    for (const known of seenAt.keys()) if (!current.has(known)) seenAt.delete(known);
    for (const connection of current) {
      const since = seenAt.get(connection) ?? now;
      seenAt.set(connection, connection.connected ? now : since);
      if (now - since > options.dialTimeoutMs) connection.destroy();
    }
    cancel = clock.after(LOOK_MS, look);
  };
  let cancel = clock.after(LOOK_MS, look);
  let isClosed = false;

  return {
    peers: () => [...connections().values()].filter((connection) => connection.connected).length,
    setIce: (ice) => void Object.assign(config, configOf(ice)),
    reconnect: () => {
      for (const connection of connections().values()) connection.destroy();
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      cancel();
      provider.disconnect();
      provider.destroy();
    },
  };
}

const configOf = ({ servers, isRelayOnly }: OpenRoomIce): RTCConfiguration => ({
  iceServers: [...servers],
  iceTransportPolicy: isRelayOnly ? 'relay' : 'all',
});

/**
 * An archive shows no presence, keeps nobody's and passes none on: a peer may send a message with thousands of invented
 * states, which stock awareness keeps for ever and sends on to everybody.
 */
function silence(awareness: WebrtcProvider['awareness']): void {
  awareness.setLocalState(null);
  const own = [...awareness.meta];
  awareness.emit = () => {
    awareness.states.clear();
    awareness.meta.clear();
    for (const [client, meta] of own) awareness.meta.set(client, meta);
  };
}
