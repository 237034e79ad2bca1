/** The one choice of WebRTC for Node (the ADR on Node WebRTC has the figures). Native: a crash ends the process, so it runs in a child that is restarted. */
import wrtc from '@roamhq/wrtc';
import type { WebRtc } from '@vicinal/shared/mesh/types.ts';

export const nodeWebRtc: WebRtc = {
  RTCPeerConnection: wrtc.RTCPeerConnection,
  RTCSessionDescription: wrtc.RTCSessionDescription,
  RTCIceCandidate: wrtc.RTCIceCandidate,
};
