/** What the local authority may vouch for, and the X.509 extension that says so (RFC 5280, 4.2.1.10). */
import { isIP } from 'node:net';
import { isPrivate, PRIVATE_NETWORKS } from './network-addresses.ts';

export const NAME_CONSTRAINTS_OID = '2.5.29.30';

/**
 * DNS names under which this machine may be known. A host name of one label is left out: as a constraint it would permit
 * every name below it, and `dev`, `app` or `cloud` are also public domains.
 */
export function permittedNames(hostName: string): readonly string[] {
  const name = hostName.toLowerCase();
  const isQualified = isDnsName(name) && name.includes('.') && isIP(name) === 0 && !name.endsWith('.local');
  return ['localhost', 'local', ...(isQualified ? [name] : [])];
}

/** Names for a server certificate: those of this machine. */
export function hostNames(hostName: string): readonly string[] {
  const name = hostName.toLowerCase();
  const label = name.split('.')[0] ?? '';
  const local = isDnsName(label) && isIP(name) === 0 ? [`${label}.local`] : [];
  return [...local.filter((each) => each !== 'localhost.local'), ...permittedNames(hostName).slice(2), 'localhost'];
}

const isDnsName = (name: string): boolean =>
  name.length <= 253 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(name);

/** DER of the extension's value: permitted subtrees only, DNS names and networks as address and mask. */
export function encodeNameConstraints(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const subtrees = [
    ...names.map((name) => der(0x82, Buffer.from(name, 'ascii'))),
    ...PRIVATE_NETWORKS.map((network) => der(0x87, networkBytes(network))),
  ].map((base) => der(0x30, base));
  return new Uint8Array(der(0x30, der(0xa0, ...subtrees)));
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length > 0xffff) throw new RangeError('a constraint of this size was never meant');
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function networkBytes(network: string): Buffer {
  const [address = '', bits] = network.split('/');
  const bytes = addressBytes(address);
  const mask = bytes.map((_, index) => (0xff00 >> Math.min(8, Math.max(0, Number(bits) - index * 8))) & 0xff);
  return Buffer.from([...bytes, ...mask]);
}

function addressBytes(address: string): number[] {
  if (isIP(address) === 4) return address.split('.').map(Number);
  const [left = '', right = ''] = address.split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number(`0x${group}`)));
  const [head, tail] = [groups(left), groups(right)];
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
  return all.flatMap((group) => [group >> 8, group & 0xff]);
}

const dnsOf = (constraint: string, name: string): boolean => name === constraint || name.endsWith(`.${constraint}`);

/** Whether a certificate for `name` (DNS name or address) would be within the constraints. */
export function isPermitted(name: string, permitted: readonly string[]): boolean {
  if (isIP(name) !== 0) return isPrivate(name);
  return permitted.some((constraint) => dnsOf(constraint, name));
}
