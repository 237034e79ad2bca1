import { afterEach, describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url, utf8 } from '../bytes.ts';
import type { PeerId } from '../ids.ts';
import { encodeReceipt } from '../log/envelope.ts';
import { signReceipt } from '../log/receipts.ts';
import { createReplica } from '../log/replica.ts';
import { silentLogger } from '../logger.ts';
import { ok } from '../result.ts';
import type { SignalData } from '../signal/signal-data.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { areLinked, count, doAgree, join, peersOf, read, write, type Member } from '../testing/mesh-members.ts';
import { seededRandom } from '../testing/seeded-device.ts';
import { testRoom } from '../testing/seeded-peers.ts';
import { createSimulatedWorld, type SimulatedWorld, type SimulatedWorldOptions } from '../testing/simulated-world.ts';
import { encodeFrame } from './frame.ts';
import { MESSAGE, encodePeerIds } from './messages.ts';
import { encodePresence } from './presence-message.ts';

const room = testRoom('hostile');
const random = seededRandom('hostile');
let world: SimulatedWorld;
const makeWorld = (options: Partial<SimulatedWorldOptions> = {}): SimulatedWorld =>
  (world = createSimulatedWorld({ seed: 1, ...options }));
const frame = (
  type: number,
  stream: number,
  payload: Uint8Array<ArrayBuffer>,
  isIgnorable = false,
): Uint8Array<ArrayBuffer> => encodeFrame({ type, stream, isIgnorable, hasMore: false, payload });
const linkedPair = async (): Promise<readonly [Member, Member]> => {
  const pair = [await join(world, 'a', room), await join(world, 'b', room)] as const;
  await world.until(() => areLinked(pair));
  return pair;
};

afterEach(async () => {
  await world.close();
});

describe('tickets', () => {
  it('SEC-2 of another device admit nobody, and the link stands', async () => {
    makeWorld();
    const a = await join(world, 'a', room);
    const victim = { ...a.peer.member };
    const thief = await world.peer('thief');
    const stolen = await world.peer('thief2', 'editor', {
      credentials: {
        peerToken: () => Promise.resolve(ok(world.issuer.peerToken(thief.member))),
        room: () => Promise.resolve(ok({ ticket: world.issuer.ticket(victim, room, 'editor'), grant: '' })),
      },
      signer: thief.signer,
    });
    const opened = await stolen.open(room);
    await world.run(20_000, 20);
    expect(opened.handle.peers()).toEqual([]);
    expect(peersOf(a)).toEqual([]);
  });

  it('SEC-2 of another device are refused on a link too', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    const stolen = world.issuer.ticket(b.peer.member, room, 'editor');
    world.network.inject('b', 'a', 'control', frame(MESSAGE.ticket, 1, utf8('')));
    await world.run(100);
    const before = count(a, 'link-ready');
    world.network.inject('b', 'a', 'control', frame(MESSAGE.ticket, 1, Uint8Array.of(stolen.length, ...utf8(stolen))));
    await world.run(100);
    expect(peersOf(a)).toEqual(['b']);
    const other = world.issuer.ticket(a.peer.member, room, 'editor');
    world.network.inject('b', 'a', 'control', frame(MESSAGE.ticket, 1, Uint8Array.of(other.length, ...utf8(other))));
    await world.run(100);
    expect(peersOf(a)).toEqual([]);
    expect(count(a, 'ticket-refused-bad-signature')).toBe(1);
    expect(count(a, 'link-ready')).toBe(before);
    expect(a.peer.mesh.connection(b.peer.mesh.peerId)).toBeDefined();
  });
});

