/**
 * Links in memory under the mesh's transport seam: ordered channels with latency on an injected clock, paths that can be cut,
 * healed and severed. Session descriptions are reduced to what the mesh reads of them: the certificate's fingerprint.
 */
import { equalBytes, toHex, type Bytes } from '../bytes.ts';
import type { Clock, Random } from '../clock.ts';
import { fingerprintOf } from '../mesh/fingerprint.ts';
import {
  CHANNELS,
  type ChannelName,
  type Transport,
  type TransportFactory,
  type TransportOptions,
} from '../mesh/transport.ts';

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** One way, ms. Default 5. */
  readonly latencyMs?: number;
  /** Bytes a second of one direction of a link; absent: no limit. */
  readonly bytesPerSecond?: number;
  /** How often an end is asked in vain by which path it goes, as a platform answers that has not settled on one. Default 0. */
  readonly vainPathReads?: number;
}

export interface MemoryNetwork {
  /** The transports of one named endpoint, for `MeshOptions.createTransport`. */
  endpoint(name: string): TransportFactory;
  /** The path between two endpoints goes silent: what is sent waits. New connections do not come about. */
  cut(a: string, b: string): void;
  /** As `cut`, but the platform notices nothing. */
  mute(a: string, b: string): void;
  /** The path works again; what waited is delivered. */
  heal(a: string, b: string): void;
  /** Ends the connection at both ends. */
  sever(a: string, b: string): void;
  /** Hands bytes to the other end as if `from` had sent them. */
  inject(from: string, to: string, channel: ChannelName, bytes: Bytes): void;
  /** Connections in use. */
  readonly connections: number;
  /** Frames and bytes sent, by channel. */
  readonly sent: Readonly<Record<ChannelName, { frames: number; bytes: number }>>;
}

interface Endpoint {
  readonly name: string;
  readonly options: TransportOptions;
  readonly id: string;
  readonly fingerprint: Bytes;
  remoteFingerprint: Bytes | undefined;
  /** The other end, once its description was accepted. */
  remote: Endpoint | undefined;
  isOpen: boolean;
  isClosed: boolean;
  isNegotiating: boolean;
  buffered: number;
  readonly arrivesAt: Map<ChannelName, number>;
  busyUntil: number;
  /** What waits for a cut path. */
  readonly held: (() => void)[];
}

