import wrtc from '@roamhq/wrtc';
import { XmlText } from 'yjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock, systemRandom } from '../clock.ts';
import type { SignalData } from '../signal/signal-data.ts';
import {
  createWorld,
  testRoom,
  type TestPeer,
  type TestRoom,
  type World,
  type WorldOptions,
} from '../testing/seeded-peers.ts';
import type { MeshOptions, WebRtc } from './types.ts';

const webrtc: WebRtc = {
  RTCPeerConnection: wrtc.RTCPeerConnection,
  RTCSessionDescription: wrtc.RTCSessionDescription,
  RTCIceCandidate: wrtc.RTCIceCandidate,
};
const room = testRoom('rtc');
const TIMEOUT_MS = 25_000;
let world: World;
const makeWorld = (options: Partial<WorldOptions> = {}): World =>
  (world = createWorld({ clock: systemClock, random: systemRandom, transport: { webrtc }, ...options }));
const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: TIMEOUT_MS, interval: 10 });

interface Member {
  readonly peer: TestPeer;
  readonly opened: TestRoom;
}
const join = async (name: string, overrides: Partial<MeshOptions> = {}): Promise<Member> => {
  const peer = await world.peer(name, 'editor', overrides);
  return { peer, opened: await peer.open(room) };
};
const write = ({ opened }: Member, text: string): void =>
  opened.content.ydoc.getXmlFragment('body').push([new XmlText(text)]);
const read = ({ opened }: Member): string => opened.content.ydoc.getXmlFragment('body').toJSON();
const count = ({ peer }: Member, name: string): number => peer.mesh.counters()[name] ?? 0;
const linked = async (overrides: Partial<MeshOptions> = {}): Promise<readonly [Member, Member]> => {
  const pair = [await join('a', overrides), await join('b', overrides)] as const;
  await until(() => expect(pair.map(({ opened }) => opened.handle.peers().length)).toEqual([1, 1]));
  return pair;
};
const connectionOf = (one: Member, other: Member): RTCPeerConnection =>
  one.peer.mesh.connection(other.peer.mesh.peerId) as RTCPeerConnection; // the seam leaves its type open
const rewrite = (data: SignalData, change: (sdp: string) => string): SignalData =>
  data.kind === 'description'
    ? { ...data, description: { ...data.description, sdp: change(data.description.sdp) } }
    : data;
/** Turns one hexadecimal digit of the fingerprint. */
const swap = (sdp: string): string =>
  sdp.replace(
    /(fingerprint:sha-256 )(.)/,
    (_all, head: string, digit: string) => `${head}${digit === '0' ? '1' : '0'}`,
  );

afterEach(() => world.close());