describe('bytes that do not belong', () => {
  it('MESH-5 data before READY closes the link, which is dialled again', async () => {
    makeWorld({ network: { latencyMs: 50 } });
    const [a, b] = [await join(world, 'a', room), await join(world, 'b', room)];
    await world.until(() => world.network.connections === 2);
    await world.run(20);
    const batch = frame(MESSAGE.batch, 1, new Uint8Array(10));
    for (let tries = 0; tries < 20 && count(a, 'data-before-ready') === 0; tries++) {
      world.network.inject('b', 'a', 'envelopes', batch);
      await world.run(10);
    }
    expect(count(a, 'data-before-ready')).toBe(1);
    await world.until(() => areLinked([a, b]));
  });

  it.each([
    ['a frame above 16 KiB', frame(MESSAGE.batch, 1, new Uint8Array(17 * 1024)), 'frame-malformed'],
    ['an empty frame', new Uint8Array(0), 'frame-malformed'],
    ['an unknown flag', Uint8Array.of(32, 1, 0x80), 'frame-malformed'],
  ] as const)('MESH-2 %s closes the link, which is dialled again', async (_case, bytes, counter) => {
    makeWorld();
    const [a, b] = await linkedPair();
    world.network.inject('b', 'a', 'envelopes', bytes);
    await world.run(50);
    expect(count(a, counter)).toBe(1);
    await world.until(() => areLinked([a, b]));
    write(b, 'still here');
    await world.until(() => doAgree([a, b]) && read(a) === 'still here');
  });

  it('MESH-2 an unknown message closes the link unless it is ignorable', async () => {
    makeWorld();
    const [a] = await linkedPair();
    world.network.inject('b', 'a', 'control', frame(200, 0, new Uint8Array(3), true));
    await world.run(50);
    expect(count(a, 'message-ignored')).toBe(1);
    expect(peersOf(a)).toEqual(['b']);
    world.network.inject('b', 'a', 'control', frame(200, 0, new Uint8Array(3)));
    await world.run(50);
    expect(count(a, 'message-unknown')).toBe(1);
  });

  it('MESH-10 malformed room messages are counted and change nothing', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    const types = [
      MESSAGE.heads,
      MESSAGE.digest,
      MESSAGE.want,
      MESSAGE.receipt,
      MESSAGE.batch,
      MESSAGE.synced,
      MESSAGE.neighbours,
      MESSAGE.presence,
      MESSAGE.forwardedPresence,
    ];
    for (const type of types) {
      for (let length = 0; length < 40; length++)
        world.network.inject('b', 'a', 'control', frame(type, 1, random.bytes(length)));
    }
    await world.run(200);
    expect(areLinked([a, b])).toBe(true);
    write(a, 'x');
    await world.until(() => doAgree([a, b]) && read(b) === 'x');
  });

  it('MESH-35 a peer that says again and again whom it is linked with is not told each time', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    const c = await join(world, 'c', room);
    await world.until(() => areLinked([a, b, c]));
    c.room.handle.presence.set({ here: true });
    await world.until(() => a.room.handle.presence.entries().length === 1);
    const neighbours = (...ids: readonly PeerId[]): Uint8Array<ArrayBuffer> => {
      const raw = ids.map((id) => fromBase64Url(id)).filter((id) => id !== undefined);
      return frame(MESSAGE.neighbours, 1, encodePeerIds(raw));
    };
    for (let i = 0; i < 100; i++) {
      world.network.inject('b', 'a', 'control', neighbours(c.peer.mesh.peerId));
      world.network.inject('b', 'a', 'control', neighbours());
      await world.run(20);
    }
    expect(count(a, 'presence-forwarded')).toBe(1);
    world.network.inject('b', 'a', 'control', neighbours(c.peer.mesh.peerId));
    await world.run(5000);
    world.network.inject('b', 'a', 'control', neighbours(c.peer.mesh.peerId));
    world.network.inject('b', 'a', 'control', neighbours());
    await world.run(20);
    expect(count(a, 'presence-forwarded')).toBe(2);
  });

  it('MESH-11 data of a room that was not joined is not read', async () => {
    makeWorld();
    const [a] = await linkedPair();
    world.network.inject('b', 'a', 'envelopes', frame(MESSAGE.batch, 7, new Uint8Array(20)));
    await world.run(50);
    expect(count(a, 'message-without-room')).toBe(1);
    expect(peersOf(a)).toEqual(['b']);
  });

  it('MESH-11 data of a peer whose ticket was refused is not read', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    await world.run(100); // what follows the opening is there
    world.signaling.inject(a.peer.mesh.peerId, { type: 'revoke', room, sub: b.peer.member.sub, accessEpoch: 1 });
    await world.run(50);
    expect(peersOf(a)).toEqual([]);
    for (const channel of ['envelopes', 'control', 'presence'] as const)
      world.network.inject('b', 'a', channel, frame(MESSAGE.batch, 1, new Uint8Array(20)));
    await world.run(50);
    expect(count(a, 'data-before-admission')).toBe(3);
    expect(count(a, 'document-unknown')).toBe(0);
  });

  it('MESH-11 more JOINs than a link may carry are refused', async () => {
    makeWorld();
    const [a] = await linkedPair();
    for (let stream = 10; stream < 400; stream++) {
      world.network.inject('b', 'a', 'control', frame(MESSAGE.join, stream, new Uint8Array([...random.bytes(32), 0])));
    }
    await world.run(50);
    expect(count(a, 'join-refused')).toBe(390 - 255);
    expect(peersOf(a)).toEqual(['b']);
  });
});

