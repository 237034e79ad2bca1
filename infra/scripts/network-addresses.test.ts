import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { addressesOn, isOnNetwork, isPrivate, lanAddresses } from './network-addresses.ts';

const info = (address: string, internal = false): NetworkInterfaceInfo =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo; // the rest is not read

test('LAN-2 private addresses are offered, those of other people before those of containers', () => {
  const addresses = lanAddresses({
    docker0: [info('172.17.0.1')],
    lo: [info('127.0.0.1', true), info('::1', true)],
    eth0: [
      info('198.41.0.4'),
      info('2606:4700::1'),
      info('100.64.0.9'),
      info('fe80::1'),
      info('fd00::2'),
      info('169.254.3.3'),
    ],
    wlan0: [info('10.1.2.3'), info('192.168.1.20')],
    usb0: undefined,
  });
  expect(addresses).toEqual(['192.168.1.20', '10.1.2.3', '100.64.0.9', 'fd00::2', '169.254.3.3', '172.17.0.1']);
});

test.each([
  ['10.0.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.0.1', true],
  ['192.169.0.1', false],
  ['8.8.8.8', false],
  ['fd12::1', true],
  ['2606:4700::1', false],
  ['100.127.255.255', true],
  ['100.128.0.1', false],
  ['192.0.2.2', true],
  ['docs.example.org', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivate(address)).toBe(expected);
});

test('LAN-1 where the server listens decides what is offered', () => {
  const all = ['192.168.1.20', '10.1.2.3', 'fd00::2'];
  expect(addressesOn(undefined, all)).toEqual(all);
  expect(addressesOn('0.0.0.0', all)).toEqual(['192.168.1.20', '10.1.2.3']);
  expect(addressesOn('10.1.2.3', all)).toEqual(['10.1.2.3']);
  expect([undefined, '::', '0.0.0.0', '192.168.1.20'].map(isOnNetwork)).toEqual([true, true, true, true]);
  expect(['127.0.0.1', '127.0.1.1', '::1', 'localhost'].map(isOnNetwork)).toEqual([false, false, false, false]);
});
