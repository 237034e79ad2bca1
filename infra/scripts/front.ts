/** The one origin of `npm start`: the built client, and signaling and archiver behind it. Production uses nginx. */
import { createServer } from 'node:http';
import { createHandler } from './front-handler.ts';
import { isLoopbackHost } from './front-hosts.ts';
import { listen } from './front-listener.ts';
import type { NetworkView } from './front-trust.ts';

export interface FrontOptions {
  /** Built client. */
  readonly clientDir: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Interface to listen on; absent means all, where addresses other than localhost get the trust page. */
  readonly host?: string;
  /** Origin people use when it is not `http://localhost:port`, for example behind a TLS proxy. */
  readonly publicUrl?: string;
  /** Whether `X-Forwarded-For` of callers is kept: only behind a proxy that sets it. */
  readonly isBehindProxy?: boolean;
  /** https on the network, for the trust page; absent: there is none. */
  readonly network?: () => NetworkView | undefined;
  /** Where a service listens now. */
  targetOf(service: 'signaling' | 'archiver'): string;
}

export interface Front {
  readonly port: number;
  readonly origin: string;
  /** Ends the listener and every connection. Idempotent. */
  close(): Promise<void>;
}

/** Rejects when the port is taken. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { publicUrl } = options;
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  const listener = await listen(
    createServer(),
    createHandler({
      clientDir: options.clientDir,
      isAppHost: (host) => host === publicHost || isLoopbackHost(host),
      scheme: 'http',
      publicScheme: publicUrl?.startsWith('https:') === true ? 'https' : 'http',
      isBehindProxy: options.isBehindProxy ?? false,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      network: options.network ?? (() => undefined),
      targetOf: options.targetOf,
    }),
    options,
  );
  return { ...listener, origin: publicUrl ?? `http://localhost:${listener.port}` };
}
