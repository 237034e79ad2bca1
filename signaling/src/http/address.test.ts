import { BlockList } from 'node:net';
import { expect, test } from 'vitest';
import { clientAddress, isPrivateAddress, limitKey } from './address.ts';

const proxies = new BlockList();
proxies.addAddress('127.0.0.1', 'ipv4');
proxies.addSubnet('10.1.0.0', 16, 'ipv4');

// Only these two fields are read.
const from = (remoteAddress: string, forwarded?: string | string[]) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as Parameters<
    typeof clientAddress
  >[0];

test.each([
  ['a stranger cannot choose its address', '198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['a trusted proxy names its client', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['what a client put before the proxy does not count', '127.0.0.1', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
  ['a chain of trusted proxies is followed', '127.0.0.1', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['mapped IPv6 is IPv4', '::ffff:127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['nonsense is not an address', '127.0.0.1', '<script>', '127.0.0.1'],
  ['a proxy without the header stands for itself', '127.0.0.1', undefined, '127.0.0.1'],
])('SIG-34 %s', (_, remote, header, expected) => {
  expect(clientAddress(from(remote, header), proxies)).toBe(expected);
});

test('SIG-34 IPv6 counts by network of 64 bits, however it is written', () => {
  expect(limitKey('2001:db8:1:2:3:4:5:6')).toBe(limitKey('2001:db8:1:2::1'));
  expect(limitKey('2001:0db8:0001:0002::1')).toBe('2001:db8:1:2');
  expect(limitKey('2001:db8:1:3::1')).not.toBe(limitKey('2001:db8:1:2::1'));
  expect(limitKey('::1')).toBe('0:0:0:0');
  expect(limitKey('203.0.113.9')).toBe('203.0.113.9');
});

test('SIG-34 private ranges are told from public ones', () => {
  for (const address of [
    '127.0.0.1',
    '10.0.0.1',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1',
  ])
    expect(isPrivateAddress(address)).toBe(true);
  for (const address of ['172.32.0.1', '8.8.8.8', '2001:db8::1', 'x', ''])
    expect(isPrivateAddress(address)).toBe(false);
});
