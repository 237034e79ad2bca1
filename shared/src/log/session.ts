/** Sessions: their header, the client id derived from it, and the hash chain of their entries (protocol.md 5). */
import { compareBytes, concat, digest, sha256, utf8 } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import type { Random } from '../clock.ts';
import { ALG_ED25519 } from '../crypto/signer.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import { LOG_VERSION, NONCE_BYTES, encodeDeps, encodeHeaderCore, encodeVarUint } from './envelope.ts';
import type { UnsignedHeader } from './envelope.ts';
import type { Dep, DocAddress, Entry, LogHeader } from './types.ts';

const HEADER_DOMAIN = utf8('vicinal/header/v1');
const ENTRY_DOMAIN = utf8('vicinal/entry/v1');
const CLIENT_DOMAIN = utf8('vicinal/client/v1');

/** SHA-256 of the header without grant and signature. */
export const headerHash = (header: UnsignedHeader): Bytes => sha256(encodeHeaderCore(header));

/** First 53 bits, big-endian, of SHA-256("vicinal/client/v1" ‖ headerHash): the only client id the session may write under. */
export function clientIdOf(hash: Uint8Array): number {
  const view = new DataView(sha256(CLIENT_DOMAIN, hash).buffer);
  return view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11);
}

/** The client id that a header's session writes under. */
export const sessionClientId = (header: UnsignedHeader): number => clientIdOf(headerHash(header));

/** What a header's signature covers. */
export const headerMessage = (hash: Uint8Array): Bytes => concat(HEADER_DOMAIN, hash);

/** Body of an entry as signed and hashed; `prevHash` of seq 1 is the header hash. */
export const entryBody = (
  hash: Uint8Array,
  prevHash: Uint8Array,
  entry: { readonly seq: number; readonly deps: readonly Dep[]; readonly bytes: Uint8Array },
): Bytes => concat(ENTRY_DOMAIN, hash, encodeVarUint(entry.seq), prevHash, encodeDeps(entry.deps), entry.bytes);

/** Link of the chain: SHA-256 of the signed body. */
export const entryHash = (body: Uint8Array): Bytes => sha256(body);
/** {@link entryHash} where it may take its time: of a long body off the calling thread. */
export const entryHashSoon = (body: Uint8Array): Bytes | Promise<Bytes> => digest(body);

/** A header for a new session of `signer`, with a nonce never used before. */
export function newHeader(address: DocAddress, devicePub: Bytes, random: Random): UnsignedHeader {
  const { room, doc, gen } = address;
  return { v: LOG_VERSION, alg: ALG_ED25519, room, doc, gen, devicePub, nonce: random.bytes(NONCE_BYTES) };
}

export const signHeader = async (header: UnsignedHeader, grant: string, signer: DeviceSigner): Promise<LogHeader> => ({
  ...header,
  grant,
  sig: await signer.sign(headerMessage(headerHash(header))),
});

/** Whether the header's signature is of its own device key. Says nothing of the grant. */
export const verifyHeader = (header: LogHeader, verify: VerifySignature): Promise<boolean> =>
  verify(header.devicePub, header.sig, headerMessage(headerHash(header)));

/**
 * The logs of one document as known here: headers, entries kept in memory and chain hashes. `base` entries at the start
 * are covered by a checkpoint and not kept.
 */
export class SessionLog {
  header: LogHeader;
  readonly clientId: number;
  readonly hash: Bytes;
  /** Entries up to this seq are inside a checkpoint. */
  base = 0;
  #baseHash: Bytes;
  #entries: Entry[] = [];
  #hashes: Bytes[] = [];

  constructor(header: LogHeader) {
    this.header = header;
    this.hash = headerHash(header);
    this.clientId = clientIdOf(this.hash);
    this.#baseHash = this.hash;
  }

  /** 0 before the first entry. */
  get seq(): number {
    return this.base + this.#entries.length;
  }
  /** Hash of the last entry; the header hash before the first. */
  get headHash(): Bytes {
    return this.#hashes.at(-1) ?? this.#baseHash;
  }

  entry(seq: number): Entry | undefined {
    return this.#entries[seq - this.base - 1];
  }
  /** Chain hash at `seq`; `undefined` where it is not kept. */
  hashAt(seq: number): Bytes | undefined {
    return seq === this.base && seq > 0 ? this.#baseHash : this.#hashes[seq - this.base - 1];
  }

  bodyOfNext(entry: Pick<Entry, 'seq' | 'deps' | 'bytes'>): Bytes {
    return entryBody(this.hash, this.headHash, entry);
  }
  /** `entry.seq` must be `seq + 1`. */
  append(entry: Entry, hash: Bytes): void {
    this.#entries.push(entry);
    this.#hashes.push(hash);
  }
  /** Entries up to `seq` are covered by a checkpoint from now on; no effect when more is known already. */
  startAt(seq: number, hash: Bytes): void {
    if (seq <= this.seq) return;
    this.base = seq;
    this.#baseHash = hash;
    this.#entries = [];
    this.#hashes = [];
  }
}

/** Order of headers and heads wherever a canonical one is needed. */
export const byClientId = (a: { readonly clientId: number }, b: { readonly clientId: number }): number =>
  a.clientId - b.clientId;
/** Whether two headers are the same but for the grant. */
export const isSameHeader = (a: LogHeader, b: LogHeader): boolean =>
  compareBytes(encodeHeaderCore(a), encodeHeaderCore(b)) === 0;
