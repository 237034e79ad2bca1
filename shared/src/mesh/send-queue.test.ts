import { describe, expect, it } from 'vitest';
import type { Bytes } from '../bytes.ts';
import { unwrap } from '../result.ts';
import { decodeFrame, type Frame, type Message } from './frame.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { createSendQueue } from './send-queue.ts';
import type { ChannelName } from './transport.ts';

const message = (type: number, length: number): Message => ({
  type,
  stream: 1,
  isIgnorable: false,
  payload: new Uint8Array(length),
});

/** A transport that sends nothing until told. */
function createSlowTransport(): {
  send: (channel: ChannelName, bytes: Bytes) => boolean;
  bufferedAmount: () => number;
  drain: () => void;
  sent: [ChannelName, Frame][];
  peak: number;
} {
  let buffered = 0;
  const slow = {
    sent: [] as [ChannelName, Frame][],
    peak: 0,
    send: (channel: ChannelName, bytes: Bytes) => {
      buffered += bytes.length;
      slow.peak = Math.max(slow.peak, buffered);
      slow.sent.push([channel, unwrap(decodeFrame(bytes, DEFAULT_LIMITS.maxFrameBytes))]);
      return true;
    },
    bufferedAmount: () => buffered,
    drain: () => {
      buffered = 0;
    },
  };
  return slow;
}

describe('the send queue', () => {
  it('MESH-9 keeps the window with 8 MB waiting, and loses nothing', () => {
    const transport = createSlowTransport();
    const queue = createSendQueue(transport, DEFAULT_LIMITS);
    for (let i = 0; i < 128; i++) queue.send('envelopes', message(32, 64 * 1024));
    expect(queue.queuedBytes).toBeGreaterThan(7 * 1024 * 1024);
    let rounds = 0;
    while (queue.queuedBytes > 0 || transport.bufferedAmount() > 0) {
      transport.drain();
      queue.pump();
      rounds += 1;
      expect(rounds).toBeLessThan(100);
    }
    expect(transport.peak).toBeLessThanOrEqual(DEFAULT_LIMITS.sendWindowBytes + DEFAULT_LIMITS.maxFrameBytes);
    expect(transport.sent.filter(([, frame]) => !frame.hasMore)).toHaveLength(128);
    expect(transport.sent.reduce((sum, [, frame]) => sum + frame.payload.length, 0)).toBe(128 * 64 * 1024);
  });

  it('MESH-9 asks how much is buffered once for a window, not for every frame', () => {
    const transport = createSlowTransport();
    let asked = 0;
    const counting = { send: transport.send, bufferedAmount: () => (asked++, transport.bufferedAmount()) };
    const queue = createSendQueue(counting, DEFAULT_LIMITS);
    queue.send('bulk', message(32, 4 * 1024 * 1024));
    for (let i = 0; i < 32; i++) {
      transport.drain();
      queue.pump();
    }
    expect(transport.sent.length).toBeGreaterThan(256);
    expect(asked).toBeLessThan(64);
  });

  it('MESH-9 sends control past a full window, then presence, envelopes and bulk', () => {
    const transport = createSlowTransport();
    const queue = createSendQueue(transport, DEFAULT_LIMITS);
    queue.send('envelopes', message(32, 512 * 1024));
    const before = transport.sent.length;
    queue.send('bulk', message(33, 10));
    queue.send('envelopes', message(34, 10));
    queue.sendLatest('a', message(35, 10));
    queue.send('control', message(5, 10));
    expect(transport.sent.slice(before).map(([, { type }]) => type)).toEqual([5]);
    for (let i = 0; i < 4; i++) {
      transport.drain();
      queue.pump();
    }
    const types = transport.sent
      .slice(before)
      .map(([, { type }]) => type)
      .filter((type, i, all) => type !== all[i - 1]);
    expect(types).toEqual([5, 35, 32, 34, 33]);
  });

  it('MESH-9 replaces presence that still waits by newer', () => {
    const transport = createSlowTransport();
    const queue = createSendQueue(transport, DEFAULT_LIMITS);
    queue.send('envelopes', message(32, 512 * 1024));
    for (let i = 0; i < 100; i++) queue.sendLatest('own', message(48, i));
    for (let i = 0; i < 4; i++) {
      transport.drain();
      queue.pump();
    }
    expect(
      transport.sent.filter(([channel]) => channel === 'presence').map(([, frame]) => frame.payload.length),
    ).toEqual([99]);
  });

  it('MESH-9 pulls a source only as the link takes it, and says when it drained', () => {
    const transport = createSlowTransport();
    const queue = createSendQueue(transport, DEFAULT_LIMITS);
    let pulled = 0;
    let drained = 0;
    queue.onDrained = () => void (drained += 1);
    queue.sendFrom('bulk', () => (pulled < 100 ? ((pulled += 1), message(32, 64 * 1024)) : undefined));
    expect(pulled).toBeLessThan(8);
    for (let i = 0; i < 60; i++) {
      transport.drain();
      queue.pump();
    }
    expect(pulled).toBe(100);
    expect(drained).toBe(1);
  });
});
