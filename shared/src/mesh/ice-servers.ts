/** The STUN and TURN servers that a peer asks: the organization's own, and no others unless it names them. */
import type { IceServer, configResponseSchema } from '../http/api.ts';
import type { z } from '../zod.ts';
import type { IceServerAddress } from './transport.ts';

/** As the instance's public configuration says. */
export interface KnownIce extends Partial<
  Pick<z.infer<typeof configResponseSchema>, 'iceServers' | 'stunPort' | 'isRelayOnly'>
> {
  /** What came with the own tokens. */
  readonly granted?: readonly IceServer[];
  /**
   * Under which this peer reaches the instance; its own STUN server is asked at that host, since no other address is known
   * to lead there.
   */
  readonly origin: string;
}

export const iceServersOf = ({
  iceServers = [],
  granted = [],
  stunPort,
  isRelayOnly,
  origin,
}: KnownIce): readonly IceServerAddress[] => [
  ...(stunPort === undefined || isRelayOnly === true
    ? []
    : [{ urls: [`stun:${new URL(origin).hostname}:${stunPort}`] }]),
  ...[...iceServers, ...granted].map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  })),
];
