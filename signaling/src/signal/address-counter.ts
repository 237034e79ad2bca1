/** How many sockets each address has. */
import { isPrivateAddress, limitKey } from '../http/address.ts';

export interface AddressCounter {
  /** Sockets of the address, or of its IPv6 network, that count now. */
  of(address: string): number;
  /** Counts a socket; the returned function ends that, once. */
  add(address: string): () => void;
}

/** Loopback and private addresses count only when told so: behind one of them there may be many people. */
export function createAddressCounter(countsPrivate: boolean): AddressCounter {
  const counts = new Map<string, number>();
  return {
    of: (address) => counts.get(limitKey(address)) ?? 0,
    add(address) {
      if (isPrivateAddress(address) && !countsPrivate) return () => undefined;
      const key = limitKey(address);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      let isCounted = true;
      return () => {
        if (!isCounted) return;
        isCounted = false;
        const left = (counts.get(key) ?? 1) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      };
    },
  };
}
