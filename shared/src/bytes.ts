/** Byte helpers shared by codecs. Everything here is isomorphic, and synchronous but for `digest`. */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { hmac } from '@noble/hashes/hmac.js';

/** Bytes backed by a plain ArrayBuffer, as WebCrypto and RTCDataChannel want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
/** A byte order mark is a character like others, as it is in Yjs: lengths are counted with it. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Bytes => encoder.encode(text);
/** Throws on malformed UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** The same bytes as WebCrypto takes them, which copies them itself: a copy only when their buffer is shared. */
export const unshared = (bytes: Uint8Array): Bytes =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes); // narrowed by the buffer's class

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic order, for canonical sorting. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Node hashes at once by itself, ten times as fast; a browser only later: see {@link digest}. */
function nodeHash(): (typeof import('node:crypto'))['createHash'] | undefined {
  const platform = globalThis as { readonly process?: Partial<typeof process> };
  return platform.process?.getBuiltinModule?.('node:crypto').createHash;
}
const createHash = /* @__PURE__ */ nodeHash(); // marked, for else this module would be a chunk of its own in a browser

/** SHA-256 of the concatenation of `parts`. */
export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const hash = createHash?.('sha256') ?? nobleSha256.create();
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** Below this many bytes the way to another thread and back costs more than the hash. */
const LEAST_DIGEST_BYTES = 16 * 1024;

/** SHA-256 by the fastest way there is: of many bytes in a browser that is off the calling thread, and takes its time. */
export const digest = (bytes: Uint8Array): Bytes | Promise<Bytes> =>
  createHash !== undefined || bytes.length < LEAST_DIGEST_BYTES ? sha256(bytes) : digestLater(bytes);
/** SHA-256 off the calling thread. */
export const digestLater = async (bytes: Uint8Array): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', unshared(bytes)));

export const hmacSha256 = (key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes =>
  new Uint8Array(hmac(nobleSha256, key, concat(...parts)));

/** Unpadded base64url (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** `undefined` when `text` is not canonical unpadded base64url. */
export function fromBase64Url(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  return toBase64Url(bytes) === text ? bytes : undefined;
}

export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
}
