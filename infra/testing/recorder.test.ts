import { createServer } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { findWord, startRecorder } from './recorder.ts';

const word = 'Quittenmarmelade';
const noise = (text: string): Buffer => Buffer.from(`{"a":1,"b":"${text}"}`);

describe('findWord', () => {
  const leaks: readonly (readonly [string, Buffer, string])[] = [
    ['plain', noise(word), 'plain'],
    ['UTF-16 LE', Buffer.from(`x${word}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE', Buffer.from(`x${word}`, 'utf16le').swap16(), 'utf-16be'],
    ['base64, first alignment', noise(Buffer.from(`${word}!`).toString('base64')), 'base64'],
    ['base64, second alignment', noise(Buffer.from(`1${word}!`).toString('base64')), 'base64'],
    ['base64, third alignment', noise(Buffer.from(`12${word}!`).toString('base64')), 'base64'],
    ['base64url of UTF-16', noise(Buffer.from(`>${word}`, 'utf16le').toString('base64url')), 'base64 of utf-16'],
    ['gzip', gzipSync(noise(word)), 'inflated plain'],
    [
      'gzip behind a head',
      Buffer.concat([Buffer.from('HTTP/1.1 200\r\n\r\n'), gzipSync(noise(word))]),
      'inflated plain',
    ],
    ['zlib inside base64', noise(deflateSync(noise(word)).toString('base64')), 'inflated plain'],
    ['raw deflate', deflateRawSync(noise(word)), 'inflated plain'],
    ['brotli', brotliCompressSync(noise(word)), 'inflated plain'],
    ['hex', noise(Buffer.from(word).toString('hex')), 'hex'],
    ['JSON escapes', noise(Array.from(word, (c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')), 'escaped'],
  ];
  test.each(leaks)('finds a planted leak: %s', (_name, buffer, form) => {
    expect(findWord([Buffer.from('nothing'), buffer], word)).toContain(form);
  });

  test('finds nothing where nothing is', () => {
    const innocent = [noise('Quitten'), gzipSync(noise('marmelade')), Buffer.from('quittenmarmelade')];
    expect(findWord(innocent, word)).toEqual([]);
  });
});

describe('the recorder', () => {
  test('keeps both directions of what passes, chunk borders taken out', async () => {
    const server = createServer((_request, response) => {
      response.write(word.slice(0, 5));
      response.end(word.slice(5));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
    const recorder = await startRecorder(address.port);
    const response = await fetch(`http://127.0.0.1:${recorder.port}/?q=Holunderbluete`);
    expect(await response.text()).toBe(word);
    expect(findWord(recorder.captured(), 'Holunderbluete')).toEqual(['plain']);
    expect(findWord(recorder.captured(), word)).toEqual(['plain']);
    await recorder.close();
    server.close();
  });

  test('unmasks WebSocket frames', async () => {
    const { WebSocketServer } = await import('ws');
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
    await new Promise((resolve) => server.once('listening', resolve));
    server.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
    const recorder = await startRecorder(address.port);
    const client = new WebSocket(`ws://127.0.0.1:${recorder.port}`);
    await new Promise((resolve) => client.addEventListener('open', resolve, { once: true }));
    const echoed = new Promise((resolve) => client.addEventListener('message', resolve, { once: true }));
    client.send(JSON.stringify({ text: word }));
    await echoed;
    client.close();
    expect(findWord(recorder.captured(), word)).toContain('plain');
    await recorder.close();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
});
