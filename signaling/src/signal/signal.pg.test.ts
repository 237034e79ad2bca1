import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '@vicinal/shared/clock.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { MAX_SIGNAL_BYTES } from '@vicinal/shared/signal/codec.ts';
import type { Down } from '@vicinal/shared/signal/down.ts';
import type { SignalData } from '@vicinal/shared/signal/signal-data.ts';
import {
  archiverTokens,
  call,
  createDevice,
  createLink,
  createRoom,
  demand,
  enrolArchiver,
  fetchTokens,
  joinAsGuest,
  newRoomId,
  registerDevice,
  setUpOwner,
  ticketFor,
  type Person,
} from '../testing/people.ts';
import { connectPeer, connectRaw, type SignalPeer } from '../testing/signal-peer.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let owner: Person & { readonly workspace: WorkspaceId };

beforeAll(async () => {
  server = await startTestServer();
  owner = await setUpOwner(server);
});
afterAll(async () => await server.close());

const dialSession = (): string => toBase64Url(systemRandom.bytes(16));
const offer: SignalData = { kind: 'description', description: { type: 'offer', sdp: 'v=0\r\n' } };

async function connect(person: Person): Promise<SignalPeer> {
  return await connectPeer(server, person.device, (await fetchTokens(server, person, [])).peerToken);
}
async function joinRoom(person: Person, room: RoomId, peer: SignalPeer): Promise<Extract<Down, { type: 'roster' }>> {
  peer.send({ type: 'join', room, ticket: await ticketFor(server, person, room) });
  return await peer.next('roster');
}
async function guestOf(room: RoomId, role: 'editor' | 'viewer' = 'editor'): Promise<Person> {
  return await joinAsGuest(server, (await createLink(server, owner, room, { role })).token);
}

