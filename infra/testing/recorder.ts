/** A TCP relay that keeps every byte both ways, and a search for words in all forms they could travel in. */
import { connect, createServer, type Socket } from 'node:net';
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

export interface Recorder {
  readonly port: number;
  /** Bytes so far, one buffer per connection and direction, with WebSocket payloads unmasked and inflated beside. */
  captured(): Uint8Array[];
  close(): Promise<void>;
}

/** Relays 127.0.0.1:port (chosen by the system) to 127.0.0.1:`target`. */
export async function startRecorder(target: number): Promise<Recorder> {
  const streams: { chunks: Uint8Array[] }[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      const stream: { chunks: Uint8Array[] } = { chunks: [] };
      streams.push(stream);
      open.add(from);
      from.on('data', (chunk: Buffer) => stream.chunks.push(chunk));
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return {
    port: address.port,
    captured: () =>
      streams.flatMap(({ chunks }) => {
        const bytes = Buffer.concat(chunks);
        return [bytes, ...webSocketPayloads(bytes), ...httpBodies(bytes)];
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Payloads of every WebSocket frame after an upgrade, unmasked; compressed ones inflated with their context. */
function webSocketPayloads(bytes: Buffer): Buffer[] {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0 || !/upgrade:\s*websocket/i.test(bytes.subarray(0, head).toString('latin1'))) return [];
  const payloads: Buffer[] = [];
  const deflated: Buffer[] = [];
  for (let at = head + 4; at + 2 <= bytes.length;) {
    const first = bytes.readUInt8(at);
    const second = bytes.readUInt8(at + 1);
    let length = second & 0x7f;
    at += 2;
    if (length === 126) {
      if (at + 2 > bytes.length) break;
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      if (at + 8 > bytes.length) break;
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    const mask = (second & 0x80) === 0 ? undefined : bytes.subarray(at, (at += 4));
    const payload = Buffer.from(bytes.subarray(at, at + length));
    at += length;
    if (mask !== undefined)
      for (let i = 0; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
    payloads.push(payload);
    if ((first & 0x40) !== 0) deflated.push(payload, Buffer.from([0, 0, 0xff, 0xff])); // RSV1: permessage-deflate
  }
  const inflated = deflated.length === 0 ? [] : [tryInflate(Buffer.concat(deflated))];
  return [...payloads, ...inflated.filter((buffer) => buffer !== undefined)];
}

/** Bodies with chunk sizes taken out, so that a word cut by a chunk border or compressed in chunks is seen whole. */
function httpBodies(bytes: Buffer): Buffer[] {
  const text = bytes.toString('latin1');
  return text
    .split(/\r\n\r\n/)
    .slice(1)
    .map((body) => Buffer.from(body.replace(/(^|\r\n)[0-9a-f]{1,8}\r\n/gi, ''), 'latin1'));
}

function tryInflate(bytes: Uint8Array): Buffer | undefined {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 };
  const brotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: 64 * 1024 * 1024 };
  const attempts = [
    () => gunzipSync(bytes, options),
    () => inflateSync(bytes, options),
    () => inflateRawSync(bytes, options),
    () => brotliDecompressSync(bytes, brotli),
  ];
  for (const attempt of attempts) {
    try {
      const result = attempt();
      if (result.length > 0) return result;
    } catch {
      // not in this format
    }
  }
  return undefined;
}

/** In which forms `word` (≥ 6 characters) occurs in any of `buffers`; empty when it does in none. */
export function findWord(buffers: readonly Uint8Array[], word: string): string[] {
  const found = new Set<string>();
  const search = (buffer: Buffer, prefix: string): void => {
    for (const [form, needle] of formsOf(word)) if (buffer.includes(needle)) found.add(prefix + form);
    const json = buffer.toString('latin1');
    if (json.includes(escaped(word))) found.add(`${prefix}escaped`);
  };
  for (const bytes of buffers) {
    const buffer = Buffer.from(bytes);
    search(buffer, '');
    for (const inner of innerForms(buffer)) search(inner, 'inflated ');
  }
  return [...found].toSorted();
}

const escaped = (word: string): string =>
  Array.from(word, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

function formsOf(word: string): [string, Buffer][] {
  const forms: [string, Buffer][] = [
    ['plain', Buffer.from(word, 'utf8')],
    ['utf-16le', Buffer.from(word, 'utf16le')],
    ['utf-16be', Buffer.from(word, 'utf16le').swap16()],
    ['hex', Buffer.from(Buffer.from(word).toString('hex'))],
    ['hex', Buffer.from(Buffer.from(word).toString('hex').toUpperCase())],
    [
      'url',
      Buffer.from(
        [...Buffer.from(word)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
      ),
    ],
  ];
  for (const [name, encoded] of [
    ['base64', Buffer.from(word)],
    ['base64 of utf-16', Buffer.from(word, 'utf16le')],
  ] as const) {
    for (let shift = 0; shift < 3; shift++) {
      const text = Buffer.concat([Buffer.alloc(shift), encoded]).toString('base64');
      // The characters that depend on the bytes around the word are left out.
      const inner = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + encoded.length) * 8) / 6));
      forms.push([name, Buffer.from(inner)], [name, Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_'))]);
    }
  }
  return forms;
}

/** What base64 runs decode to, and what compressed runs inflate to, two levels deep. */
function innerForms(buffer: Buffer, depth = 0): Buffer[] {
  const results: Buffer[] = [];
  for (const [run] of buffer.toString('latin1').matchAll(/[A-Za-z0-9+/_-]{24,}={0,2}/g)) {
    for (let shift = 0; shift < 4; shift++) {
      const decoded = Buffer.from(run.slice(shift).replaceAll('-', '+').replaceAll('_', '/'), 'base64');
      if (shift === 0) results.push(decoded);
      const inflated = looksCompressed(decoded, 0) ? tryInflate(decoded) : undefined;
      if (inflated !== undefined) results.push(inflated);
    }
  }
  for (let at = 0; at + 2 < buffer.length; at++) {
    if (!looksCompressed(buffer, at)) continue;
    const inflated = tryInflate(buffer.subarray(at));
    if (inflated !== undefined) results.push(inflated);
  }
  const whole = tryInflate(buffer);
  if (whole !== undefined) results.push(whole);
  return depth < 1 ? [...results, ...results.flatMap((inner) => innerForms(inner, depth + 1))] : results;
}

/** gzip's magic, or a valid zlib header. Raw deflate and brotli carry none: they are tried on whole buffers. */
function looksCompressed(buffer: Buffer, at: number): boolean {
  const first = buffer[at] ?? 0;
  const second = buffer[at + 1] ?? 0;
  if (first === 0x1f && second === 0x8b) return true;
  return first === 0x78 && ((first << 8) | second) % 31 === 0;
}
