/** Where push messages may be sent: endpoints come from browsers, and so from anybody. */
import { BlockList, isIP } from 'node:net';

/** Hosts of the push services of Chromium, Firefox, Safari and Edge. `*.` stands for one or more labels. */
export const KNOWN_PUSH_HOSTS: readonly string[] = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '*.push.services.mozilla.com',
  'web.push.apple.com',
  '*.push.apple.com',
  '*.notify.windows.com',
];

const label = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';
const pattern = new RegExp(`^(\\*\\.)?${label}(\\.${label})+(:\\d{1,5})?$`);
/** Whether `text` may stand in an allow list: a host name, `*.` before it for all below, `:port` behind it for another than 443. */
export const isHostPattern = (text: string): boolean =>
  pattern.test(text) && isIP(text.replace(/:\d+$/, '')) === 0 && text.length <= 253;

/** The address when it is https without credentials, on a host of the list; else undefined. */
export function parseEndpoint(text: string, allowed: readonly string[]): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined;
  const host = url.port === '' ? url.hostname : `${url.hostname}:${url.port}`;
  const isAllowed = allowed.some((each) =>
    each.startsWith('*.') ? host.endsWith(each.slice(1)) && host.length > each.length - 1 : host === each,
  );
  return isAllowed && isIP(url.hostname.replaceAll(/[[\]]/g, '')) === 0 ? url : undefined;
}

const special = new BlockList();
for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]) {
  const [address = '', bits] = network.split('/');
  special.addSubnet(address, Number(bits), 'ipv4');
}
// Tunnels carry addresses of the other family inside: Teredo and 6to4.
special.addSubnet('2001::', 32, 'ipv6');
special.addSubnet('2001:db8::', 32, 'ipv6');
special.addSubnet('2002::', 16, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether the address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4');
    case 6:
      return globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
    default:
      return false;
  }
}
