/** https on every address of this machine's networks, with a certificate of the local authority that follows them. */
import { createServer } from 'node:https';
import type { Clock } from '@vicinal/shared/clock.ts';
import { createHandler } from './front-handler.ts';
import { hostNameOf, httpsOrigin } from './front-hosts.ts';
import { listen } from './front-listener.ts';
import type { NetworkView } from './front-trust.ts';
import {
  type LocalAuthority,
  LocalAuthorityError,
  openLocalAuthority,
  type ServerCertificate,
} from './local-authority.ts';
import { hostNames } from './local-authority-constraints.ts';
import { addressesOn, repeat } from './network-addresses.ts';

export interface NetworkFrontOptions {
  readonly clientDir: string;
  /** Folder of the authority. */
  readonly tlsDir: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Interface to listen on; absent means all. */
  readonly host?: string;
  readonly hostName: string;
  /** Addresses of this machine, best first. */
  readAddresses(): readonly string[];
  /** How often they are looked at. */
  readonly pollMs: number;
  readonly clock: Clock;
  targetOf(service: 'signaling' | 'archiver'): string;
  /** Origins other than before, best first. */
  onOrigins(origins: readonly string[]): void;
  readonly say: (line: string) => void;
}

export interface NetworkFront {
  readonly port: number;
  readonly view: NetworkView;
  /** Ends the listener, every connection and the look-out for addresses. Idempotent. */
  close(): Promise<void>;
}

/**
 * As {@link startNetworkFront}, for a product that works without it: what stands in the way becomes one line, and the
 * answer undefined.
 */
export async function tryNetworkFront(options: NetworkFrontOptions): Promise<NetworkFront | undefined> {
  try {
    return await startNetworkFront(options);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (isTaken) options.say(`No https on the network: port ${options.port} is taken; set TLS_PORT to another one.`);
    else if (error instanceof LocalAuthorityError) options.say(`No https on the network: ${error.message}.`);
    else throw error;
    return undefined;
  }
}

/** Where the app runs over https on this machine itself. */
export const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'] as const;
const RENEW_BEFORE_MS = 30 * 86_400_000;

/** Rejects when the port is taken or the authority cannot be used. `onOrigins` was called once when it resolves. */
export async function startNetworkFront(options: NetworkFrontOptions): Promise<NetworkFront> {
  const authority = await openLocalAuthority({
    directory: options.tlsDir,
    hostName: options.hostName,
    now: () => options.clock.now(),
  });
  let addresses = addressesNow(options);
  let certificate = await issueFor(authority, options, addresses);
  let isClosed = false;
  const server = createServer({ key: certificate.key, cert: certificate.cert, minVersion: 'TLSv1.2' });
  const view = (): NetworkView => ({
    origins: offeredNames(options.hostName, addresses, certificate).map((name) => httpsOrigin(name, listener.port)),
    fingerprint: authority.fingerprint,
    certificate: authority.certificate,
  });
  const listener = await listen(
    server,
    createHandler({
      clientDir: options.clientDir,
      isAppHost: (host) => certificate.names.includes(hostNameOf(host)),
      scheme: 'https',
      publicScheme: 'https',
      isBehindProxy: false,
      network: view,
      targetOf: options.targetOf,
    }),
    options,
  );
  options.onOrigins(view().origins);

  const look = async (): Promise<void> => {
    const current = addressesNow(options);
    const isMoved = current.join() !== addresses.join();
    if (!isMoved && certificate.expiresAt - options.clock.now() > RENEW_BEFORE_MS) return;
    try {
      const renewed = await issueFor(authority, options, current);
      if (isClosed) return;
      server.setSecureContext({ key: renewed.key, cert: renewed.cert, minVersion: 'TLSv1.2' });
      certificate = renewed;
      addresses = current;
      if (isMoved) options.onOrigins(view().origins);
    } catch (error) {
      options.say(`The network certificate was not renewed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const stopLooking = repeat(options.clock, options.pollMs, look);
  return {
    port: listener.port,
    get view() {
      return view();
    },
    close: async () => {
      isClosed = true;
      stopLooking();
      await listener.close();
    },
  };
}

const addressesNow = (options: NetworkFrontOptions): readonly string[] =>
  addressesOn(options.host, options.readAddresses());

const issueFor = (
  authority: LocalAuthority,
  options: NetworkFrontOptions,
  addresses: readonly string[],
): Promise<ServerCertificate> =>
  authority.issue([...new Set([...addresses, ...hostNames(options.hostName), ...LOOPBACK_NAMES])]);

/** Addresses before names: not every network answers for `.local`. Without an address nobody can come by name either. */
const offeredNames = (
  hostName: string,
  addresses: readonly string[],
  certificate: ServerCertificate,
): readonly string[] =>
  addresses.length === 0
    ? []
    : [...addresses, ...hostNames(hostName).filter((name) => name !== 'localhost')].filter((name) =>
        certificate.names.includes(name),
      );
