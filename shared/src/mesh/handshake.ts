/**
 * The handshake on a link's control channel (protocol.md 4): HELLO both ways, AUTH of A, AUTH of B only after A is
 * verified, READY both ways. Both signatures cover both DTLS fingerprints, so whoever swapped one in transit fails.
 * A is the side with the smaller fingerprint.
 */
import { AppError } from '../app-error.ts';
import { compareBytes, concat, equalBytes, sha256, utf8, type Bytes } from '../bytes.ts';
import type { Random } from '../clock.ts';
import { thumbprint } from '../crypto/device-key.ts';
import type { PeerTokenClaims } from '../crypto/claims.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import { peerIdOf } from '../crypto/transcript.ts';
import type { DeviceId, PeerId } from '../ids.ts';
import { SUPPORTED_VERSIONS, commonVersion } from '../protocol-version.ts';
import { err, ok, type Result } from '../result.ts';
import type { Message } from './frame.ts';
import { MESSAGE, decodeAuth, decodeHello, encodeAuth, encodeHello, type Hello } from './messages.ts';
import type { TokenVerifier } from './types.ts';
import { createFieldWriter } from './wire.ts';

/** The proven other end of a link. */
export interface LinkIdentity {
  readonly peerId: PeerId;
  readonly deviceId: DeviceId;
  readonly devicePub: Bytes;
  readonly tabNonce: Bytes;
  readonly claims: PeerTokenClaims;
  readonly version: number;
  /** The transcript hash H; keys JOIN tags. */
  readonly transcript: Bytes;
}

export interface HandshakeOptions {
  readonly localFingerprint: Bytes;
  readonly remoteFingerprint: Bytes;
  readonly signer: DeviceSigner;
  readonly verifySignature: VerifySignature;
  readonly tokens: Pick<TokenVerifier, 'verifyPeerToken'>;
  readonly peerToken: () => Promise<Result<string, AppError>>;
  readonly tabNonce: Bytes;
  /** Who was dialled, or who the offer came from. */
  readonly expected: PeerId;
  readonly random: Random;
  readonly send: (type: number, payload: Bytes) => void;
}

export interface Handshake {
  /** The other end, from its valid AUTH on; whether it takes this end's is not known before its READY. */
  readonly proven: LinkIdentity | undefined;
  /** Sends HELLO. Fails on equal fingerprints. */
  start(): Result<undefined, AppError>;
  /** Takes the next message of the control channel; messages must be given one after the other. */
  receive(message: Message): Promise<Result<LinkIdentity | undefined, AppError>>;
  /** REAUTH with a fresh token of the same subject, after READY. */
  reauth(token: string): Promise<void>;
  /** Verifies a REAUTH of the other side. */
  receiveReauth(payload: Bytes): Promise<Result<PeerTokenClaims, AppError>>;
}

type Side = 'A' | 'B';

/** H = SHA-256 over length-prefixed fields. */
export function transcriptHash(helloA: Bytes, helloB: Bytes, fingerprintA: Bytes, fingerprintB: Bytes): Bytes {
  const writer = createFieldWriter().blob(utf8('vicinal/h/v1'));
  for (const part of [helloA, helloB, fingerprintA, fingerprintB]) writer.blob(part);
  return sha256(writer.bytes());
}

/** What AUTH signs: side ‖ H ‖ SHA-256(token). */
export const authMessage = (side: Side, transcript: Bytes, token: string): Bytes =>
  concat(utf8(`vicinal/auth/v1\0${side}`), transcript, sha256(utf8(token)));