describe('a modified peer', () => {
  it("SEC-3 with a viewer's grant changes nothing, and its link survives", async () => {
    makeWorld();
    const a = await join(world, 'a', room);
    const peer = await world.peer('viewer', 'viewer');
    const granted = world.issuer.grant(peer.member, room, 'viewer');
    const content = createReplica({
      address: { room, doc: 'content', gen: 0 },
      store: createMemoryStore(),
      signer: peer.signer,
      verifySignature: world.crypto.verifySignature,
      grants: world.issuer.tokens,
      clock: world.clock,
      random,
      logger: silentLogger,
      grant: { grant: granted.grant, claims: { ...granted.claims, role: 'editor' } },
    });
    await content.ready;
    const viewer: Member = {
      peer,
      room: {
        handle: peer.mesh.join({ room, replicas: new Map([['content', content]]) }),
        replicas: new Map(),
        content,
      },
    };
    await world.until(() => areLinked([a, viewer]));
    write(viewer, 'injected');
    write(a, 'honest');
    await world.until(() => read(viewer).includes('honest'));
    await world.run(1_000);
    expect(read(a)).toBe('honest');
    expect(count(a, 'entries-invalid')).toBeGreaterThan(0);
    expect(areLinked([a, viewer])).toBe(true);
    await content.close();
  });

  it('SEC-4 cannot acknowledge as an archive, nor for another device', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    write(a, 'x');
    await world.until(() => doAgree([a, b]));
    const claim = {
      room,
      doc: 'content',
      gen: 0,
      archiveId: random.bytes(16),
      lease: 0,
      archiveSeq: 9,
      heads: a.room.content.heads(),
      durability: 'archive-disk',
      at: 1,
    } as const;
    b.room.handle.sendReceipt(await signReceipt(claim, b.peer.signer));
    const foreign = await signReceipt({ ...claim, durability: 'device' }, (await world.peer('c')).signer);
    b.room.handle.sendReceipt(foreign);
    world.network.inject(
      'b',
      'a',
      'control',
      frame(MESSAGE.receipt, 1, encodeReceipt({ ...foreign, devicePub: b.peer.signer.publicKey })),
    );
    await world.run(100);
    expect(count(a, 'receipt-forged')).toBe(3);
    expect(a.room.content.receipts.snapshot()).toMatchObject({ unarchived: 1 });
  });
});

describe('presence', () => {
  it('MESH-20 of another session is refused', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    const c = await join(world, 'c', room);
    c.room.handle.presence.set({ cursor: 1 });
    await world.until(() => a.room.handle.presence.entries().length === 1);
    const nonce = random.bytes(16);
    const spoofed = await encodePresence(room, b.peer.signer, nonce, 2 ** 40, undefined);
    world.network.inject('b', 'a', 'presence', frame(MESSAGE.presence, 1, spoofed));
    const forged = await encodePresence(
      room,
      { ...b.peer.signer, publicKey: c.peer.signer.publicKey },
      nonce,
      2 ** 40,
      undefined,
    );
    world.network.inject('b', 'a', 'presence', frame(MESSAGE.presence, 1, forged));
    const forwarded = new Uint8Array([1, 120, ...spoofed]);
    world.network.inject('b', 'a', 'presence', frame(MESSAGE.forwardedPresence, 1, forwarded));
    await world.run(100);
    expect(count(a, 'presence-spoofed')).toBe(3);
    expect(a.room.handle.presence.entries()).toMatchObject([{ name: 'c', state: { cursor: 1 } }]);
  });

  it('MESH-21 above 4 KiB is neither sent nor read', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    expect(() => b.room.handle.presence.set({ text: 'x'.repeat(5000) })).toThrow('presence state');
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`state${i}`, i]));
    const big = await encodePresence(room, b.peer.signer, random.bytes(16), 1, many);
    world.network.inject('b', 'a', 'presence', frame(MESSAGE.presence, 1, big));
    await world.run(50);
    expect(count(a, 'presence-malformed')).toBe(1);
    expect(a.room.handle.presence.entries()).toEqual([]);
  });

  it('MESH-21 of 100,000 messages is one entry, and most of them cost no signature', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    const bytes = frame(MESSAGE.presence, 1, await encodePresence(room, b.peer.signer, random.bytes(16), 1, { x: 1 }));
    for (let i = 0; i < 100_000; i++) world.network.inject('b', 'a', 'presence', bytes);
    await world.run(50);
    expect(count(a, 'presence-rate')).toBeGreaterThan(99_000);
    expect(a.room.handle.presence.entries()).toEqual([]);
    expect(areLinked([a, b])).toBe(true);
  });
});

