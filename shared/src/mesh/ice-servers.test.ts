import { expect, test } from 'vitest';
import { iceServersOf } from './ice-servers.ts';

const turn = { urls: ['turn:turn.example.org'], username: '1:u', credential: 'secret' };

test.each([
  ['http://localhost:8080', 'stun:localhost:3478'],
  ['https://192.168.1.20:8443', 'stun:192.168.1.20:3478'],
  ['https://[fd00::1]:8443', 'stun:[fd00::1]:3478'],
  ['https://docs.example.org', 'stun:docs.example.org:3478'],
])('ICE-5 a peer that reaches the instance at %s asks %s', (origin, url) =>
  expect(iceServersOf({ origin, stunPort: 3478, iceServers: [] })).toEqual([{ urls: [url] }]),
);

test('ICE-5 nobody is asked where the instance names nobody', () =>
  expect(iceServersOf({ origin: 'https://docs.example.org' })).toEqual([]));

test('ICE-5 where links go through TURN alone, STUN is not asked', () =>
  expect(
    iceServersOf({ origin: 'https://docs.example.org', stunPort: 3478, isRelayOnly: true, granted: [turn] }),
  ).toEqual([turn]));

test('ICE-6 what came with the tokens is asked beside what the instance tells everybody', () =>
  expect(
    iceServersOf({ origin: 'https://a.example', iceServers: [{ urls: ['stun:b.example'] }], granted: [turn] }),
  ).toEqual([{ urls: ['stun:b.example'] }, turn]));
