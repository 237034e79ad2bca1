/** Where the model's host is: on a private network or on the internet, by the addresses its name has now. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { JobModel } from '@vicinal/shared/room/jobs.ts';

export type ModelPlace = Exclude<JobModel['place'], 'built-in'>;

/** Loopback, private, link-local and shared ranges: what no packet to the internet is addressed to. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

const isPrivate = (address: string): boolean => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  return PRIVATE.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
};

/** 'network' only when every address is private. */
export const placeOf = (addresses: readonly string[]): ModelPlace =>
  addresses.length > 0 && addresses.every(isPrivate) ? 'network' : 'internet';

export interface Located {
  /** At least one. */
  readonly addresses: readonly string[];
  readonly place: ModelPlace;
}

/** Resolves a host as the URL class writes it. Rejects when it has no address. */
export async function locate(hostname: string): Promise<Located> {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses =
    isIP(bare) > 0 ? [bare] : (await lookup(bare, { all: true, verbatim: true })).map(({ address }) => address);
  if (addresses.length === 0) throw new Error('the host has no address');
  return { addresses, place: placeOf(addresses) };
}
