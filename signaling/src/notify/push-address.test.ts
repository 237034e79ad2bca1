import { expect, test } from 'vitest';
import { KNOWN_PUSH_HOSTS, isHostPattern, isPublicAddress, parseEndpoint } from './push-address.ts';

const allowed = [...KNOWN_PUSH_HOSTS, 'push.example.org', '*.push.example.net', 'own.example.org:8443'];

test.each([
  'https://fcm.googleapis.com/fcm/send/abc:def',
  'https://updates.push.services.mozilla.com/wpush/v2/x',
  'https://web.push.apple.com/QGx',
  'https://db5p.notify.windows.com/w/?token=x',
  'https://push.example.org/x',
  'https://a.b.push.example.net/x',
  'https://own.example.org:8443/x',
  'https://FCM.googleapis.com:443/x',
])('PUSH-5 %s may be sent to', (endpoint) => {
  expect(parseEndpoint(endpoint, allowed)?.href).toMatch(/^https:/);
});

test.each([
  'http://fcm.googleapis.com/fcm/send/abc',
  'https://fcm.googleapis.com.evil.example/x',
  'https://evilfcm.googleapis.com/x',
  'https://googleapis.com/x',
  'https://notify.windows.com/x',
  'https://evilnotify.windows.com/x',
  'https://fcm.googleapis.com:8443/x',
  'https://own.example.org/x',
  'https://user@fcm.googleapis.com/x',
  'https://fcm.googleapis.com@127.0.0.1/x',
  'https://127.0.0.1/x',
  'https://[::1]/x',
  'https://2130706433/x',
  'https://localhost/x',
  'https://fcm.googleapis.com./x',
  'ftp://fcm.googleapis.com/x',
  'javascript:alert(1)',
  'not an address',
  '',
])('PUSH-5 %s is refused', (endpoint) => {
  expect(parseEndpoint(endpoint, allowed)).toBeUndefined();
});

test.each(['142.250.74.42', '34.107.243.93', '2a00:1450:4001:80b::200a'])('PUSH-5 %s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
  ...['172.31.255.255', '192.168.1.1', '192.0.2.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '::', '::1'],
  ...['fe80::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1'],
  ...['2002:7f00:1::', '2001:0:1::1', '2001:db8::1', 'x', ''],
])('PUSH-5 %s is not', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test('PUSH-5 an allow list names hosts and nothing else', () => {
  expect(['push.example.org', '*.example.org', 'push.example.org:8443'].filter(isHostPattern)).toHaveLength(3);
  const others = [
    '*',
    '*.*',
    'localhost',
    '127.0.0.1',
    'https://push.example.org',
    'push.example.org/x',
    '.example.org',
  ];
  expect(others.filter(isHostPattern)).toEqual([]);
});
