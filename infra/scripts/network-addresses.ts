/** Addresses of this machine that other devices on its networks can open, and the moment they change. */
import { BlockList, isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Clock } from '@vicinal/shared/clock.ts';

/**
 * What a local authority may vouch for: addresses that mean something on one network only, where nothing on the internet
 * can be. Beside the private ones these are carrier-grade NAT, which private overlay networks use, and laboratories.
 */
export const PRIVATE_NETWORKS = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
] as const;

const privateList = new BlockList();
for (const network of PRIVATE_NETWORKS) {
  const [address = '', bits] = network.split('/');
  privateList.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** Whether an address is loopback or of a private network. */
export const isPrivate = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && privateList.check(address, family === 4 ? 'ipv4' : 'ipv6');
};

/** Bridges and tunnels of containers and virtual machines: real, but seldom where other people are. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|utun|tun|tap)/;
const ORDER = [/^192\.168\./, /^10\./, /^172\./, /^(?!169\.254\.)\d+\./, /^f[cd]/, /^169\.254\./];

/**
 * Private addresses, the best for other people first. Link-local IPv6 is left out: its addresses need a zone, and
 * browsers take none.
 */
export function lanAddresses(interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]>): readonly string[] {
  const rank = (name: string, address: string): number =>
    (VIRTUAL.test(name) ? ORDER.length + 1 : 0) + ORDER.findIndex((pattern) => pattern.test(address));
  const found = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      .filter(({ internal, address }) => !internal && isPrivate(address) && ORDER.some((each) => each.test(address)))
      .map(({ address }) => ({ address, rank: rank(name, address) })),
  );
  const sorted = found.toSorted((a, b) => a.rank - b.rank || (a.address < b.address ? -1 : 1));
  return [...new Set(sorted.map(({ address }) => address))];
}

/** Of `addresses`, those reachable where a server listens on `host`; absent or a wildcard means every interface. */
export function addressesOn(host: string | undefined, addresses: readonly string[]): readonly string[] {
  if (host === undefined || host === '::') return addresses;
  if (host === '0.0.0.0') return addresses.filter((address) => isIP(address) === 4);
  return addresses.filter((address) => address === host);
}

/** Whether a server on `host` can be reached from another device at all. */
export const isOnNetwork = (host: string | undefined): boolean =>
  host === undefined || host === '::' || host === '0.0.0.0' || (isIP(host) !== 0 && !/^(127\.|::1$)/.test(host));

/** Calls `look` after every interval, never twice at a time, until the returned function is called. */
export function repeat(clock: Clock, intervalMs: number, look: () => Promise<void>): () => void {
  let isStopped = false;
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel = clock.after(intervalMs, () => {
      void look().then(() => {
        if (!isStopped) wait();
      });
    });
  };
  wait();
  return () => {
    isStopped = true;
    cancel();
  };
}
