/**
 * One connection made ahead of the first link. The first of a page takes tens of milliseconds, for it starts the
 * platform's WebRTC threads and draws a key; nothing is sent or asked of the network before it is used.
 */
import type { Clock } from '../clock.ts';
import type { WebRtc } from './types.ts';

export interface SpareConnection {
  /** Makes it, unless it was made before. */
  prepare(): void;
  /** The spare one with this configuration, or a new one. May throw where the platform has none left. */
  take(config: RTCConfiguration): RTCPeerConnection;
  /** Idempotent. */
  close(): void;
}

export function createSpareConnection(webrtc: WebRtc, clock: Clock, lifetimeMs: number): SpareConnection {
  const NativeConnection = webrtc.RTCPeerConnection as typeof RTCPeerConnection; // the contract leaves the constructors opaque
  let spare: RTCPeerConnection | undefined;
  let isPrepared = false;
  let cancel: (() => void) | undefined;

  const close = (): void => {
    isPrepared = true;
    cancel?.();
    spare?.close();
    spare = undefined;
  };
  return {
    prepare: () => {
      if (isPrepared) return;
      isPrepared = true;
      try {
        spare = new NativeConnection();
        cancel = clock.after(lifetimeMs, close);
      } catch {
        // out of connections: the first link says so
      }
    },
    take: (config) => {
      const taken = spare;
      spare = undefined;
      cancel?.();
      if (taken === undefined) return new NativeConnection(config);
      try {
        taken.setConfiguration(config);
        return taken;
      } catch {
        taken.close(); // whatever is wrong with the configuration, the constructor tells
        return new NativeConnection(config);
      }
    },
    close,
  };
}
