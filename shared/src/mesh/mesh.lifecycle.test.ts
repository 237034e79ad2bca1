import { afterEach, describe, expect, it } from 'vitest';
import { XmlText } from 'yjs';
import { AppError } from '../app-error.ts';
import { encodeBatch } from '../log/envelope.ts';
import { signReceipt } from '../log/receipts.ts';
import { createReplica } from '../log/replica.ts';
import type { LogBatch } from '../log/types.ts';
import { silentLogger } from '../logger.ts';
import { err, ok } from '../result.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { areLinked, count, doAgree, join, peersOf, read, write, type Member } from '../testing/mesh-members.ts';
import { seededRandom } from '../testing/seeded-device.ts';
import { testRoom, testUser, testWorkspace } from '../testing/seeded-peers.ts';
import { createSimulatedWorld, type SimulatedWorld, type SimulatedWorldOptions } from '../testing/simulated-world.ts';
import { encodeFrame } from './frame.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { MESSAGE, encodeDocMessage, encodeText } from './messages.ts';

const room = testRoom('lifecycle');
let world: SimulatedWorld;
const makeWorld = (options: Partial<SimulatedWorldOptions> = {}): SimulatedWorld =>
  (world = createSimulatedWorld({ seed: 1, ...options }));
const linked = async (...names: readonly string[]): Promise<readonly Member[]> => {
  const members: Member[] = [];
  for (const name of names) members.push(await join(world, name, room));
  await world.until(() => areLinked(members));
  return members;
};
const pair = async (): Promise<readonly [Member, Member]> => {
  const [a, b] = await linked('a', 'b');
  if (!a || !b) throw new Error('two members were asked for');
  return [a, b];
};

/** Entries of somebody who is not in the mesh, one per text. */
const batchOf = async (name: string, texts: readonly string[]): Promise<LogBatch> => {
  const signer = await world.crypto.device(name);
  const replica = createReplica({
    address: { room, doc: 'content', gen: 0 },
    store: createMemoryStore(),
    signer,
    verifySignature: world.crypto.verifySignature,
    grants: world.issuer.tokens,
    clock: world.clock,
    random: seededRandom(name),
    logger: silentLogger,
    grant: world.issuer.grant({ sub: testUser(name), device: signer.deviceId, name }, room, 'editor'),
  });
  await replica.ready;
  for (const text of texts) {
    replica.ydoc.getXmlFragment('body').push([new XmlText(text)]);
    await world.run(50);
  }
  const [batch] = replica.missingFor([], 1_000_000);
  await replica.close();
  return batch ?? { headers: [], entries: [] };
};

afterEach(async () => {
  await world.close();
});

