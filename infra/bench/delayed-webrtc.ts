/**
 * WebRTC in Node whose other end is further away: each address that the other end names is replaced by one of a relay
 * that holds every datagram back. Both ends take it, so no path goes past the relays, and each through one of them.
 */
import { Worker } from 'node:worker_threads';
import { nodeWebRtc } from '@vicinal/archiver/peer/wrtc.ts';
import type { WebRtc } from '@vicinal/shared/mesh/types.ts';
import type { FromRelay, ToRelay } from './datagram-relay-worker.ts';

/** Half of `roundTripMs` in each direction. The relay's thread ends with the process. */
export function createDelayedWebRtc(roundTripMs: number): WebRtc {
  const worker = new Worker(new URL('datagram-relay-worker.ts', import.meta.url), { workerData: roundTripMs / 2 });
  worker.unref();
  const asked = new Map<number, (port: number | undefined) => void>();
  let lastId = 0;
  worker.on('message', ({ id, port }: FromRelay) => {
    asked.get(id)?.(port);
    asked.delete(id);
  });
  const lead = (address: string, port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const id = ++lastId;
      asked.set(id, resolve);
      worker.postMessage({ id, address, port } satisfies ToRelay);
    });

  const Native = nodeWebRtc.RTCPeerConnection as typeof RTCPeerConnection; // the contract leaves the constructor opaque
  class DelayedConnection extends Native {
    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const lines = (description.sdp ?? '').split('\r\n');
      const sdp = lines.filter((line) => !line.startsWith('a=candidate:')).join('\r\n');
      await super.setRemoteDescription({ type: description.type, sdp });
      for (const line of lines)
        if (line.startsWith('a=candidate:'))
          await this.addIceCandidate({ candidate: line.slice('a='.length), sdpMid: '0', sdpMLineIndex: 0 });
    }
    override async addIceCandidate(init?: RTCIceCandidateInit | null): Promise<void> {
      const fields = (init?.candidate ?? '').split(' ');
      const [, , protocol, , address = '', port = ''] = fields;
      if (protocol?.toLowerCase() !== 'udp') return; // TCP would go past the relay
      const leading = await lead(address, Number(port));
      if (leading === undefined) return;
      fields[5] = String(leading);
      await super.addIceCandidate({ ...init, candidate: fields.join(' ') });
    }
  }
  return { ...nodeWebRtc, RTCPeerConnection: DelayedConnection };
}
