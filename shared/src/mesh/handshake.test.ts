import { beforeEach, describe, expect, it } from 'vitest';
import type { Bytes } from '../bytes.ts';
import { peerIdOf } from '../crypto/transcript.ts';
import type { DeviceSigner } from '../crypto/signer.ts';
import type { AppError } from '../app-error.ts';
import { ok, type Result } from '../result.ts';
import { seededRandom } from '../testing/seeded-device.ts';
import { testUser, testWorkspace } from '../testing/seeded-peers.ts';
import { createSimulatedCrypto } from '../testing/simulated-crypto.ts';
import { createTestIssuer, type TestMember } from '../testing/test-issuer.ts';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import { createHandshake, type Handshake, type HandshakeOptions, type LinkIdentity } from './handshake.ts';
import type { Message } from './frame.ts';
import { MESSAGE, encodeAuth, encodeHello } from './messages.ts';

const crypto = createSimulatedCrypto();
const clock = createVirtualClock();
const random = seededRandom('handshake');
const issuer = createTestIssuer({
  clock,
  issuer: 'i',
  workspace: testWorkspace('one'),
  lifetimeSeconds: 60,
  graceSeconds: 0,
});

interface End {
  readonly signer: DeviceSigner;
  readonly member: TestMember;
  readonly tabNonce: Bytes;
  readonly outbox: Message[];
  readonly handshake: Handshake;
  identity: LinkIdentity | undefined;
  error: AppError | undefined;
}
type Overrides = Partial<HandshakeOptions>;

let fingerprints: { a: Bytes; b: Bytes };
beforeEach(() => {
  fingerprints = { a: new Uint8Array(32).fill(1), b: new Uint8Array(32).fill(2) };
});

async function makeEnds(overrides: { a?: Overrides; b?: Overrides } = {}): Promise<{ a: End; b: End }> {
  const devices = { a: await crypto.device('a'), b: await crypto.device('b') };
  const nonces = { a: random.bytes(16), b: random.bytes(16) };
  const make = (name: 'a' | 'b'): End => {
    const other = name === 'a' ? 'b' : 'a';
    const signer = devices[name];
    const member: TestMember = { sub: testUser(name), device: signer.deviceId, name };
    const outbox: Message[] = [];
    const handshake = createHandshake({
      localFingerprint: fingerprints[name],
      remoteFingerprint: fingerprints[other],
      signer,
      verifySignature: crypto.verifySignature,
      tokens: issuer.tokens,
      peerToken: () => Promise.resolve(ok(issuer.peerToken(member))),
      tabNonce: nonces[name],
      expected: peerIdOf(devices[other].publicKey, nonces[other]),
      random,
      send: (type, payload) => void outbox.push({ type, stream: 0, isIgnorable: false, payload }),
      ...overrides[name],
    });
    return { signer, member, tabNonce: nonces[name], outbox, handshake, identity: undefined, error: undefined };
  };
  return { a: make('a'), b: make('b') };
}

const take = (end: End, result: Result<LinkIdentity | undefined, AppError>): void => {
  if (!result.ok) end.error = result.error;
  else if (result.value) end.identity = result.value;
};
/** Exchanges messages until nobody has more to say. */
async function exchange(
  a: End,
  b: End,
  change: (message: Message, from: End) => Message = (message) => message,
): Promise<void> {
  a.handshake.start();
  b.handshake.start();
  while (a.outbox.length + b.outbox.length > 0) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const message = from.outbox.shift();
      if (message && !to.error) take(to, await to.handshake.receive(change(message, from)));
    }
  }
}

