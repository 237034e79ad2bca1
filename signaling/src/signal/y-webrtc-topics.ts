/**
 * The verbs of stock y-webrtc (subscribe, unsubscribe, publish, ping) for the rooms that the operator declared open. No
 * identity, no tickets: whoever reaches the endpoint takes part. Nothing here touches rooms of the product.
 */
import { AppError, closeCodeOf, type ErrorCode } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { Limits } from '../config.ts';
import { errorFields } from '../log.ts';
import type { SignalSocket } from './session.ts';
import { createTokenBucket } from './token-bucket.ts';

const peerName = z.string().check(z.minLength(1), z.maxLength(64));
/** What y-webrtc 10 publishes; fields it may gain later pass. With a room password all of it is one encrypted string. */
const dataSchema = z.union([
  z.string(),
  z.looseObject({ type: z.literal('announce'), from: peerName }),
  z.looseObject({
    type: z.literal('signal'),
    from: peerName,
    to: peerName,
    signal: z.looseObject({ type: z.string().check(z.maxLength(32)) }),
  }),
]);
const frameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subscribe'), topics: z.array(z.string()) }),
  z.object({ type: z.literal('unsubscribe'), topics: z.array(z.string()) }),
  z.object({ type: z.literal('publish'), topic: z.string(), data: dataSchema }),
  z.object({ type: z.literal('ping') }),
]);
type Frame = z.infer<typeof frameSchema>;

export interface OpenTopicsOptions {
  /** Declared rooms. */
  readonly rooms: ReadonlySet<string>;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One connection. */
export interface OpenSession {
  /** A text frame arrived. */
  receive(frame: string): void;
  /** Closes with the code's close code. Idempotent. */
  fail(code: ErrorCode): void;
  /** The socket is gone. Idempotent. */
  ended(): void;
}

export interface OpenTopics {
  connect(socket: SignalSocket): OpenSession;
  /** Subscriptions, all rooms together. */
  subscriptions(): number;
}

export function createOpenTopics({ rooms, limits, clock, logger }: OpenTopicsOptions): OpenTopics {
  const topics = new Map<string, Set<Subscriber>>();

  const connect = (socket: SignalSocket): OpenSession => {
    const messages = createTokenBucket(limits.messagesPerSecond, limits.messagesBurst, clock.monotonic);
    const bytes = createTokenBucket(limits.bytesPerSecond, limits.bytesBurst, clock.monotonic);
    const fanOut = createTokenBucket(limits.openFanOutBytesPerSecond, limits.openFanOutBytesBurst, clock.monotonic);
    const own = new Set<string>();
    let isOpen = true;

    const leave = (topic: string): void => {
      const members = topics.get(topic);
      if (!own.delete(topic) || members === undefined) return;
      members.delete(subscriber);
      if (members.size === 0) topics.delete(topic);
    };
    const ended = (): void => {
      isOpen = false;
      for (const topic of own) leave(topic);
    };
    const fail = (code: ErrorCode): void => {
      if (!isOpen) return;
      logger.info('open-room-closed', { code });
      ended();
      socket.close(closeCodeOf(code), code);
    };
    const send = (text: string): void => {
      if (!isOpen) return;
      socket.send(text);
      if (socket.bufferedBytes() > limits.outboundBufferBytes) fail('slow-consumer');
    };
    const subscriber: Subscriber = { send };

    const subscribe = (wanted: readonly string[]): void => {
      if (wanted.length > limits.openTopicsPerFrame) throw new AppError('bad-request', 'topics');
      const declared = wanted.filter((topic) => rooms.has(topic));
      for (const topic of declared) {
        const members = topics.get(topic) ?? new Set();
        if (!members.has(subscriber) && members.size >= limits.openPeersPerRoom)
          throw new AppError('too-many-connections', 'room');
        topics.set(topic, members.add(subscriber));
        own.add(topic);
      }
      // Stock clients pass over it; it is shorter than any frame that causes it.
      if (declared.length < wanted.length) send('{"error":"not-found"}');
    };
    const publish = ({ topic, data }: Extract<Frame, { type: 'publish' }>): void => {
      // Also for rooms that were never declared: nothing goes out, and the answer tells nothing.
      if (!own.has(topic)) return;
      const receivers = [...(topics.get(topic) ?? [])].filter((other) => other !== subscriber);
      const text = JSON.stringify({ type: 'publish', topic, data, clients: receivers.length + 1 });
      if (!fanOut.take(text.length * receivers.length)) throw new AppError('rate-limited', 'fan-out');
      for (const receiver of receivers) receiver.send(text);
    };
    const handle = (frame: Frame): void => {
      switch (frame.type) {
        case 'subscribe':
          return subscribe(frame.topics);
        case 'unsubscribe':
          return frame.topics.forEach(leave);
        case 'publish':
          return publish(frame);
        case 'ping':
          return send('{"type":"pong"}');
      }
    };

    return {
      receive(text) {
        if (!isOpen) return;
        if (!messages.take(1) || !bytes.take(text.length)) return fail('rate-limited');
        try {
          const frame = parse(text);
          if (frame === undefined) return fail('bad-request');
          handle(frame);
        } catch (error) {
          if (!(error instanceof AppError)) logger.error('open-room-failed', errorFields(error));
          fail(error instanceof AppError ? error.code : 'internal');
        }
      },
      fail,
      ended,
    };
  };

  return {
    connect,
    subscriptions: () => [...topics.values()].reduce((sum, members) => sum + members.size, 0),
  };
}

interface Subscriber {
  send(text: string): void;
}

function parse(text: string): Frame | undefined {
  try {
    const parsed = frameSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // not JSON
  }
}
