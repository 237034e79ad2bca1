/** One frame of every kind with fixed contents, for the golden file of a protocol version. Ed25519 signatures are deterministic. */
import { hmacSha256, toBase64Url, toHex, utf8, type Bytes } from '../bytes.ts';
import { peerIdOf, signalAuthMessage } from '../crypto/transcript.ts';
import { encodeBatch, encodeHeads, encodeReceipt } from '../log/envelope.ts';
import { digestOfHeads } from '../log/heads.ts';
import { signReceipt } from '../log/receipts.ts';
import { entryBody, headerHash, sessionClientId, signHeader } from '../log/session.ts';
import { authMessage, transcriptHash } from '../mesh/handshake.ts';
import { encodeFrame } from '../mesh/frame.ts';
import {
  MESSAGE,
  encodeAuth,
  encodeDocMessage,
  encodeHello,
  encodeJoin,
  encodeNumber,
  encodePeerIds,
  encodeText,
  encodeWant,
} from '../mesh/messages.ts';
import { encodeForwarded, encodePresence } from '../mesh/presence-message.ts';
import { seededDevice } from './seeded-device.ts';
import { testRoom } from './seeded-peers.ts';

const filled = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);

/** Hex of each frame by name, and of the values that are computed on both ends alike. */
export async function goldenFrames(): Promise<Readonly<Record<string, string>>> {
  const [a, b] = [await seededDevice('golden/a'), await seededDevice('golden/b')];
  const room = testRoom('golden');
  const ref = { doc: 'content', gen: 0 } as const;
  const out: Record<string, string> = {};
  const add = (name: string, type: number, stream: number, payload: Bytes): void => {
    out[name] = toHex(encodeFrame({ type, stream, isIgnorable: type === MESSAGE.bye, hasMore: false, payload }));
  };

  const helloA = encodeHello({
    versions: [1],
    nonce: filled(32, 1),
    devicePub: a.publicKey,
    tabNonce: filled(16, 2),
    caps: 0,
  });
  const helloB = encodeHello({
    versions: [1],
    nonce: filled(32, 3),
    devicePub: b.publicKey,
    tabNonce: filled(16, 4),
    caps: 0,
  });
  const transcript = transcriptHash(helloA, helloB, filled(32, 5), filled(32, 6));
  const token = 'header.payload.signature';
  out['peer-id'] = peerIdOf(a.publicKey, filled(16, 2));
  out['transcript'] = toHex(transcript);
  out['signaling-hello-sig'] = toBase64Url(
    await a.sign(signalAuthMessage('https://vicinal.test', filled(32, 7), token)),
  );
  add('hello', MESSAGE.hello, 0, helloA);
  add('auth', MESSAGE.auth, 0, encodeAuth({ token, sig: await a.sign(authMessage('A', transcript, token)) }));
  add('ready', MESSAGE.ready, 0, filled(0, 0));
  add('reauth', MESSAGE.reauth, 0, encodeAuth({ token, sig: await b.sign(authMessage('B', transcript, token)) }));
  add('ping', MESSAGE.ping, 0, encodeNumber(300));
  add('pong', MESSAGE.pong, 0, encodeNumber(300));
  add('bye', MESSAGE.bye, 0, encodeText('shutting-down'));
  add('signal', MESSAGE.signal, 0, utf8('{"kind":"description","description":{"type":"offer","sdp":"v=0\\r\\n"}}'));
  add('restart-request', MESSAGE.restartRequest, 0, filled(0, 0));
  add('join', MESSAGE.join, 1, encodeJoin(hmacSha256(transcript, utf8('join'), utf8(room))));
  add('leave', MESSAGE.leave, 1, filled(0, 0));
  add('ticket', MESSAGE.ticket, 1, encodeText(token));
  add('admit', MESSAGE.admit, 1, filled(0, 0));
  add('refuse', MESSAGE.refuse, 1, encodeText('revoked'));
  add('neighbours', MESSAGE.neighbours, 1, encodePeerIds([filled(16, 8), filled(16, 9)]));

  const unsigned = {
    v: 1,
    alg: 1,
    room,
    doc: 'content',
    gen: 0,
    devicePub: a.publicKey,
    nonce: filled(16, 10),
  } as const;
  const header = await signHeader(unsigned, token, a);
  const clientId = sessionClientId(unsigned);
  const update = Uint8Array.of(0, 0);
  const body = entryBody(headerHash(unsigned), headerHash(unsigned), { seq: 1, deps: [], bytes: update });
  const heads = [{ clientId, seq: 1, hash: filled(32, 11) }];
  add('heads', MESSAGE.heads, 1, encodeDocMessage(ref, encodeHeads(heads)));
  add('digest', MESSAGE.digest, 1, encodeDocMessage(ref, digestOfHeads(heads)));
  add(
    'want',
    MESSAGE.want,
    1,
    encodeWant(ref, [
      { clientId, fromSeq: 2, toSeq: 9 },
      { clientId: 5, fromSeq: 1 },
    ]),
  );
  add(
    'batch',
    MESSAGE.batch,
    1,
    encodeDocMessage(
      ref,
      encodeBatch({
        headers: [header],
        entries: [{ clientId, seq: 1, deps: [], bytes: update, sig: await a.sign(body) }],
      }),
    ),
  );
  add('synced', MESSAGE.synced, 1, encodeDocMessage(ref, filled(0, 0)));
  const receipt = {
    room,
    doc: 'content',
    gen: 0,
    archiveId: filled(16, 12),
    lease: 0,
    archiveSeq: 7,
    heads,
    durability: 'archive-disk',
    at: 1_700_000_000_000,
  } as const;
  add('receipt', MESSAGE.receipt, 1, encodeReceipt(await signReceipt(receipt, b)));
  const presence = await encodePresence(room, a, filled(16, 2), 42, { cursor: 3 });
  add('presence', MESSAGE.presence, 1, presence);
  add('forwarded-presence', MESSAGE.forwardedPresence, 1, encodeForwarded(token, presence));
  return out;
}
