import wrtc from '@roamhq/wrtc';
import { XmlText } from 'yjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock, systemRandom } from '../clock.ts';
import { createWorld, testRoom, type World, type WorldOptions } from '../testing/seeded-peers.ts';
import type { WebRtc } from './types.ts';

const webrtc = wrtc as unknown as WebRtc; // the package has no types of its own for these
const room = testRoom('rtc');
let world: World;
const makeWorld = (options: Partial<WorldOptions> = {}): World =>
  (world = createWorld({ clock: systemClock, random: systemRandom, transport: { webrtc }, ...options }));
const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: 15_000, interval: 10 });

afterEach(() => world.close());

describe('two peers over WebRTC', () => {
  it('MESH-1 handshake to READY, join a room and replicate what both write', async () => {
    const { peer } = makeWorld();
    const [a, b] = [await peer('a'), await peer('b')];
    const [ra, rb] = [await a.open(room), await b.open(room)];
    await until(() => expect([ra.handle.peers().length, rb.handle.peers().length]).toEqual([1, 1]));
    const body = ra.content.ydoc.getXmlFragment('body');
    body.insert(0, [new XmlText('from a')]);
    await until(() => expect(rb.content.ydoc.getXmlFragment('body').toJSON()).toBe('from a'));
    rb.content.ydoc.getXmlFragment('body').insert(1, [new XmlText(' and b')]);
    await until(() => expect(body.toJSON()).toBe('from a and b'));
    expect(ra.content.digest()).toEqual(rb.content.digest());
    await until(() => expect(ra.content.receipts.snapshot().unreplicated).toBe(0));
    expect(a.mesh.counters()['entries-invalid']).toBeUndefined();
  });
});