describe('the handshake', () => {
  it('MESH-5 proves both ends to each other over one transcript', async () => {
    const { a, b } = await makeEnds();
    await exchange(a, b);
    expect(a.identity).toMatchObject({ deviceId: b.signer.deviceId, claims: { sub: b.member.sub }, version: 1 });
    expect(b.identity).toMatchObject({ deviceId: a.signer.deviceId, claims: { sub: a.member.sub } });
    expect(a.identity?.transcript).toEqual(b.identity?.transcript);
  });

  it('MESH-5 lets B show its token only after A is verified', async () => {
    const { a, b } = await makeEnds();
    a.handshake.start();
    b.handshake.start();
    await b.handshake.receive(a.outbox.shift()!); // the HELLO just sent
    expect(b.outbox.map(({ type }) => type)).toEqual([MESSAGE.hello]);
    await a.handshake.receive(b.outbox.shift()!); // as above
    expect(a.outbox.map(({ type }) => type)).toEqual([MESSAGE.auth]);
    const forged = {
      ...a.outbox[0]!,
      payload: encodeAuth({ token: issuer.peerToken(a.member), sig: new Uint8Array(64) }),
    }; // one message was seen
    expect(await b.handshake.receive(forged)).toMatchObject({ ok: false, error: { code: 'bad-signature' } });
    expect(b.outbox).toEqual([]);
  });

  it('MESH-5 knows the other end from its AUTH on, and takes it as ready with its READY only', async () => {
    const { a, b } = await makeEnds();
    a.handshake.start();
    b.handshake.start();
    const next = (from: End): Message => from.outbox.shift() ?? expect.unreachable();
    await b.handshake.receive(next(a));
    await a.handshake.receive(next(b));
    expect([a.handshake.proven, b.handshake.proven]).toEqual([undefined, undefined]);
    take(b, await b.handshake.receive(next(a)));
    expect(b.handshake.proven).toMatchObject({ deviceId: a.signer.deviceId, claims: { sub: a.member.sub } });
    expect([b.identity, a.handshake.proven]).toEqual([undefined, undefined]);
    expect(b.outbox.map(({ type }) => type)).toEqual([MESSAGE.auth, MESSAGE.ready]);
    take(a, await a.handshake.receive(next(b)));
    take(b, await b.handshake.receive(next(a)));
    expect([a.identity, b.identity]).toEqual([undefined, b.handshake.proven]);
    take(a, await a.handshake.receive(next(b)));
    expect(a.identity?.transcript).toEqual(b.identity?.transcript);
  });

  it('SEC-1 fails when a fingerprint was swapped in transit', async () => {
    const swapped = new Uint8Array(32).fill(9);
    const { a, b } = await makeEnds({ a: { remoteFingerprint: swapped }, b: { remoteFingerprint: swapped } });
    await exchange(a, b);
    expect([a.identity, b.identity]).toEqual([undefined, undefined]);
    expect([a.error?.code, b.error?.code]).toEqual(['bad-signature', 'bad-signature']);
  });

  it('SEC-1 fails when only one side was shown another fingerprint', async () => {
    const { a, b } = await makeEnds({ b: { remoteFingerprint: new Uint8Array(32).fill(0) } });
    await exchange(a, b);
    expect([a.identity, b.identity]).toEqual([undefined, undefined]);
  });

  it('MESH-6 aborts on equal fingerprints', async () => {
    fingerprints.b = fingerprints.a;
    const { a } = await makeEnds();
    expect(a.handshake.start()).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    expect(a.outbox).toEqual([]);
  });

  it('SEC-2 refuses a stolen token without the device key', async () => {
    const { a, b } = await makeEnds();
    const victim: TestMember = {
      sub: testUser('victim'),
      device: (await crypto.device('victim')).deviceId,
      name: 'victim',
    };
    const thief = await makeEnds({ a: { peerToken: () => Promise.resolve(ok(issuer.peerToken(victim))) } });
    await exchange(thief.a, thief.b);
    expect(thief.b.error?.code).toBe('unauthenticated');
    expect([a.identity, b.identity, thief.b.identity]).toEqual([undefined, undefined, undefined]);
  });

  it('SEC-2 refuses the AUTH of another handshake', async () => {
    const first = await makeEnds();
    let recorded: Message | undefined;
    await exchange(first.a, first.b, (message, from) => {
      if (from === first.a && message.type === MESSAGE.auth) recorded = message;
      return message;
    });
    const second = await makeEnds();
    await exchange(second.a, second.b, (message, from) =>
      from === second.a && message.type === MESSAGE.auth && recorded ? recorded : message,
    );
    expect(second.b.error?.code).toBe('bad-signature');
    expect(second.b.identity).toBeUndefined();
  });

  it('SEC-2 refuses its own AUTH mirrored', async () => {
    const { a, b } = await makeEnds();
    let own: Message | undefined;
    await exchange(a, b, (message, from) => {
      if (message.type !== MESSAGE.auth) return message;
      if (from === a) own = message;
      return from === b && own ? own : message;
    });
    expect(a.identity).toBeUndefined();
    expect(a.error?.code).toBe('bad-signature');
  });

  it('MESH-7 refuses another peer than the one dialled', async () => {
    const { a, b } = await makeEnds({ a: { expected: peerIdOf(new Uint8Array(32), new Uint8Array(16)) } });
    await exchange(a, b);
    expect(a.error?.code).toBe('unauthenticated');
    expect(a.outbox).toEqual([]);
  });

  it('MESH-7 refuses an expired peer token', async () => {
    const { a, b } = await makeEnds();
    const expired = issuer.peerToken(a.member);
    clock.advance(120_000);
    const again = await makeEnds({ a: { peerToken: () => Promise.resolve(ok(expired)) } });
    await exchange(again.a, again.b);
    expect(again.b.error?.code).toBe('token-expired');
    expect(b.identity).toBeUndefined();
  });

  it('MESH-7 refuses an end without a common version', async () => {
    const { a, b } = await makeEnds();
    await exchange(a, b, (message, from) =>
      from === a && message.type === MESSAGE.hello
        ? {
            ...message,
            payload: encodeHello({
              versions: [99],
              nonce: random.bytes(32),
              devicePub: a.signer.publicKey,
              tabNonce: a.tabNonce,
              caps: 0,
            }),
          }
        : message,
    );
    expect(b.error?.code).toBe('unsupported-version');
  });

  it.each([MESSAGE.ready, MESSAGE.auth, MESSAGE.ping, MESSAGE.join, MESSAGE.batch, 255])(
    'MESH-5 reads nothing but HELLO first (type %i)',
    async (type) => {
      const { a } = await makeEnds();
      a.handshake.start();
      const result = await a.handshake.receive({ type, stream: 0, isIgnorable: true, payload: new Uint8Array(0) });
      expect(result).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    },
  );

  it('MESH-8 takes a REAUTH of the same subject and no other', async () => {
    const { a, b } = await makeEnds();
    await exchange(a, b);
    await a.handshake.reauth(issuer.peerToken(a.member));
    expect(await b.handshake.receiveReauth(a.outbox.shift()!.payload)).toMatchObject({ ok: true }); // the REAUTH just sent
    await a.handshake.reauth(issuer.peerToken({ ...a.member, sub: testUser('other') }));
    expect(await b.handshake.receiveReauth(a.outbox.shift()!.payload)).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    }); // as above
  });
});
