/** Outgoing messages of one link: priorities, fragmentation and the send window (protocol.md 4). Nothing but presence is ever dropped. */
import { fragment, type Message } from './frame.ts';
import type { MeshLimits } from './types.ts';
import type { ChannelName, Transport } from './transport.ts';

/** Highest first. Control passes the window, so that heartbeats and negotiation work on a full link. */
const PRIORITY: readonly ChannelName[] = ['control', 'presence', 'envelopes', 'bulk'];

/** Yields messages one by one when there is room for them, so that a long catch-up is never held in memory. */
export type MessageSource = () => Message | undefined;

export interface SendQueue {
  send(channel: ChannelName, message: Message): void;
  /** Pulls from `source` until it yields `undefined`; sources of one channel follow each other. */
  sendFrom(channel: ChannelName, source: MessageSource): void;
  /** Replaces a presence message of the same key that still waits. */
  sendLatest(key: string, message: Message): void;
  /** To be called when the transport says `writable`. */
  pump(): void;
  /** Bytes of envelopes and bulk that wait here. */
  readonly queuedBytes: number;
  /** Called when envelopes and bulk have all been handed over after having waited. */
  onDrained: () => void;
  close(): void;
}

export function createSendQueue(transport: Pick<Transport, 'send' | 'bufferedAmount'>, limits: MeshLimits): SendQueue {
  const control: Message[] = [];
  const presence = new Map<string, Message>();
  const lanes: Record<'envelopes' | 'bulk', (Message | MessageSource)[]> = { envelopes: [], bulk: [] };
  /** Frames of the message being sent, per channel: a message is sent whole before the next on its channel begins. */
  const current = new Map<ChannelName, Iterator<Uint8Array<ArrayBuffer>>>();
  let queuedBytes = 0;
  let hasWaited = false;
  let isClosed = false;
  let isPumping = false;
  /** Bytes that surely fit: asking the transport costs a wait for another thread in Node. */
  let roomBytes = 0;

  const hasRoom = (): boolean => {
    if (roomBytes <= 0) roomBytes = limits.sendWindowBytes - transport.bufferedAmount();
    return roomBytes > 0;
  };
  const nextMessage = (channel: ChannelName): Message | undefined => {
    if (channel === 'control') return control.shift();
    if (channel === 'presence') {
      for (const [key, message] of presence) {
        presence.delete(key);
        return message;
      }
      return undefined;
    }
    const lane = lanes[channel];
    for (;;) {
      const head = lane[0];
      if (head === undefined) return undefined;
      if (typeof head !== 'function') {
        lane.shift();
        queuedBytes -= head.payload.length;
        return head;
      }
      const pulled = head();
      if (pulled) return pulled;
      lane.shift();
    }
  };

  /** False when nothing is left on the channel. */
  const sendOneFrame = (channel: ChannelName): boolean => {
    let frames = current.get(channel);
    if (!frames) {
      const message = nextMessage(channel);
      if (!message) return false;
      frames = fragment(message, limits.maxFrameBytes);
    }
    const next = frames.next();
    if (next.done) {
      current.delete(channel);
      return true;
    }
    current.set(channel, frames);
    roomBytes -= next.value.length;
    transport.send(channel, next.value);
    return true;
  };

  const pump = (): void => {
    if (isPumping || isClosed) return;
    isPumping = true;
    try {
      while (sendOneFrame('control')) continue;
      for (const channel of PRIORITY.slice(1)) {
        for (;;) {
          if (isClosed) return;
          if (!hasRoom()) {
            hasWaited = true;
            return;
          }
          if (!sendOneFrame(channel)) break;
        }
      }
    } finally {
      isPumping = false;
    }
    if (hasWaited) {
      hasWaited = false;
      queue.onDrained();
    }
  };

  const queue: SendQueue = {
    send: (channel, message) => {
      if (isClosed) return;
      if (channel === 'control') control.push(message);
      else if (channel === 'presence') presence.set(`${message.type}:${message.stream}:${presence.size}`, message);
      else {
        lanes[channel].push(message);
        queuedBytes += message.payload.length;
      }
      pump();
    },
    sendFrom: (channel, source) => {
      if (isClosed || channel === 'control' || channel === 'presence') return;
      lanes[channel].push(source);
      pump();
    },
    sendLatest: (key, message) => {
      if (isClosed) return;
      presence.set(key, message);
      pump();
    },
    pump,
    get queuedBytes() {
      return queuedBytes;
    },
    onDrained: () => undefined,
    close: () => {
      isClosed = true;
      control.length = 0;
      presence.clear();
      lanes.envelopes.length = 0;
      lanes.bulk.length = 0;
      current.clear();
      queuedBytes = 0;
    },
  };
  return queue;
}