describe('gossip', () => {
  it('MESH-31 sends an entry once per link: nine frames among ten', async () => {
    makeWorld();
    const members = await linked('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
    await world.run(1_000);
    const before = world.network.sent.envelopes.frames;
    const [a] = members;
    if (a) write(a, 'x');
    await world.run(2_000);
    expect(doAgree(members)).toBe(true);
    expect(world.network.sent.envelopes.frames - before).toBe(9);
  });

  it('MESH-32 an archiver forwards entries and presence between peers that cannot reach each other', async () => {
    makeWorld();
    world.network.cut('a', 'b');
    const [a, b, archiver] = [
      await join(world, 'a', room),
      await join(world, 'b', room),
      await join(world, 'z', room, 'archiver'),
    ];
    await world.until(() => archiver.room.handle.peers().length === 2);
    await world.run(500);
    write(a, 'from a');
    a.room.handle.presence.set({ at: 1 });
    await world.run(200);
    expect(read(b)).toBe('from a');
    expect(b.room.handle.presence.entries()).toMatchObject([{ name: 'a', role: 'editor', state: { at: 1 } }]);
    expect(peersOf(b)).toEqual(['z']);
    expect(b.room.handle.peers()[0]?.isArchiver).toBe(true);
  });

  it('MESH-32 without an archiver another peer forwards after a pause', async () => {
    makeWorld();
    world.network.cut('a', 'b');
    const [a, b, c] = [
      await join(world, 'a', room),
      await join(world, 'b', room),
      await join(world, 'c', room, 'viewer'),
    ];
    await world.until(() => c.room.handle.peers().length === 2);
    await world.run(500);
    write(a, 'from a');
    await world.run(1_500);
    expect([read(b), read(c)]).toEqual(['from a', 'from a']);
  });

  it('MESH-32 what reached one peer alone gets to the archiver, and through it to the others', async () => {
    makeWorld();
    world.network.cut('c', 'a');
    world.network.cut('c', 'z');
    const [a, b] = [await join(world, 'a', room), await join(world, 'b', room)];
    const [c, z] = [await join(world, 'c', room), await join(world, 'z', room, 'archiver')];
    await world.until(() => b.room.handle.peers().length === 3 && z.room.handle.peers().length === 2);
    await world.run(500);
    write(c, 'from c');
    await world.run(1_000);
    expect([read(a), read(b), read(z)]).toEqual(['from c', 'from c', 'from c']);
  });

  it('MESH-33 a newcomer with many links gets the log once', async () => {
    makeWorld();
    const members = await linked('a', 'b', 'c', 'd', 'e');
    for (const each of members) write(each, each.peer.name.repeat(20_000));
    await world.until(() => doAgree(members));
    const before = world.network.sent.bulk.bytes + world.network.sent.envelopes.bytes;
    const newcomer = await join(world, 'f', room);
    await world.until(() => areLinked([...members, newcomer]) && !newcomer.room.handle.isCatchingUp);
    expect(doAgree([...members, newcomer])).toBe(true);
    expect(world.network.sent.bulk.bytes + world.network.sent.envelopes.bytes - before).toBeLessThan(130_000);
  });

  it('MESH-34 what came past the mesh spreads by digest', async () => {
    makeWorld();
    const members = await linked('a', 'b', 'c');
    const [a, b, c] = members;
    if (!a || !b || !c) throw new Error('three members were asked for');
    await world.run(1_000);
    await b.room.content.receive(await batchOf('stranger', ['past the mesh']), c.peer.mesh.peerId);
    await world.run(5_000, 20);
    expect([read(a), read(b)]).toEqual(['', 'past the mesh']);
    await world.run(30_000, 20);
    expect([read(a), read(c)]).toEqual(['past the mesh', 'past the mesh']);
  });

  it('MESH-34 what an entry refers to and did not come is asked for after 200 ms', async () => {
    makeWorld();
    const [a, b] = await pair();
    await world.run(1_000);
    const whole = await batchOf('stranger', ['one', 'two']);
    await a.room.content.receive(whole, b.peer.mesh.peerId);
    const late = { headers: whole.headers, entries: whole.entries.slice(1) };
    const payload = encodeDocMessage({ doc: 'content', gen: 0 }, encodeBatch(late));
    world.network.inject(
      'a',
      'b',
      'envelopes',
      encodeFrame({ type: MESSAGE.batch, stream: 1, isIgnorable: false, hasMore: false, payload }),
    );
    await world.run(150);
    expect([read(b), count(b, 'entries-held'), count(b, 'want-sent')]).toEqual(['', 1, 0]);
    await world.run(200);
    expect([read(b), count(b, 'want-sent')]).toEqual(['onetwo', 1]);
  });

  it('MESH-33 a newcomer gets everything and says so', async () => {
    makeWorld();
    const a = await join(world, 'a', room);
    for (let i = 0; i < 50; i++) {
      write(a, `paragraph ${i} `);
      await world.run(20);
    }
    const b = await join(world, 'b', room);
    const seen: boolean[] = [];
    b.room.handle.on('catching-up', () => void seen.push(b.room.handle.isCatchingUp));
    await world.until(() => doAgree([a, b]));
    await world.run(200);
    expect(seen).toEqual([true, false]);
    expect(count(b, 'entries-duplicates')).toBe(0);
  });

  it('MESH-9 a backlog of 8 MB keeps memory and heartbeats', async () => {
    makeWorld({ network: { bytesPerSecond: 2_000_000 } });
    const a = await join(world, 'a', room);
    const text = 'x'.repeat(200_000);
    for (let i = 0; i < 42; i++) {
      a.room.content.ydoc.getXmlFragment('body').push([new XmlText(`${i}${text}`)]);
      await world.run(30);
    }
    const b = await join(world, 'b', room);
    await world.until(() => areLinked([a, b]));
    await world.until(() => doAgree([a, b]), 60_000);
    expect(read(b).length).toBeGreaterThan(8_000_000);
    expect([count(a, 'link-ready'), count(b, 'link-ready')]).toEqual([1, 1]);
    expect(world.network.sent.bulk.bytes).toBeGreaterThan(8_000_000);
    expect(world.network.sent.bulk.bytes).toBeLessThan(10_000_000);
  });

  it('MESH-34 entries that a full link could not queue come by digest', async () => {
    makeWorld({ network: { bytesPerSecond: 200_000 } });
    const members = [
      await join(world, 'a', room, 'editor', { limits: { maxQueuedBytes: 300_000 } }),
      await join(world, 'b', room),
    ] as const;
    const [a, b] = members;
    await world.until(() => areLinked(members));
    for (let i = 0; i < 12; i++) {
      write(a, `${i}${'y'.repeat(100_000)}`);
      await world.run(30);
    }
    expect(count(a, 'gossip-deferred')).toBeGreaterThan(0);
    await world.until(() => doAgree(members), 60_000);
    expect(read(b).length).toBeGreaterThan(1_200_000);
  });
});

describe('acknowledgements', () => {
  it('MESH-40 a device acknowledges what a peer wrote once it is stored', async () => {
    makeWorld();
    const [a, b] = await pair();
    write(a, 'x');
    await world.run(50);
    expect(a.room.content.receipts.snapshot()).toMatchObject({ unreplicated: 1, unarchived: 1 });
    await world.run(200);
    expect(a.room.content.receipts.snapshot()).toMatchObject({ unreplicated: 0, unarchived: 1, devicesWithAll: 1 });
    expect(count(b, 'receipt-accepted')).toBe(0);
  });

  it('MESH-40 a device that cannot store acknowledges nothing', async () => {
    makeWorld();
    const a = await join(world, 'a', room);
    const store = createMemoryStore();
    const peer = await world.peer('b');
    const b: Member = { peer, room: await peer.open(room, ['content'], store) };
    await world.until(() => areLinked([a, b]));
    store.failAppends(true);
    write(a, 'x');
    await world.run(2_000);
    expect(read(b)).toBe('x');
    expect(a.room.content.receipts.snapshot()).toMatchObject({ unreplicated: 1, devicesWithAll: 0 });
    store.failAppends(false);
  });

  it('MESH-40 a device acknowledges to a newcomer what an earlier page of it wrote', async () => {
    makeWorld();
    const [a, b] = await pair();
    write(b, 'x');
    await world.run(1_000);
    const store = createMemoryStore();
    await store.append(
      { room, doc: 'content', gen: 0 },
      [...b.room.content.missingFor([], 1_000_000)][0] ?? { headers: [], entries: [] },
    );
    await world.run(10);
    const again = await world.peer('b');
    const reopened = await again.open(room, ['content'], store);
    expect(reopened.content.receipts.snapshot().unreplicated).toBe(1);
    await world.until(() => reopened.content.receipts.snapshot().unreplicated === 0);
    expect(read(a)).toBe('x');
  });

  it('MESH-40 another tab of the same device acknowledges nothing', async () => {
    makeWorld();
    const a = await join(world, 'a', room);
    const tab = await join(world, 'a', room);
    await world.until(() => areLinked([a, tab]));
    write(a, 'x');
    await world.run(2_000);
    expect(read(tab)).toBe('x');
    expect(a.room.content.receipts.snapshot()).toMatchObject({ unreplicated: 1, devicesWithAll: 0 });
  });

  it("MESH-41 an archiver's receipt reaches the trackers", async () => {
    makeWorld();
    const [a, z] = [await join(world, 'a', room), await join(world, 'z', room, 'archiver')];
    await world.until(() => areLinked([a, z]));
    write(a, 'x');
    await world.until(() => doAgree([a, z]));
    const heads = z.room.content.heads();
    z.room.handle.sendReceipt(
      await signReceipt(
        {
          room,
          doc: 'content',
          gen: 0,
          archiveId: new Uint8Array(16),
          lease: 0,
          archiveSeq: 1,
          heads,
          durability: 'archive-disk',
          at: 5,
        },
        z.peer.signer,
      ),
    );
    await world.run(100);
    expect(a.room.content.receipts.snapshot()).toMatchObject({
      unarchived: 0,
      archive: { durability: 'archive-disk' },
    });
  });
});

describe('signaling down', () => {
  it('MESH-17 links go on for five ticket lifetimes, through an ICE restart, and renew when it is back', async () => {
    makeWorld({ lifetimeSeconds: 20 });
    const [a, b] = await pair();
    world.signaling.stop();
    world.issuer.isReachable = false;
    await world.run(50_000, 20);
    const restarting = [a.peer.mesh.restartIce(b.peer.mesh.peerId), b.peer.mesh.restartIce(a.peer.mesh.peerId)];
    await world.run(500);
    await Promise.all(restarting);
    await world.run(50_000, 20);
    write(a, 'late');
    await world.run(500);
    expect(read(b)).toBe('late');
    expect([count(a, 'link-ready'), count(b, 'link-ready')]).toEqual([1, 1]);
    world.issuer.isReachable = true;
    world.signaling.start();
    await world.until(() => a.peer.mesh.signaling.kind === 'open' && b.peer.mesh.signaling.kind === 'open', 60_000);
    await world.run(15_000, 20);
    expect(areLinked([a, b])).toBe(true);
    expect([count(a, 'link-ready'), count(b, 'link-ready')]).toEqual([1, 1]);
    expect(world.signaling.connections).toBe(2);
  });

  it('MESH-18 without grace a peer whose ticket ran out is not admitted any more', async () => {
    makeWorld({ lifetimeSeconds: 20, graceSeconds: 0 });
    const [a, b] = await pair();
    world.signaling.stop();
    world.issuer.isReachable = false;
    await world.run(45_000, 20);
    expect([peersOf(a), peersOf(b)]).toEqual([[], []]);
    write(a, 'unseen');
    await world.run(1_000);
    expect(read(b)).toBe('');
    expect(a.peer.mesh.connection(b.peer.mesh.peerId)).toBeDefined();
  });

  it('MESH-8 tokens are renewed at half of their lifetime, in signaling and on links, and nothing is dropped', async () => {
    makeWorld({ lifetimeSeconds: 20 });
    const [a, b] = await pair();
    await world.run(60_000, 20);
    expect(world.signaling.received['reauth']).toBeGreaterThanOrEqual(8);
    expect(world.signaling.received['join']).toBeGreaterThanOrEqual(8);
    expect(world.signaling.received['hello']).toBe(2);
    expect([count(a, 'link-ready'), count(a, 'reauth-failed'), count(b, 'reauth-failed')]).toEqual([1, 0, 0]);
    expect(areLinked([a, b])).toBe(true);
  });

  it('MESH-14 reconnects with jitter up to 30 s and a fresh token each time', async () => {
    makeWorld();
    const a = await join(world, 'a', room);
    await world.until(() => a.peer.mesh.signaling.kind === 'open');
    world.signaling.stop();
    const delays: number[] = [];
    a.peer.mesh.on('signaling', () => {
      const { signaling } = a.peer.mesh;
      if (signaling.kind === 'down') delays.push(signaling.retryInMs);
    });
    await world.run(300_000, 50);
    expect(delays.length).toBeGreaterThan(10);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
    expect(new Set(delays).size).toBeGreaterThan(8);
    world.signaling.start();
    a.peer.mesh.wake();
    await world.run(200);
    expect(a.peer.mesh.signaling.kind).toBe('open');
  });
});

describe('lost paths', () => {
  it('MESH-19 a short cut is repaired on the same link', async () => {
    makeWorld();
    const [a, b] = await pair();
    world.network.cut('a', 'b');
    write(a, 'while cut');
    await world.run(6_000, 20);
    world.network.heal('a', 'b');
    await world.run(1_000);
    expect(read(b)).toBe('while cut');
    expect([count(a, 'link-ready'), count(b, 'link-ready')]).toEqual([1, 1]);
    expect(count(a, 'path-recovered') + count(b, 'path-recovered')).toBeGreaterThan(0);
  });

  it('ICE-14 which path a link goes by is asked until the platform knows, and told then', async () => {
    makeWorld({ network: { vainPathReads: 2 } });
    const [a] = await pair();
    const paths = (): readonly string[] => a.room.handle.peers().map(({ path }) => path);
    expect(paths()).toEqual(['unknown']);
    let told: readonly string[] = [];
    a.room.handle.on('peers', () => (told = paths()));
    await world.run(2 * DEFAULT_LIMITS.heartbeatIntervalMs + 100, 20);
    expect(told).toEqual(['direct']);
  });

  it('MESH-19 a long cut ends the link after the budget; it is dialled again', async () => {
    makeWorld();
    const [a, b] = await pair();
    world.network.cut('a', 'b');
    await world.run(DEFAULT_LIMITS.disconnectedGraceMs + DEFAULT_LIMITS.iceRestartBudgetMs + 100, 20);
    expect([peersOf(a), peersOf(b)]).toEqual([[], []]);
    write(a, 'while cut');
    world.network.heal('a', 'b');
    await world.until(() => areLinked([a, b]), 60_000);
    await world.until(() => doAgree([a, b]));
    expect(read(b)).toBe('while cut');
  });

  it('MESH-19 silence that the platform does not notice is found by heartbeats', async () => {
    makeWorld();
    const [a, b] = await pair();
    world.network.mute('a', 'b');
    await world.run(8_000, 20);
    expect(areLinked([a, b])).toBe(true);
    await world.run(12_000, 20);
    expect([peersOf(a), peersOf(b)]).toEqual([[], []]);
  });

  it('MESH-33 a peer that never finishes its catch-up is not waited for', async () => {
    makeWorld();
    const peer = await world.peer('a');
    const store = { ...createMemoryStore(), load: () => new Promise<never>(() => undefined) };
    const content = createReplica({
      address: { room, doc: 'content', gen: 0 },
      store,
      verifySignature: world.crypto.verifySignature,
      grants: world.issuer.tokens,
      clock: world.clock,
      random: seededRandom('stalled'),
      logger: silentLogger,
    });
    peer.mesh.join({ room, replicas: new Map([['content', content]]) });
    const b = await join(world, 'b', room);
    await world.until(() => b.room.handle.peers().length === 1);
    await world.run(10_000, 20);
    expect(b.room.handle.isCatchingUp).toBe(true);
    await world.run(60_000, 50);
    expect([b.room.handle.isCatchingUp, count(b, 'catch-up-stalled'), peersOf(b)]).toEqual([false, 1, ['a']]);
  });

  it('MESH-19 a peer that was killed is gone within 3 s while signaling is up', async () => {
    makeWorld();
    const [a, b] = await pair();
    world.network.cut('a', 'b');
    world.signaling.disconnect(b.peer.mesh.peerId);
    await world.run(3_000);
    expect(peersOf(a)).toEqual([]);
  });

  it('MESH-19 a peer that only lost signaling keeps its links', async () => {
    makeWorld();
    const [a, b] = await pair();
    world.signaling.disconnect(b.peer.mesh.peerId);
    await world.run(10_000, 20);
    expect([peersOf(a), peersOf(b)]).toEqual([['b'], ['a']]);
    expect(count(a, 'link-ready')).toBe(1);
  });

  it('MESH-19 a peer that says goodbye is gone at once, with its presence', async () => {
    makeWorld();
    const [a, b] = await pair();
    b.room.handle.presence.set({ x: 1 });
    await world.until(() => a.room.handle.presence.entries().length === 1);
    const closing = b.peer.close();
    await world.run(200);
    await closing;
    expect(peersOf(a)).toEqual([]);
    expect(a.room.handle.presence.entries()).toEqual([]);
  });

  it('MESH-22 presence of a peer that froze is stale after 30 s and back with the next message', async () => {
    makeWorld();
    world.network.cut('a', 'b');
    const [a, b, z] = [
      await join(world, 'a', room),
      await join(world, 'b', room),
      await join(world, 'z', room, 'archiver'),
    ];
    await world.until(() => z.room.handle.peers().length === 2);
    b.room.handle.presence.set({ x: 1 });
    await world.until(() => a.room.handle.presence.entries().length === 1);
    world.network.cut('b', 'z');
    await world.run(20_000, 20);
    expect(a.room.handle.presence.entries()).toHaveLength(1);
    await world.run(20_000, 20);
    expect(a.room.handle.presence.entries()).toHaveLength(0);
    world.network.heal('b', 'z');
    await world.until(() => a.room.handle.presence.entries().length === 1, 60_000);
  });
});

describe('access', () => {
  it('MESH-12 a revocation closes the room on every link of that user at once, and the others go on', async () => {
    makeWorld();
    const roles: Record<string, 'editor' | undefined> = { c: 'editor' };
    const [a, b] = await pair();
    const peer = await world.peer('c', () => roles['c']);
    const c: Member = { peer, room: await peer.open(room) };
    await world.until(() => areLinked([a, b, c]));
    roles['c'] = undefined;
    world.issuer.setEpoch(room, 1);
    world.signaling.revoke({ room, sub: c.peer.member.sub, accessEpoch: 1 });
    await world.run(100);
    expect([peersOf(a), peersOf(b), peersOf(c)]).toEqual([['b'], ['a'], []]);
    expect(c.room.handle.access).toEqual({ kind: 'revoked' });
    write(a, 'secret');
    await world.run(30_000, 20);
    expect([read(b), read(c)]).toEqual(['secret', '']);
  });

  it('MESH-12 a changed role comes with a new ticket, without a new link', async () => {
    makeWorld();
    const roles: Record<string, 'editor' | 'viewer'> = { b: 'editor' };
    const a = await join(world, 'a', room);
    const peer = await world.peer('b', () => roles['b']);
    const b: Member = { peer, room: await peer.open(room) };
    await world.until(() => areLinked([a, b]));
    const heard: string[] = [];
    b.room.handle.on('access', () => void heard.push(JSON.stringify(b.room.handle.access)));
    roles['b'] = 'viewer';
    world.issuer.setEpoch(room, 1);
    world.signaling.revoke({ room, sub: b.peer.member.sub, accessEpoch: 1, role: 'viewer' });
    await world.run(1_000);
    expect(heard).toEqual(['{"kind":"granted","role":"viewer"}']);
    expect(a.room.handle.peers()).toMatchObject([{ name: 'b', role: 'viewer' }]);
    expect(count(a, 'link-ready')).toBe(1);
  });

  it('MESH-12 a ticket that signaling refuses as from before a change is asked for anew, whatever is kept', async () => {
    makeWorld();
    const asked: (number | undefined)[] = [];
    const peer = await world.peer('b');
    const own = world.issuer.credentials(peer.member, () => 'editor');
    const b = await join(world, 'c', room, 'editor', {
      credentials: {
        peerToken: () => own.peerToken(),
        room: (wanted, leastEpoch) => {
          asked.push(leastEpoch);
          return own.room(wanted, leastEpoch);
        },
      },
      signer: (await world.peer('b')).signer,
    });
    await world.until(() => b.peer.mesh.signaling.kind === 'open');
    world.issuer.setEpoch(room, 3);
    world.signaling.inject(b.peer.mesh.peerId, { type: 'error', code: 'token-expired', room, fatal: false });
    await world.run(1_000);
    expect(asked.filter((least) => least !== undefined)).toEqual([1]);
  });

  it('MESH-12 a peer that refuses again and again makes nobody ask without end', async () => {
    makeWorld();
    const asked: number[] = [];
    const issuer = world.issuer.credentials;
    const a = await join(world, 'a', room);
    const peer = await world.peer('b', 'editor');
    const own = issuer(peer.member, () => 'editor');
    const b = await join(world, 'd', room, 'editor', {
      signer: peer.signer,
      credentials: {
        peerToken: () => own.peerToken(),
        room: (wanted, leastEpoch) => {
          if (leastEpoch !== undefined) asked.push(leastEpoch);
          return own.room(wanted, leastEpoch);
        },
      },
    });
    await world.until(() => areLinked([a, b]));
    const payload = encodeText('revoked');
    const refusal = encodeFrame({ type: MESSAGE.refuse, stream: 1, isIgnorable: false, hasMore: false, payload });
    for (let i = 0; i < 500; i++) {
      world.network.inject('a', 'd', 'control', refusal);
      await world.run(10);
    }
    expect(count(b, 'own-ticket-refused-revoked')).toBeGreaterThan(100);
    expect(asked).toHaveLength(1);
  });

  it('MESH-12 a ticket from before a revocation is refused even when shown again', async () => {
    makeWorld();
    const a = await join(world, 'a', room);
    const peer = await world.peer('b');
    const stale = world.issuer.ticket(peer.member, room, 'editor', 0);
    const b: Member = { peer, room: await peer.open(room) };
    await world.until(() => areLinked([a, b]));
    world.signaling.inject(a.peer.mesh.peerId, { type: 'revoke', room, sub: peer.member.sub, accessEpoch: 1 });
    await world.run(100);
    expect(peersOf(a)).toEqual([]);
    const bytes = encodeFrame({
      type: MESSAGE.ticket,
      stream: 1,
      isIgnorable: false,
      hasMore: false,
      payload: encodeText(stale),
    });
    world.network.inject('b', 'a', 'control', bytes);
    await world.run(100);
    expect(count(a, 'ticket-refused-revoked')).toBeGreaterThan(1);
    expect(peersOf(a)).toEqual([]);
  });

  it('MESH-18 a ticket whose key is not known yet is asked about again', async () => {
    makeWorld();
    let isKnown = false;
    const { deviceId } = await world.crypto.device('a');
    const member = { sub: testUser('a'), device: deviceId, name: 'a' };
    const own = world.issuer.ticket(member, room, 'editor');
    const a = await join(world, 'a', room, 'editor', {
      tokens: {
        ...world.issuer.tokens,
        verifyTicket: (ticket, options) =>
          isKnown || ticket === own
            ? world.issuer.tokens.verifyTicket(ticket, options)
            : Promise.resolve(err(new AppError('not-ready'))),
      },
      credentials: {
        peerToken: () => Promise.resolve(ok(world.issuer.peerToken(member))),
        room: () => Promise.resolve(ok({ ticket: own, grant: '' })),
      },
    });
    const b = await join(world, 'b', room);
    await world.run(5_000, 20);
    expect([count(a, 'ticket-undecided'), peersOf(a).length]).toEqual([1, 0]);
    isKnown = true;
    await world.until(() => areLinked([a, b]));
  });

  it('MESH-13 one link carries many rooms; leaving one leaves the others', async () => {
    makeWorld();
    const [a, b] = await pair();
    const second = testRoom('second');
    const [a2, b2] = [await a.peer.open(second), await b.peer.open(second)];
    await world.until(() => a2.handle.peers().length === 1 && b2.handle.peers().length === 1);
    await b.room.handle.leave();
    await world.run(200);
    expect([peersOf(a), a2.handle.peers().length]).toEqual([[], 1]);
    expect([count(a, 'link-ready'), world.network.connections]).toEqual([1, 2]);
    await b2.handle.leave();
    await world.run(DEFAULT_LIMITS.linkLingerMs + 500, 50);
    expect(world.network.connections).toBe(0);
  });

  it('MESH-13 a room that was left can be joined again on the same link', async () => {
    makeWorld();
    const [a, b] = await pair();
    await b.room.handle.leave();
    await world.run(200);
    write(a, 'meanwhile');
    const again: Member = { peer: b.peer, room: await b.peer.open(room) };
    await world.until(() => areLinked([a, again]) && doAgree([a, again]));
    expect(read(again)).toBe('meanwhile');
    expect(count(a, 'link-ready')).toBe(1);
  });

  it("MESH-11 peers without a common room never learn each other's rooms", async () => {
    makeWorld();
    const [a, b] = await pair();
    const mine = await a.peer.open(testRoom('of a alone'));
    await world.run(2_000);
    expect(mine.handle.peers()).toEqual([]);
    expect(b.peer.mesh.counters()['message-without-room']).toBeUndefined();
  });

  it('MESH-23 an archiver hears what wants attending', async () => {
    makeWorld();
    const z = await join(world, 'z', room, 'archiver');
    const heard: string[] = [];
    z.peer.mesh.on('attend', (wanted) => void heard.push(wanted));
    await world.until(() => z.peer.mesh.signaling.kind === 'open');
    world.signaling.attend(testRoom('other'), testWorkspace('one'));
    await world.run(50);
    expect(heard).toEqual([testRoom('other')]);
  });
});

describe('closing', () => {
  it('MESH-24 leaves no timer, connection or socket behind', async () => {
    makeWorld();
    const members = await linked('a', 'b', 'c');
    for (const each of members) each.room.handle.presence.set({ name: each.peer.name });
    const [a] = members;
    if (a) write(a, 'x');
    world.network.cut('a', 'c');
    await world.run(5_000, 20);
    await world.close();
    await world.run(1_000);
    expect(world.clock.pending).toBe(0);
    expect(world.network.connections).toBe(0);
    expect(world.signaling.connections).toBe(0);
  });
});