describe('two peers over WebRTC', () => {
  it('MESH-1 handshake to READY, join a room, replicate what both write and acknowledge it', async () => {
    makeWorld();
    const [a, b] = await linked();
    write(a, 'from a');
    await until(() => expect(read(b)).toBe('from a'));
    write(b, ' and b');
    await until(() => expect(read(a)).toBe('from a and b'));
    expect(a.opened.content.digest()).toEqual(b.opened.content.digest());
    await until(() => expect(a.opened.content.receipts.snapshot().unreplicated).toBe(0));
    expect(count(a, 'entries-invalid')).toBe(0);
    expect(a.opened.handle.peers()).toMatchObject([{ name: 'b', path: 'direct' }]);
  });

  it('ICE-8 take renewed TURN credentials into links that are open, along with a renewed token', async () => {
    makeWorld({ lifetimeSeconds: 4 });
    let username = 'first';
    const granted = () => [{ urls: ['turn:127.0.0.1:9?transport=udp'], username, credential: 'secret' }];
    const [a, b] = await linked({ ice: () => ({ origin: 'https://vicinal.test', granted: granted() }) });
    const held = (): (string | undefined)[] =>
      [connectionOf(a, b), connectionOf(b, a)].map((one) => one.getConfiguration().iceServers?.[0]?.username);
    expect(held()).toEqual(['first', 'first']);
    username = 'second';
    await until(() => expect(held()).toEqual(['second', 'second']));
    username = 'third';
    await a.peer.mesh.restartIce(b.peer.mesh.peerId);
    expect(held()).toContain('third'); // the initiator's
    write(a, 'still linked');
    await until(() => expect(read(b)).toBe('still linked'));
    expect(count(a, 'link-ready')).toBe(1);
  });

  it('MESH-17 restart ICE with signaling down, from either side, and go on', async () => {
    makeWorld();
    const [a, b] = await linked();
    world.signaling.stop();
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const before = /ice-ufrag:(\S+)/.exec(connectionOf(one, other).localDescription?.sdp ?? '')?.[1];
      await one.peer.mesh.restartIce(other.peer.mesh.peerId);
      const after = /ice-ufrag:(\S+)/.exec(connectionOf(one, other).localDescription?.sdp ?? '')?.[1];
      expect(after).not.toBe(before);
    }
    write(a, 'after the restart');
    await until(() => expect(read(b)).toBe('after the restart'));
    expect([count(a, 'link-ready'), count(b, 'link-ready')]).toEqual([1, 1]);
  });

  it('MESH-9 bring a newcomer 2 MB without filling the channel', async () => {
    makeWorld();
    const a = await join('a');
    for (let i = 0; i < 20; i++) {
      write(a, `${i}${'x'.repeat(100_000)}`);
      await a.opened.content.flush();
    }
    const b = await join('b');
    await until(() => expect(read(b).length).toBe(read(a).length));
    expect([count(a, 'link-ready'), count(b, 'link-ready')]).toEqual([1, 1]);
  });

  it('MESH-19 dial again when a connection dies', async () => {
    makeWorld();
    const [a, b] = await linked();
    connectionOf(a, b).close();
    await until(() => expect([count(a, 'link-ready'), count(b, 'link-ready')]).toEqual([2, 2]));
    write(a, 'again');
    await until(() => expect(read(b)).toBe('again'));
  });

  it('MESH-24 leave no connection and no timer behind', async () => {
    makeWorld();
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const [a, b] = await linked();
    const connections = [connectionOf(a, b), connectionOf(b, a)];
    await world.close();
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'closed']);
    await until(() => expect(world.signaling.connections).toBe(0));
    // One may be the waiting itself.
    await until(() => expect(timers()).toBeLessThanOrEqual(before + 1));
  });
});

describe('signaling that tampers', () => {
  const limits = { dialTimeoutMs: 3_000 };

  it.each([
    ['swaps the fingerprints', swap],
    ['adds a second fingerprint', (sdp: string) => sdp.replace(/(a=fingerprint:.*\r\n)/, (line) => line + swap(line))],
  ])('SEC-1 and %s gets no link', async (_case, change) => {
    makeWorld({ tamper: (data) => rewrite(data, change) });
    const [a, b] = [await join('a', { limits }), await join('b', { limits })];
    await until(() => expect(count(a, 'link-closed-network') + count(b, 'link-closed-network')).toBeGreaterThan(1));
    expect(count(a, 'link-ready') + count(b, 'link-ready')).toBe(0);
  });

  it('SEC-1 and sends garbage crashes nothing', async () => {
    let isHostile = true;
    makeWorld({
      tamper: (data) => {
        if (!isHostile) return data;
        if (data.kind === 'candidate')
          return { kind: 'candidate', candidate: { candidate: 'candidate:nonsense', sdpMid: '9' } };
        return rewrite(data, (sdp) => `${sdp.split('m=')[0]}m=garbage\r\n${/a=fingerprint.*\r\n/.exec(sdp)?.[0]}`);
      },
    });
    const [a, b] = [await join('a', { limits }), await join('b', { limits })];
    await until(() => expect(count(a, 'link-closed-network') + count(b, 'link-closed-network')).toBeGreaterThan(0));
    isHostile = false;
    await until(() => expect(a.opened.handle.peers()).toHaveLength(1));
    expect(count(b, 'link-ready')).toBe(1);
  });
});