describe('hello', () => {
  test('SIG-1 a device that proves its key is welcomed under its peer id', async () => {
    const peer = await connectRaw(server, owner.device);
    await peer.hello((await fetchTokens(server, owner, [])).peerToken);
    expect(await peer.next('welcome')).toMatchObject({ version: 1, peerId: peer.peerId, pingIntervalMs: 30_000 });
    peer.close();
  });

  const refusals: readonly [string, number, (peer: SignalPeer) => Promise<void>][] = [
    [
      'a signature by another key',
      4409,
      async (peer) =>
        peer.hello((await fetchTokens(server, owner, [])).peerToken, { sig: toBase64Url(new Uint8Array(64)) }),
    ],
    [
      'a signature over another nonce',
      4409,
      async (peer) => peer.hello((await fetchTokens(server, owner, [])).peerToken, { nonce: new Uint8Array(32) }),
    ],
    [
      'a signature for another origin',
      4409,
      async (peer) => peer.hello((await fetchTokens(server, owner, [])).peerToken, { origin: 'http://evil.test' }),
    ],
    [
      'the key of another device',
      4409,
      async (peer) =>
        peer.hello((await fetchTokens(server, owner, [])).peerToken, {
          devicePub: toBase64Url((await createDevice()).publicKey),
        }),
    ],
    ['an access token', 4401, async (peer) => peer.hello(owner.token)],
    [
      'a ticket',
      4401,
      async (peer) => peer.hello(await ticketFor(server, owner, await createRoom(server, owner, owner.workspace))),
    ],
    [
      'no common version',
      4426,
      async (peer) => peer.hello((await fetchTokens(server, owner, [])).peerToken, { versions: [900] }),
    ],
    ['a request before hello', 4401, async (peer) => peer.send({ type: 'ping' })],
  ];
  test.each(refusals)('SIG-2 %s closes the connection', async (_, code, attempt) => {
    const peer = await connectRaw(server, owner.device);
    await attempt(peer);
    expect(await peer.closed).toBe(code);
  });

  test('SIG-2 a token stolen by a peer opens nothing without the device key', async () => {
    const thief = await connectRaw(server, await createDevice());
    await thief.hello((await fetchTokens(server, owner, [])).peerToken, {
      devicePub: toBase64Url(owner.device.publicKey),
    });
    expect(await thief.closed).toBe(4409);
  });

  test('SIG-2 a JOIN right behind HELLO is answered after the welcome, and behind a refused one by nothing', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const { peerToken } = await fetchTokens(server, owner, []);
    const join = { type: 'join', room, ticket: await ticketFor(server, owner, room), attend: false } as const;
    const peer = await connectRaw(server, owner.device);
    await peer.hello(peerToken); // resolves when it is sent
    peer.send(join);
    await peer.next('welcome');
    expect(await peer.next('roster')).toMatchObject({ room, peers: [] });
    const forged = await connectRaw(server, owner.device);
    await forged.hello(peerToken, { sig: toBase64Url(new Uint8Array(64)) });
    forged.send(join);
    expect(await forged.closed).toBe(4409);
    const after = await connectRaw(server, owner.device);
    await after.hello(peerToken);
    await after.next('welcome');
    after.send(join);
    expect((await after.next('roster')).peers.map(({ peerId }) => peerId)).toHaveLength(1);
    for (const each of [peer, after]) each.close();
  });

  test('SIG-3 an origin that is not allowed, or none, is refused at the upgrade', async () => {
    for (const origin of ['http://evil.test', 'null', undefined]) {
      await expect(connectRaw(server, owner.device, origin ?? '')).rejects.toThrow('closed');
    }
  });

  test('SIG-4 a second connection of the same tab replaces the first', async () => {
    const token = (await fetchTokens(server, owner, [])).peerToken;
    const tabNonce = toBase64Url(systemRandom.bytes(16));
    const first = await connectRaw(server, owner.device);
    await first.hello(token, { tabNonce });
    await first.next('welcome');
    const second = await connectRaw(server, owner.device);
    await second.hello(token, { tabNonce });
    await second.next('welcome');
    expect(await first.closed).toBe(4411);
    second.close();
  });

  test('SIG-5 reauth wants the same subject and key', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const guest = await guestOf(room);
    const peer = await connect(owner);
    await peer.reauth((await fetchTokens(server, owner, [])).peerToken);
    expect(await peer.settle()).toEqual([]);
    await peer.reauth((await fetchTokens(server, guest, [])).peerToken);
    expect(await peer.closed).toBe(4409);
  });
});