describe('a hostile signaling server', () => {
  const bogus = (i: number): PeerId => toBase64Url(new Uint8Array(16).fill(i + 1)) as PeerId; // 16 bytes encode to a peer id

  it('MESH-15 with 40 bogus peers blocks nobody for good, and dials stay bounded', async () => {
    makeWorld();
    const a = await join(world, 'a', room);
    await world.until(() => a.peer.mesh.signaling.kind === 'open');
    await world.run(100);
    const larger = Array.from(
      { length: 40 },
      (_, i) => toBase64Url(Uint8Array.of(207, i, ...new Uint8Array(14))) as PeerId, // 16 bytes encode to a peer id
    );
    for (const peerId of larger) {
      world.signaling.inject(a.peer.mesh.peerId, { type: 'peer-joined', room, peer: { peerId, archiver: true } });
    }
    await world.run(50);
    expect(count(a, 'dials-pending')).toBe(15);
    const b = await join(world, 'b', room);
    await world.until(() => areLinked([a, b]), 40_000);
    expect(count(a, 'dials-pending')).toBeLessThanOrEqual(15);
  });

  it('MESH-16 with unsolicited answers, offers of strangers and stale candidates is dropped and counted', async () => {
    makeWorld();
    const [a, b] = await linkedPair();
    const session = toBase64Url(random.bytes(16));
    const sdp = `v=0\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}\r\n`;
    const signals: [PeerId, SignalData][] = [
      [bogus(1), { kind: 'description', description: { type: 'offer', sdp } }],
      [b.peer.mesh.peerId, { kind: 'description', description: { type: 'answer', sdp } }],
      [b.peer.mesh.peerId, { kind: 'candidate', candidate: { candidate: 'x' } }],
      [b.peer.mesh.peerId, { kind: 'hang-up' }],
    ];
    for (const [from, data] of signals)
      world.signaling.inject(a.peer.mesh.peerId, { type: 'signal', from, session, data });
    await world.run(200);
    expect([count(a, 'signal-unknown-peer'), count(a, 'signal-stale')]).toEqual([1, 3]);
    expect(areLinked([a, b])).toBe(true);
  });

  it.each([
    ['swapped', (sdp: string) => sdp.replaceAll(/fingerprint:sha-256 ../g, 'fingerprint:sha-256 00')],
    ['doubled', (sdp: string) => `${sdp}a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}\r\n`],
    ['removed', (sdp: string) => sdp.replaceAll(/a=fingerprint.*\r\n/g, '')],
  ])('SEC-1 that sends a %s fingerprint gets no link', async (_case, change) => {
    makeWorld({
      tamper: (data) =>
        data.kind === 'description'
          ? { ...data, description: { ...data.description, sdp: change(data.description.sdp) } }
          : data,
    });
    const [a, b] = [await join(world, 'a', room), await join(world, 'b', room)];
    await world.run(40_000, 20);
    expect([peersOf(a), peersOf(b)]).toEqual([[], []]);
    expect(count(a, 'link-ready') + count(b, 'link-ready')).toBe(0);
  });

  it('SEC-1 that changes the fingerprint at a restart is refused, and the link goes on', async () => {
    let isHostile = false;
    makeWorld({
      tamper: (data) =>
        isHostile && data.kind === 'description'
          ? {
              ...data,
              description: {
                ...data.description,
                sdp: data.description.sdp.replaceAll(/fingerprint:sha-256 ../g, 'fingerprint:sha-256 00'),
              },
            }
          : data,
    });
    const [a, b] = await linkedPair();
    isHostile = true;
    world.network.cut('a', 'b');
    await world.run(4_000, 20);
    world.network.heal('a', 'b');
    await world.run(2_000, 20);
    expect(count(a, 'signal-refused') + count(b, 'signal-refused')).toBeGreaterThan(0);
    expect(areLinked([a, b])).toBe(true);
  });
});
