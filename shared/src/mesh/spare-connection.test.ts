import { expect, it, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import { createSpareConnection } from './spare-connection.ts';
import type { WebRtc } from './types.ts';

const SERVERS: RTCConfiguration = { iceServers: [{ urls: 'stun:127.0.0.1:1' }] };

/** A platform that counts what it makes. */
function createPlatform(refuses: (made: number) => boolean = () => false) {
  const made: Connection[] = [];
  class Connection {
    readonly close = vi.fn();
    readonly setConfiguration = vi.fn((config: RTCConfiguration) => {
      if (config.iceTransportPolicy === 'relay') throw new TypeError('not here');
    });
    readonly config: RTCConfiguration | undefined;
    constructor(config?: RTCConfiguration) {
      if (refuses(made.length)) throw new TypeError('too many');
      this.config = config;
      made.push(this);
    }
  }
  const webrtc: WebRtc = {
    RTCPeerConnection: Connection,
    RTCSessionDescription: undefined,
    RTCIceCandidate: undefined,
  };
  return { made, webrtc };
}

it('MESH-26 the first link takes the connection made ahead, with its own servers; the next ones are new', () => {
  const { made, webrtc } = createPlatform();
  const spare = createSpareConnection(webrtc, systemClock, 1000);
  spare.prepare();
  spare.prepare();
  expect(made).toHaveLength(1);
  expect(spare.take(SERVERS)).toBe(made[0]);
  expect(made[0]?.setConfiguration).toHaveBeenCalledWith(SERVERS);
  expect(spare.take(SERVERS)).toBe(made[1]);
  expect(made[1]?.config).toBe(SERVERS);
  spare.close();
  expect(made.map(({ close }) => close.mock.calls.length)).toEqual([0, 0]); // they are the links' now
});

it('MESH-26 one that nobody takes is closed after its time, and with the mesh', () => {
  const { made, webrtc } = createPlatform();
  const clock = createVirtualClock();
  createSpareConnection(webrtc, clock, 1000).prepare();
  clock.advance(1000);
  expect(made[0]?.close).toHaveBeenCalledOnce();
  const other = createSpareConnection(webrtc, clock, 1000);
  other.prepare();
  other.close();
  other.close();
  expect(made[1]?.close).toHaveBeenCalledOnce();
  other.prepare();
  expect(made).toHaveLength(2);
});

it('MESH-26 what the platform refuses ahead, or does not configure, is made when it is needed', () => {
  const few = createPlatform((made) => made === 0);
  const none = createSpareConnection(few.webrtc, systemClock, 1000);
  none.prepare();
  expect(() => none.take(SERVERS)).toThrow('too many');
  const { made, webrtc } = createPlatform();
  const spare = createSpareConnection(webrtc, systemClock, 1000);
  spare.prepare();
  const relay: RTCConfiguration = { iceTransportPolicy: 'relay' };
  expect(spare.take(relay)).toBe(made[1]);
  expect([made[0]?.close.mock.calls.length, made[1]?.config]).toEqual([1, relay]);
});
