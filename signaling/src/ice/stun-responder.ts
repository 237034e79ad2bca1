/**
 * The instance's own STUN server: tells peers the address under which others see them, so that no third party has to be
 * asked. Answers well-formed binding requests and is silent to everything else.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { createStunBudget, type StunBudgetLimits } from './stun-budget.ts';
import { answerBinding, subscriberOf } from './stun-message.ts';

export interface StunResponderOptions {
  /** UDP; 0 lets the system choose. */
  readonly port: number;
  /** Address of one interface; absent: every one, over IPv4 and IPv6. */
  readonly host: string | undefined;
  readonly limits: StunBudgetLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface StunResponder {
  /** The same over IPv4 and IPv6. */
  readonly port: number;
  /** Idempotent. */
  close(): Promise<void>;
}

type Family = 'udp4' | 'udp6';

/** `undefined`, said in the log, when the port cannot be had: an instance works without, only fewer links are direct. */
export async function startStunResponder(options: StunResponderOptions): Promise<StunResponder | undefined> {
  const { host, limits, clock, logger } = options;
  const budget = createStunBudget(limits, () => clock.monotonic());
  const sockets: Socket[] = [];
  let isClosed = false;

  const listen = (family: Family, port: number, address: string | undefined): Promise<number> =>
    new Promise((resolve, reject) => {
      // own sockets for both families: an IPv4 source must not read as a mapped IPv6 one
      const socket = createSocket({ type: family, ipv6Only: family === 'udp6' });
      socket.on('error', (error) => {
        reject(error);
        logger.warn('stun-socket-failed', { family, code: codeOf(error) });
        socket.removeAllListeners('message');
        const at = sockets.indexOf(socket);
        if (at >= 0) sockets.splice(at, 1)[0]?.close();
      });
      socket.on('message', (datagram, source) => {
        if (isClosed || source.port === 0) return;
        const answer = answerBinding(datagram, source);
        if (answer === undefined || !budget.take(subscriberOf(source.address))) return;
        // an answer that cannot be sent is lost like any datagram
        socket.send(answer, source.port, source.address, () => undefined);
      });
      socket.bind({ port, ...(address === undefined ? {} : { address }), exclusive: true }, () => {
        sockets.push(socket);
        resolve(socket.address().port);
      });
    });

  let port: number | undefined;
  for (const family of familiesOf(host)) {
    try {
      port = await listen(family, port ?? options.port, host);
    } catch (error) {
      // one family may be missing on this machine; a port that is taken is somebody else's
      logger.warn('stun-not-listening', { family, port: port ?? options.port, code: codeOf(error) });
    }
  }
  if (port === undefined) return undefined;
  logger.info('stun-listening', { port, host: host ?? 'every interface' });
  return {
    port,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await Promise.all(
        sockets.map(async (socket) => await new Promise<void>((resolve) => void socket.close(() => resolve()))),
      );
    },
  };
}

function familiesOf(host: string | undefined): readonly Family[] {
  if (host === undefined) return ['udp4', 'udp6'];
  return isIP(host) === 6 ? ['udp6'] : ['udp4'];
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
