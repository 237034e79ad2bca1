import { expect, test } from 'vitest';
import { networkUrl, trustUrl } from './network-url.ts';

const origins = ['https://192.168.1.20:8443', 'https://reef.local:8443'];

test.each([
  ['http://localhost:8080/join#token.room', 'https://192.168.1.20:8443/join#token.room'],
  ['http://127.0.0.1:8080/join?x=1#t', 'https://192.168.1.20:8443/join?x=1#t'],
  ['http://[::1]:8080/join#t', 'https://192.168.1.20:8443/join#t'],
  ['https://192.168.1.20:8443/join#t', undefined],
  ['https://docs.example.org/join#t', undefined],
])('LAN-10 the network link of %s is %s', (url, expected) => {
  expect(networkUrl(url, origins)).toBe(expected);
});

test('LAN-10 without an origin on the network there is none', () => {
  expect(networkUrl('http://localhost:8080/join#t', [])).toBeUndefined();
  expect(networkUrl('http://localhost:8080/join#t', ['nonsense'])).toBeUndefined();
});

test('LAN-10 the trust page is on plain http at the same address', () => {
  expect(trustUrl('http://localhost:8080/join#t', 'https://192.168.1.20:8443/join#t')).toBe(
    'http://192.168.1.20:8080/trust',
  );
  expect(trustUrl('http://localhost/join', 'https://[fd00::2]:8443/join')).toBe('http://[fd00::2]/trust');
});