export function createHandshake(options: HandshakeOptions): Handshake {
  const { localFingerprint, remoteFingerprint, signer, send } = options;
  const side: Side = compareBytes(localFingerprint, remoteFingerprint) < 0 ? 'A' : 'B';
  const otherSide: Side = side === 'A' ? 'B' : 'A';
  const ownHello: Bytes = encodeHello({
    versions: SUPPORTED_VERSIONS,
    nonce: options.random.bytes(32),
    devicePub: signer.publicKey,
    tabNonce: options.tabNonce,
    caps: 0,
  });
  let hello: Hello | undefined;
  let version = 0;
  let transcript: Bytes | undefined;
  let claims: PeerTokenClaims | undefined;
  let proven: LinkIdentity | undefined;
  let state: 'hello' | 'auth' | 'ready' | 'done' | 'failed' = 'hello';

  const fail = (error: AppError): Result<never, AppError> => {
    state = 'failed';
    return err(error);
  };

  const sendAuth = async (type: number, h: Bytes, token: string): Promise<void> =>
    send(type, encodeAuth({ token, sig: await signer.sign(authMessage(side, h, token)) }));

  const sendOwnAuth = async (h: Bytes): Promise<Result<undefined, AppError>> => {
    const token = await options.peerToken();
    if (!token.ok) return token;
    await sendAuth(MESSAGE.auth, h, token.value);
    return ok();
  };

  const receiveHello = async (payload: Bytes): Promise<Result<undefined, AppError>> => {
    const parsed = decodeHello(payload);
    if (!parsed.ok) return parsed;
    hello = parsed.value;
    const common = commonVersion(hello.versions);
    if (common === undefined) return err(new AppError('unsupported-version', 'no common version'));
    version = common;
    const peerId = peerIdOf(hello.devicePub, hello.tabNonce);
    const isSelf = equalBytes(hello.devicePub, signer.publicKey) && equalBytes(hello.tabNonce, options.tabNonce);
    if (isSelf || peerId !== options.expected)
      return err(new AppError('unauthenticated', 'another peer than expected'));
    transcript =
      side === 'A'
        ? transcriptHash(ownHello, payload, localFingerprint, remoteFingerprint)
        : transcriptHash(payload, ownHello, remoteFingerprint, localFingerprint);
    state = 'auth';
    return side === 'A' ? sendOwnAuth(transcript) : ok();
  };

  const verifyAuth = async (payload: Bytes): Promise<Result<PeerTokenClaims, AppError>> => {
    const parsed = decodeAuth(payload);
    if (!parsed.ok) return parsed;
    if (!hello || !transcript) return err(new AppError('bad-request', 'AUTH before HELLO'));
    const { token, sig } = parsed.value;
    const isSigned = await options.verifySignature(hello.devicePub, sig, authMessage(otherSide, transcript, token));
    if (!isSigned) return err(new AppError('bad-signature', 'AUTH'));
    const verified = await options.tokens.verifyPeerToken(token);
    if (!verified.ok) return verified;
    if (verified.value.cnf.jkt !== thumbprint(hello.devicePub)) {
      return err(new AppError('unauthenticated', 'token of another device'));
    }
    return verified;
  };

  const receiveAuth = async (payload: Bytes): Promise<Result<undefined, AppError>> => {
    const verified = await verifyAuth(payload);
    if (!verified.ok) return verified;
    if (!hello || !transcript) return err(new AppError('bad-request', 'AUTH before HELLO'));
    claims = verified.value;
    state = 'ready';
    if (side === 'B') {
      const sent = await sendOwnAuth(transcript);
      if (!sent.ok) return sent;
    }
    send(MESSAGE.ready, new Uint8Array(0));
    const { devicePub, tabNonce } = hello;
    const deviceId = thumbprint(devicePub);
    proven = { peerId: options.expected, deviceId, devicePub, tabNonce, claims, version, transcript };
    return ok();
  };

  return {
    get proven() {
      return proven;
    },
    start: () => {
      if (equalBytes(localFingerprint, remoteFingerprint))
        return fail(new AppError('unauthenticated', 'equal fingerprints'));
      send(MESSAGE.hello, ownHello);
      return ok();
    },
    receive: async ({ type, stream, payload }) => {
      if (stream !== 0) return fail(new AppError('bad-request', 'room message before READY'));
      if (state === 'hello' && type === MESSAGE.hello) {
        const received = await receiveHello(payload);
        return received.ok ? ok(undefined) : fail(received.error);
      }
      if (state === 'auth' && type === MESSAGE.auth) {
        const received = await receiveAuth(payload);
        return received.ok ? ok(undefined) : fail(received.error);
      }
      if (state === 'ready' && type === MESSAGE.ready && payload.length === 0 && proven) {
        state = 'done';
        return ok(proven);
      }
      return fail(new AppError('bad-request', 'message out of place in the handshake'));
    },
    reauth: async (token) => {
      if (state === 'done' && transcript) await sendAuth(MESSAGE.reauth, transcript, token);
    },
    receiveReauth: async (payload) => {
      const verified = await verifyAuth(payload);
      if (!verified.ok || !claims)
        return verified.ok ? err(new AppError('bad-request', 'REAUTH before READY')) : verified;
      if (verified.value.sub !== claims.sub || verified.value.iss !== claims.iss) {
        return err(new AppError('unauthenticated', 'REAUTH of another subject'));
      }
      claims = verified.value;
      return verified;
    },
  };
}
