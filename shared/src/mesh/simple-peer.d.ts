/**
 * What `link.ts` uses of simple-peer 9.11.1. The prebuilt file is imported because the package's main one needs Node's
 * stream and Buffer polyfilled by the bundler; the published types do not cover it, nor `negotiate`.
 */
declare module 'simple-peer/simplepeer.min.js' {
  interface SimplePeerOptions {
    readonly initiator: boolean;
    readonly trickle: boolean;
    readonly channelConfig: { readonly negotiated: true; readonly id: number };
    readonly config: RTCConfiguration;
    readonly wrtc: {
      readonly RTCPeerConnection: unknown;
      readonly RTCSessionDescription: unknown;
      readonly RTCIceCandidate: unknown;
    };
  }
  type PeerSignal = { readonly type?: string; readonly sdp?: string; readonly candidate?: RTCIceCandidateInit };

  class SimplePeer {
    constructor(options: SimplePeerOptions);
    readonly destroyed: boolean;
    /** Left running by `destroy()` for five seconds. */
    readonly _iceCompleteTimer: ReturnType<typeof setTimeout> | undefined;
    signal(data: PeerSignal): void;
    negotiate(): void;
    destroy(): void;
    on(event: 'signal', listener: (data: PeerSignal) => void): void;
    on(event: 'connect' | 'close' | 'error', listener: () => void): void;
  }
  export = SimplePeer;
}
