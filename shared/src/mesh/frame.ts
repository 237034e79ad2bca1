/**
 * Frames on a data channel (protocol.md 4): `u8 type · varint stream · u8 flags · payload`, ≤ 16 KiB. A longer message is
 * cut into frames of the same type and stream that all but the last carry the flag `more`. Stream 0 is the link; other
 * streams are rooms, numbered by the sender in JOIN.
 */
import { AppError } from '../app-error.ts';
import { concat, type Bytes } from '../bytes.ts';
import { err, ok, type Result } from '../result.ts';
import { ByteReader } from '../log/byte-reader.ts';
import { createFieldWriter } from './wire.ts';

/** A message of a type unknown to the receiver is skipped when `ignorable`, else it closes the link. */
export const FRAME_FLAGS = { ignorable: 1, more: 2 } as const;
const KNOWN_FLAGS = FRAME_FLAGS.ignorable | FRAME_FLAGS.more;

export interface Message {
  readonly type: number;
  readonly stream: number;
  readonly isIgnorable: boolean;
  readonly payload: Bytes;
}
export interface Frame extends Message {
  readonly hasMore: boolean;
}

export function encodeFrame(frame: Omit<Frame, 'payload'> & { readonly payload: Uint8Array }): Bytes {
  const flags = (frame.isIgnorable ? FRAME_FLAGS.ignorable : 0) | (frame.hasMore ? FRAME_FLAGS.more : 0);
  return createFieldWriter().u8(frame.type).varUint(frame.stream).u8(flags).raw(frame.payload).bytes();
}

/** Never throws. The payload is a view of `bytes`. */
export function decodeFrame(bytes: Bytes, maxFrameBytes: number): Result<Frame, AppError> {
  if (bytes.length > maxFrameBytes) return err(new AppError('too-large', 'frame'));
  try {
    const reader = new ByteReader(bytes);
    const type = reader.u8();
    const stream = reader.varUint();
    const flags = reader.u8();
    if ((flags & ~KNOWN_FLAGS) !== 0) return err(new AppError('bad-request', 'unknown frame flag'));
    return ok({
      type,
      stream,
      isIgnorable: (flags & FRAME_FLAGS.ignorable) !== 0,
      hasMore: (flags & FRAME_FLAGS.more) !== 0,
      payload: bytes.subarray(reader.position),
    });
  } catch (error) {
    return err(new AppError('bad-request', 'malformed frame', { cause: error }));
  }
}

const MAX_FRAME_HEAD_BYTES = 10;

/** The frames of a message, each ≤ `maxFrameBytes`. */
export function* fragment(message: Message, maxFrameBytes: number): Generator<Bytes> {
  const room = maxFrameBytes - MAX_FRAME_HEAD_BYTES;
  let offset = 0;
  do {
    const payload = message.payload.subarray(offset, offset + room);
    offset += room;
    yield encodeFrame({ ...message, payload, hasMore: offset < message.payload.length });
  } while (offset < message.payload.length);
}

/** Bytes that may wait in reassembly, shared by every link of a process. */
export interface ReassemblyBudget {
  /** False, and nothing taken, when it would exceed the total. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  readonly used: number;
}

export function createReassemblyBudget(totalBytes: number): ReassemblyBudget {
  let used = 0;
  return {
    take: (bytes) => {
      if (used + bytes > totalBytes) return false;
      used += bytes;
      return true;
    },
    give: (bytes) => {
      used -= bytes;
    },
    get used() {
      return used;
    },
  };
}

export interface Reassembler {
  /** The message that `frame` completes, or `undefined` when more is to come. 'too-large' above the limits. */
  push(frame: Frame): Result<Message | undefined, AppError>;
  /** From READY on: bytes of one message. */
  setLimit(maxMessageBytes: number): void;
  /** Gives back what is held. Idempotent. */
  close(): void;
}

/** What a waiting fragment costs besides its bytes, so that empty ones are not free. */
const FRAGMENT_OVERHEAD_BYTES = 64;

interface Unfinished {
  readonly parts: Bytes[];
  bytes: number;
}

/** Joins the fragments that arrive on one ordered channel. */
export function createReassembler(budget: ReassemblyBudget, limitBytes: number): Reassembler {
  const partials = new Map<string, Unfinished>();
  let limit = limitBytes;
  let held = 0;
  const release = (key: string, partial: Unfinished): void => {
    partials.delete(key);
    held -= partial.bytes;
    budget.give(partial.bytes);
  };
  return {
    push: (frame) => {
      const key = `${frame.type}:${frame.stream}`;
      const partial = partials.get(key);
      if (!frame.hasMore && !partial) {
        return frame.payload.length > limit ? err(new AppError('too-large', 'message')) : ok(frame);
      }
      const cost = frame.payload.length + FRAGMENT_OVERHEAD_BYTES;
      if (held + cost > limit || !budget.take(cost)) return err(new AppError('too-large', 'message'));
      held += cost;
      const grown: Unfinished = partial ?? { parts: [], bytes: 0 };
      grown.parts.push(frame.payload);
      grown.bytes += cost;
      if (frame.hasMore) {
        partials.set(key, grown);
        return ok(undefined);
      }
      release(key, grown);
      return ok({
        type: frame.type,
        stream: frame.stream,
        isIgnorable: frame.isIgnorable,
        payload: concat(...grown.parts),
      });
    },
    setLimit: (maxMessageBytes) => {
      limit = maxMessageBytes;
    },
    close: () => {
      for (const [key, partial] of partials) release(key, partial);
    },
  };
}