describe('frames', () => {
  const bad: readonly [string, number, string | Uint8Array<ArrayBuffer>][] = [
    ['text that is not JSON', 4400, '{'],
    ['an empty frame', 4400, ''],
    ['an unknown type', 4400, '{"type":"subscribe","topics":["a"]}'],
    ['200,000 topics in one frame', 4400, `{"type":"subscribe","topics":[${'0,'.repeat(20_000)}0]}`],
    ['an extra key', 4400, '{"type":"ping","x":1}'],
    ['a prototype as a key', 4400, '{"type":"ping","__proto__":{"admin":true}}'],
    ['a binary frame', 4400, new Uint8Array([1, 2, 3])],
    ['deep nesting', 4400, `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['more than 64 KiB', 1009, 'x'.repeat(MAX_SIGNAL_BYTES + 1)],
  ];
  test.each(bad)('SIG-6 %s closes one connection and harms no other', async (_, code, frame) => {
    const bystander = await connect(owner);
    for (const peer of [await connectRaw(server, owner.device), await connect(owner)]) {
      peer.sendRaw(frame);
      expect(await peer.closed).toBe(code);
    }
    expect(await bystander.settle()).toEqual([]);
    bystander.close();
  });
});

describe('rooms', () => {
  test('SIG-7 whoever joins gets the roster, and the others learn of it until it leaves', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const guest = await guestOf(room);
    const [a, b] = [await connect(owner), await connect(guest)];
    expect((await joinRoom(owner, room, a)).peers).toEqual([]);
    expect((await joinRoom(guest, room, b)).peers).toEqual([{ peerId: a.peerId, archiver: false }]);
    expect(await a.next('peer-joined')).toMatchObject({ room, peer: { peerId: b.peerId, archiver: false } });
    b.send({ type: 'leave', room });
    expect(await a.next('peer-left')).toMatchObject({ room, peerId: b.peerId });
    await joinRoom(guest, room, b);
    b.close();
    expect(await a.next('peer-left')).toMatchObject({ room, peerId: b.peerId });
    a.close();
  });

  test('SIG-8 a ticket opens nothing for another device, room or subject, and no other token is a ticket', async () => {
    const [room, other] = [
      await createRoom(server, owner, owner.workspace),
      await createRoom(server, owner, owner.workspace),
    ];
    const guest = await guestOf(room);
    const tokens = await fetchTokens(server, owner, [room]);
    const owned = tokens.rooms[room];
    if (!owned?.ok) throw new Error('no ticket');
    const second: Person = { ...owner, device: await createDevice() };
    await registerDevice(server, second, second.device);
    const peer = await connect(guest);
    const attempts: readonly [string, string, RoomId][] = [
      ['forbidden', owned.ticket, room],
      ['forbidden', await ticketFor(server, second, room), room],
      ['forbidden', await ticketFor(server, guest, room), other],
      ['unauthenticated', owned.grant, room],
      ['unauthenticated', tokens.peerToken, room],
      ['unauthenticated', `${owned.ticket.slice(0, -4)}AAAA`, room],
    ];
    for (const [code, ticket, target] of attempts) {
      peer.send({ type: 'join', room: target, ticket });
      expect(await peer.next('error')).toEqual({ type: 'error', code, room: target, fatal: false });
    }
    expect(await peer.settle()).toEqual([]);
    peer.close();
  });

  test('SIG-9 a signal reaches exactly the peer it names, and only when they share a room', async () => {
    const [room, lonely] = [
      await createRoom(server, owner, owner.workspace),
      await createRoom(server, owner, owner.workspace),
    ];
    const guest = await guestOf(room);
    const [a, b, c, outsider] = [
      await connect(owner),
      await connect(guest),
      await connect(guest),
      await connect(owner),
    ];
    for (const [person, peer] of [
      [owner, a],
      [guest, b],
      [guest, c],
    ] as const)
      await joinRoom(person, room, peer);
    await joinRoom(owner, lonely, outsider);
    await a.settle();
    await b.settle();
    const session = dialSession();
    a.send({ type: 'signal', to: b.peerId, session, data: offer });
    expect(await b.next('signal')).toEqual({ type: 'signal', from: a.peerId, session, data: offer });
    expect(await c.settle()).toEqual([]);

    const before = [a.bytesReceived, b.bytesReceived, c.bytesReceived];
    for (const to of [a.peerId, b.peerId, c.peerId]) {
      outsider.send({ type: 'signal', to, session, data: offer });
      expect(await outsider.next('error')).toMatchObject({ code: 'unknown-peer', fatal: false });
    }
    expect([a.bytesReceived, b.bytesReceived, c.bytesReceived]).toEqual(before);
    for (const peer of [a, b, c, outsider]) peer.close();
  });

  test('SIG-9 the bytes that leave for a directed message are no more than those that came in', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const guest = await guestOf(room);
    const [a, b] = [await connect(owner), await connect(guest)];
    await joinRoom(owner, room, a);
    await joinRoom(guest, room, b);
    await a.settle();
    const [beforeA, beforeB] = [a.bytesReceived, b.bytesReceived];
    const message = { type: 'signal', to: b.peerId, session: dialSession(), data: offer } as const;
    let sent = 0;
    for (let i = 0; i < 200; i++) {
      a.send(message);
      sent += JSON.stringify(message).length;
    }
    for (let i = 0; i < 200; i++) await b.next('signal');
    expect(a.bytesReceived).toBe(beforeA);
    // A client's frame carries a mask of 4 bytes that the server's lacks.
    expect(b.bytesReceived - beforeB).toBeLessThanOrEqual(sent + 200 * 4);
    for (const peer of [a, b]) peer.close();
  });

  test('SIG-10 an expired ticket is refused, and a joined room whose ticket ran out is left', async () => {
    const own = await startTestServer({ TICKET_TTL_MS: '20000', TOKEN_GRACE_MS: '30000', SWEEP_INTERVAL_MS: '20' });
    const person = await setUpOwner(own);
    const room = await createRoom(own, person, person.workspace);
    const tokens = await fetchTokens(own, person, [room]);
    const ticket = await ticketFor(own, person, room);
    const peer = await connectPeer(own, person.device, tokens.peerToken);
    peer.send({ type: 'join', room, ticket });
    await peer.next('roster');
    own.advance(40_000);
    await peer.reauth((await fetchTokens(own, person, [])).peerToken);
    peer.send({ type: 'join', room: newRoomId(), ticket });
    expect(await peer.next('error')).toMatchObject({ code: 'token-expired', fatal: false });
    own.advance(11_000);
    expect(await peer.next('error')).toEqual({ type: 'error', code: 'token-expired', room, fatal: false });
    own.advance(60_000);
    expect(await peer.closed).toBe(4402);
    await own.close();
  });

  test('SIG-11 a renewed ticket keeps the room joined and tells nobody', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const guest = await guestOf(room);
    const [a, b] = [await connect(owner), await connect(guest)];
    await joinRoom(owner, room, a);
    await joinRoom(guest, room, b);
    await a.settle();
    b.send({ type: 'join', room, ticket: await ticketFor(server, guest, room) });
    expect(await b.settle()).toEqual([]);
    expect(await a.settle()).toEqual([]);
    for (const peer of [a, b]) peer.close();
  });
});

describe('revocation', () => {
  test('SIG-12 removing a member tells the room, puts the member out, and ends earlier tickets', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const guest = await guestOf(room);
    const [a, b] = [await connect(owner), await connect(guest)];
    const [oldOwnTicket, oldTicket] = [await ticketFor(server, owner, room), await ticketFor(server, guest, room)];
    await joinRoom(owner, room, a);
    await joinRoom(guest, room, b);
    const sub = guest.session.user.id;
    await demand(server, 'DELETE', `/api/rooms/${room}/members/${sub}`, { token: owner.token });
    const revoke = { type: 'revoke', room, sub, accessEpoch: 1 };
    expect(await a.next('revoke')).toEqual(revoke);
    expect(await b.next('revoke')).toEqual(revoke);
    expect(await a.next('peer-left')).toMatchObject({ room, peerId: b.peerId });
    for (const [peer, ticket] of [
      [b, oldTicket],
      [a, oldOwnTicket],
    ] as const) {
      peer.send({ type: 'join', room, ticket });
      expect(await peer.next('error')).toMatchObject({ code: 'token-expired', room });
    }
    expect((await fetchTokens(server, guest, [room])).rooms[room]).toEqual({ ok: false, code: 'not-found' });
    b.send({ type: 'signal', to: a.peerId, session: dialSession(), data: offer });
    expect(await b.next('error')).toMatchObject({ code: 'unknown-peer' });
    for (const peer of [a, b]) peer.close();
  });

  test('SIG-12 revoking a link puts out who came through it, and nobody else', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const { link, token } = await createLink(server, owner, room, { role: 'editor' });
    const [through, beside] = [await joinAsGuest(server, token), await guestOf(room)];
    const [a, b] = [await connect(through), await connect(beside)];
    await joinRoom(through, room, a);
    await joinRoom(beside, room, b);
    await demand(server, 'DELETE', `/api/rooms/${room}/links/${link.id}`, { token: owner.token });
    expect(await b.next('revoke')).toEqual({ type: 'revoke', room, sub: through.session.user.id, accessEpoch: 1 });
    expect(await b.next('peer-left')).toMatchObject({ peerId: a.peerId });
    expect((await fetchTokens(server, beside, [room])).rooms[room]).toMatchObject({ ok: true, accessEpoch: 1 });
    for (const peer of [a, b]) peer.close();
  });

  test('SIG-12 revoking a link ends the links made by whoever came through it, and theirs in turn', async () => {
    const room = await createRoom(server, owner, owner.workspace);
    const first = await createLink(server, owner, room, { role: 'editor' });
    const guest = await joinAsGuest(server, first.token);
    const second = await createLink(server, guest, room, { role: 'editor' });
    const friend = await joinAsGuest(server, second.token);
    const third = await createLink(server, friend, room, { role: 'viewer' });
    await demand(server, 'DELETE', `/api/rooms/${room}/links/${first.link.id}`, { token: owner.token });
    for (const { token } of [second, third]) {
      const answer = await call(server, 'POST', '/api/join/inspect', { body: { token } });
      expect(answer).toMatchObject({ status: 410, body: { error: { code: 'link-invalid' } } });
    }
    for (const person of [guest, friend]) {
      expect((await fetchTokens(server, person, [room])).rooms[room]).toEqual({ ok: false, code: 'not-found' });
    }
  });
});

describe('archivers', () => {
  test('SIG-13 archivers are called when a first peer joins, when asked, and when they come later', async () => {
    const [room, early] = [
      await createRoom(server, owner, owner.workspace),
      await createRoom(server, owner, owner.workspace),
    ];
    const person = await connect(owner);
    await joinRoom(owner, early, person);
    const device = await enrolArchiver(server, owner, owner.workspace);
    const tokens = await archiverTokens(server, device);
    const archiver = await connectPeer(server, device, tokens.peerToken);
    expect(await archiver.next('attend')).toEqual({ type: 'attend', room: early, workspace: owner.workspace });
    await joinRoom(owner, room, person);
    expect(await archiver.next('attend')).toMatchObject({ room });
    const guest = await guestOf(room);
    const second = await connect(guest);
    second.send({ type: 'join', room, ticket: await ticketFor(server, guest, room), attend: true });
    expect(await archiver.next('attend')).toMatchObject({ room });
    expect(await archiver.settle()).toEqual([]);

    const ticket = tokens.workspaces[0]?.ticket ?? '';
    archiver.send({ type: 'join', room, ticket });
    expect((await archiver.next('roster')).peers).toHaveLength(2);
    expect(await person.next('peer-joined')).toMatchObject({ peer: { peerId: second.peerId } });
    expect(await person.next('peer-joined')).toMatchObject({ peer: { peerId: archiver.peerId, archiver: true } });
    person.send({ type: 'join', room, ticket: await ticketFor(server, owner, room), attend: true });
    await person.settle();
    expect(await archiver.settle()).toEqual([]);

    // The workspace-wide ticket is of no use to another device.
    second.send({ type: 'join', room, ticket });
    expect(await second.next('error')).toMatchObject({ code: 'forbidden' });

    const readiness = await call(server, 'GET', '/api/health/ready');
    expect(readiness.body).toMatchObject({ status: 'ready', checks: { archiver: 'connected' } });
    await demand(server, 'DELETE', `/api/workspaces/${owner.workspace}/archivers/${device.deviceId}`, {
      token: owner.token,
    });
    expect(await archiver.closed).toBe(4414);
    expect(await person.next('revoke')).toMatchObject({ device: device.deviceId });
    const again = await connectRaw(server, device);
    await again.hello(tokens.peerToken);
    expect(await again.closed).toBe(4414);
    for (const peer of [person, second]) peer.close();
  });
});