export function createMemoryNetwork(network: MemoryNetworkOptions): MemoryNetwork {
  const { clock, random } = network;
  const latencyMs = network.latencyMs ?? 5;
  const endpoints = new Map<string, Endpoint>();
  const cuts = new Set<string>();
  const sent = Object.fromEntries(CHANNELS.map((name) => [name, { frames: 0, bytes: 0 }])) as Record<
    ChannelName,
    { frames: number; bytes: number }
  >; // CHANNELS names every key

  const pairKey = (a: string, b: string): string => [a, b].sort().join('|');
  const isCut = (a: Endpoint, b: Endpoint): boolean => cuts.has(pairKey(a.name, b.name));
  const between = (a: string, b: string): Endpoint[] =>
    [...endpoints.values()].filter(
      ({ name, remote }) => remote !== undefined && pairKey(name, remote.name) === pairKey(a, b),
    );

  const describe = (endpoint: Endpoint): string => {
    const hex = toHex(endpoint.fingerprint)
      .toUpperCase()
      .replaceAll(/(..)(?=.)/g, '$1:');
    return `v=0\r\no=${endpoint.id} 1 IN\r\na=fingerprint:sha-256 ${hex}\r\n`;
  };
  const idIn = (sdp: string): string => /^o=(\S+)/m.exec(sdp)?.[1] ?? '';

  const close = (endpoint: Endpoint): void => {
    if (endpoint.isClosed) return;
    endpoint.isClosed = true;
    endpoints.delete(endpoint.id);
    endpoint.held.length = 0;
    const { remote } = endpoint;
    endpoint.options.events.path('closed');
    if (remote && !isCut(endpoint, remote)) clock.after(latencyMs, () => close(remote));
  };
  const open = (endpoint: Endpoint): void => {
    if (endpoint.isOpen || endpoint.isClosed) return;
    endpoint.isOpen = true;
    endpoint.options.events.path('connected');
    endpoint.options.events.open();
  };
  const connect = (a: Endpoint, b: Endpoint): void => {
    if (isCut(a, b)) return;
    clock.after(latencyMs, () => {
      if (a.isClosed || b.isClosed || isCut(a, b)) return;
      if (a.isOpen) {
        for (const end of [a, b]) end.options.events.path('connected');
        return;
      }
      open(a);
      open(b);
    });
  };

  const deliver = (from: Endpoint, channel: ChannelName, bytes: Bytes): void => {
    const run = (): void => {
      from.buffered -= bytes.length;
      const to = from.remote;
      if (to && !to.isClosed) to.options.events.message(channel, bytes);
      if (!from.isClosed) from.options.events.writable();
    };
    const to = from.remote;
    if (!to) return;
    if (network.bytesPerSecond !== undefined) {
      from.busyUntil = Math.max(from.busyUntil, clock.monotonic()) + (bytes.length * 1000) / network.bytesPerSecond;
    }
    const at = Math.max(from.arrivesAt.get(channel) ?? 0, from.busyUntil, clock.monotonic()) + latencyMs;
    from.arrivesAt.set(channel, at - latencyMs);
    clock.after(at - clock.monotonic(), () => {
      if (from.isClosed) return;
      if (isCut(from, to) || from.held.length > 0) from.held.push(run);
      else run();
    });
  };

  const negotiate = (endpoint: Endpoint): void => {
    endpoint.isNegotiating = true;
    clock.after(0, () => {
      if (!endpoint.isClosed)
        endpoint.options.events.signal({
          kind: 'description',
          description: { type: 'offer', sdp: describe(endpoint) },
        });
    });
  };
  const acceptDescription = (endpoint: Endpoint, type: 'offer' | 'answer', sdp: string): boolean => {
    const { isInitiator, events } = endpoint.options;
    if (type !== (isInitiator ? 'answer' : 'offer') || (isInitiator && !endpoint.isNegotiating)) return false;
    const fingerprint = fingerprintOf(sdp);
    const isChanged = fingerprint && endpoint.remoteFingerprint && !equalBytes(fingerprint, endpoint.remoteFingerprint);
    if (!fingerprint || isChanged) return false;
    endpoint.isNegotiating = false;
    endpoint.remoteFingerprint = fingerprint;
    const remote = endpoints.get(idIn(sdp));
    if (!isInitiator) {
      clock.after(0, () =>
        events.signal({ kind: 'description', description: { type: 'answer', sdp: describe(endpoint) } }),
      );
    }
    // A certificate that is not the described one ends in a failed DTLS handshake: nothing opens.
    if (!remote || !equalBytes(remote.fingerprint, fingerprint)) return true;
    endpoint.remote = remote;
    if (isInitiator && remote.remoteFingerprint && equalBytes(remote.remoteFingerprint, endpoint.fingerprint))
      connect(endpoint, remote);
    return true;
  };

  const createTransport = (name: string, options: TransportOptions): Transport => {
    const endpoint: Endpoint = {
      name,
      options,
      id: toHex(random.bytes(8)),
      fingerprint: random.bytes(32),
      remoteFingerprint: undefined,
      remote: undefined,
      isOpen: false,
      isClosed: false,
      isNegotiating: false,
      buffered: 0,
      arrivesAt: new Map(),
      busyUntil: 0,
      held: [],
    };
    let pathReads = 0;
    endpoints.set(endpoint.id, endpoint);
    if (options.isInitiator) negotiate(endpoint);
    return {
      localFingerprint: () => endpoint.fingerprint,
      remoteFingerprint: () => endpoint.remoteFingerprint,
      remoteCertificateMatches: () => undefined,
      signal: (data) => {
        if (endpoint.isClosed || data.kind !== 'description') return false;
        return acceptDescription(endpoint, data.description.type, data.description.sdp);
      },
      send: (channel, bytes) => {
        if (!endpoint.isOpen || endpoint.isClosed) return false;
        endpoint.buffered += bytes.length;
        sent[channel].frames += 1;
        sent[channel].bytes += bytes.length;
        deliver(endpoint, channel, bytes);
        return true;
      },
      bufferedAmount: () => endpoint.buffered,
      ready: () => undefined,
      hasAddress: () => true,
      setIceServers: () => undefined,
      restart: () => {
        if (options.isInitiator && !endpoint.isClosed && !endpoint.isNegotiating) negotiate(endpoint);
      },
      path: () => Promise.resolve((pathReads += 1) > (network.vainPathReads ?? 0) ? 'direct' : 'unknown'),
      connection: () => endpoint,
      close: () => close(endpoint),
    };
  };

  return {
    endpoint: (name) => (options) => createTransport(name, options),
    cut: (a, b) => {
      cuts.add(pairKey(a, b));
      for (const endpoint of between(a, b)) if (endpoint.isOpen) endpoint.options.events.path('lost');
    },
    mute: (a, b) => void cuts.add(pairKey(a, b)),
    heal: (a, b) => {
      cuts.delete(pairKey(a, b));
      for (const endpoint of between(a, b)) {
        if (endpoint.isClosed) continue;
        // The other end was closed while the path was cut: now it shows.
        if (endpoint.remote?.isClosed) {
          close(endpoint);
          continue;
        }
        const held = endpoint.held.splice(0);
        for (const run of held) run();
        if (endpoint.isOpen) endpoint.options.events.path('connected');
      }
    },
    sever: (a, b) => {
      for (const endpoint of between(a, b)) close(endpoint);
    },
    inject: (from, to, channel, bytes) => {
      for (const endpoint of between(from, to)) {
        if (endpoint.name === to && !endpoint.isClosed) endpoint.options.events.message(channel, bytes);
      }
    },
    get connections() {
      return endpoints.size;
    },
    sent,
  };
}
