import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { leanSource } from './lean-simple-peer.ts';
import { stream } from './simple-peer-parts.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('simple-peer/index.js'), 'utf8');

test('CLI-60 every dependency of simple-peer is replaced, and a source of another shape is refused', () => {
  expect(leanSource(source)).not.toMatch(/require\(|module\.exports/);
  expect(() => leanSource(source.replace("require('err-code')", "require('err-codes')"))).toThrow('has changed');
  expect(() => leanSource(`${source}\nconst net = require('net')\n`)).toThrow('has changed');
});

test('CLI-60 listeners hear what they asked for, once where asked, and an error nobody hears is thrown', () => {
  const duplex = new stream.Duplex();
  const heard: unknown[] = [];
  const removed = (): void => void heard.push('removed');
  duplex.once('connect', () => heard.push('once')).on('connect', (value) => heard.push(value));
  duplex.on('connect', removed).removeListener('connect', removed);
  expect([duplex.emit('connect', 1), duplex.emit('connect', 2), duplex.emit('close')]).toEqual([true, true, false]);
  expect(heard).toEqual(['once', 1, 2]);
  expect(() => duplex.emit('error', new Error('unheard'))).toThrow('unheard');
});

test('CLI-60 the ends of the stream are told apart', () => {
  const duplex = new stream.Duplex();
  duplex.push(new Uint8Array(1));
  expect(duplex._readableState.ended).toBe(false);
  duplex.push(null);
  duplex.end();
  expect([duplex._readableState.ended, duplex._writableState.finished]).toEqual([true, true]);
});
