/**
 * Chat completions of an OpenAI-compatible service, streamed (server-sent events). It talks to the address the operator
 * gave and to nothing else: no redirects, no proxies, no fetching of what an answer names. What comes back is data of
 * bounded size. Neither the key nor what was sent or answered is ever part of an error or a log.
 */
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import type { LookupFunction } from 'node:net';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { JobFailure, JobModel } from '@vicinal/shared/room/jobs.ts';
import { z } from '@vicinal/shared/zod.ts';
import { createParser } from 'eventsource-parser';
import { locate } from './model-address.ts';
import type { Located, ModelPlace } from './model-address.ts';

export interface ModelSettings {
  /** Such as http://localhost:11434/v1, without credentials, query or a slash at the end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}
export interface ModelLimits {
  readonly modelConnectTimeoutMs: number;
  /** Longest time without a part of the answer, the first one included. */
  readonly modelStallTimeoutMs: number;
  readonly maxModelAnswerBytes: number;
  /** A service that asks to wait longer counts as busy for good. */
  readonly maxModelRetryAfterMs: number;
  /** Pauses while its host has no address. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}
export interface ModelMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}
export type ModelAnswer =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'failed'; readonly code: JobFailure }
  | { readonly kind: 'retry'; readonly code: JobFailure; readonly afterMs?: number };

export interface ModelClient {
  /** As a result names it, with the place as last looked up; before that, when nothing was sent yet, 'internet'. */
  readonly model: JobModel;
  /** As people are asked whether text may go there; `undefined` until the place is known. */
  readonly offer: JobModel | undefined;
  /** Looks the place up, once more after a while until it is known. Resolves after the first time; never rejects. */
  refresh(): Promise<void>;
  /** One call, not made where `agreed` is the network and the host is beyond it. Rejects only when `signal` is aborted. */
  complete(messages: readonly ModelMessage[], signal: AbortSignal, agreed: ModelPlace): Promise<ModelAnswer>;
  /** Ends looking. Idempotent. */
  close(): void;
}

export interface ModelClientOptions {
  readonly settings: ModelSettings;
  readonly limits: ModelLimits;
  readonly clock: Clock;
  readonly onPlace?: (place: ModelPlace) => void;
  /** The host has no address, and is looked for from now on. */
  readonly onLost?: () => void;
  /** For tests. */
  readonly locate?: (hostname: string) => Promise<Located>;
}

/** Bytes of the stream for each byte of the answer: services wrap every token in an object of its own. */
const STREAM_FACTOR = 400;
const MAX_EVENT_LENGTH = 1024 * 1024;

const chunkSchema = z.object({
  choices: z.array(
    z.object({
      delta: z.optional(z.object({ content: z.nullish(z.string()) })),
      message: z.optional(z.object({ content: z.nullish(z.string()) })),
      finish_reason: z.nullish(z.string()),
    }),
  ),
});
const errorSchema = z.object({ error: z.union([z.string(), z.looseObject({})]) });

const UNREACHABLE: ModelAnswer = { kind: 'retry', code: 'model-unreachable' };
const TIMED_OUT: ModelAnswer = { kind: 'retry', code: 'model-timeout' };
const UNUSABLE: ModelAnswer = { kind: 'retry', code: 'model-answer-unusable' };
const REFUSED: ModelAnswer = { kind: 'failed', code: 'model-refused' };

export function createModelClient(options: ModelClientOptions): ModelClient {
  const { settings, limits, clock } = options;
  const url = new URL(`${settings.baseUrl}/chat/completions`);
  let place: ModelPlace | undefined;
  let isClosed = false;
  let cancelLooking: () => void = () => undefined;

  const look = async (): Promise<Located> => {
    const located = await (options.locate ?? locate)(url.hostname);
    const former = place;
    place = located.place;
    if (former !== place) options.onPlace?.(place);
    return located;
  };

  const find = async (failures: number): Promise<void> => {
    try {
      await look();
    } catch {
      cancelLooking();
      if (isClosed || place !== undefined) return;
      if (failures === 0) options.onLost?.();
      const delayMs = Math.min(limits.retryMaxMs, limits.retryMinMs * 2 ** Math.min(failures, 16));
      cancelLooking = clock.after(delayMs, () => void find(failures + 1));
    }
  };

  const complete: ModelClient['complete'] = async (messages, signal, agreed) => {
    signal.throwIfAborted();
    let located: Located;
    try {
      located = await look();
    } catch {
      return UNREACHABLE;
    }
    signal.throwIfAborted();
    if (agreed === 'network' && located.place === 'internet') return { kind: 'failed', code: 'host-not-agreed' };
    return await call(messages, located, signal);
  };

  const call = (messages: readonly ModelMessage[], located: Located, signal: AbortSignal): Promise<ModelAnswer> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ model: settings.model, messages, stream: true });
      const request = send(url, body, settings.apiKey, located);
      let cancelTimer: () => void = () => undefined;
      let isSettled = false;
      const settle = (answer: ModelAnswer | undefined): void => {
        if (isSettled) return;
        isSettled = true;
        cancelTimer();
        signal.removeEventListener('abort', abort);
        request.destroy();
        if (answer === undefined) reject(signal.reason as Error); // an AbortError unless whoever aborted gave another
        else resolve(answer);
      };
      const abort = (): void => settle(undefined);
      const within = (timeoutMs: number): void => {
        cancelTimer();
        if (!isSettled) cancelTimer = clock.after(timeoutMs, () => settle(TIMED_OUT));
      };
      signal.addEventListener('abort', abort, { once: true });
      request.on('error', () => settle(UNREACHABLE));
      request.on('socket', (socket) => {
        const event = url.protocol === 'https:' ? 'secureConnect' : 'connect';
        if (isSettled) return;
        cancelTimer = clock.after(limits.modelConnectTimeoutMs, () => settle(UNREACHABLE));
        socket.once(event, () => within(limits.modelStallTimeoutMs));
      });
      request.on('response', (response) => {
        const refusal = refusalOf(response, limits, clock);
        if (refusal !== undefined) return settle(refusal);
        read(response, limits, () => within(limits.modelStallTimeoutMs), settle);
      });
      request.end(body);
    });

  const modelAt = (where: ModelPlace): JobModel => ({ name: settings.model, host: url.host, place: where });
  return {
    get model() {
      return modelAt(place ?? 'internet');
    },
    get offer() {
      return place && modelAt(place);
    },
    refresh: () => find(0),
    complete,
    close: () => {
      isClosed = true;
      cancelLooking();
    },
  };
}

/** Connects to the addresses that were looked at, not to what the name says a moment later. */
function send(url: URL, body: string, apiKey: string | undefined, { addresses }: Located): ClientRequest {
  const pinned: LookupFunction = (_hostname, { all }, callback) => {
    const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    const [first] = found;
    if (all === true || first === undefined) callback(null, found);
    else callback(null, first.address, first.family);
  };
  return (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    agent: false,
    lookup: pinned,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      accept: 'text/event-stream',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
  });
}

/** What a status other than success means. */
function refusalOf(response: IncomingMessage, limits: ModelLimits, clock: Clock): ModelAnswer | undefined {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return undefined;
  if (status === 413) return { kind: 'failed', code: 'text-too-long' };
  if (status === 408) return TIMED_OUT;
  if (status >= 500 && status !== 503) return UNREACHABLE;
  if (status !== 429 && status !== 503) return REFUSED; // redirects too
  const afterMs = retryAfterMs(response.headers['retry-after'], clock.now());
  if (afterMs === undefined) return { kind: 'retry', code: 'model-busy' };
  return afterMs > limits.maxModelRetryAfterMs
    ? { kind: 'failed', code: 'model-busy' }
    : { kind: 'retry', code: 'model-busy', afterMs };
}

/** Seconds or a date (RFC 9110, 10.2.3), as ms from `now`. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function read(
  response: IncomingMessage,
  limits: ModelLimits,
  onPart: () => void,
  settle: (answer: ModelAnswer) => void,
): void {
  const isStream = (response.headers['content-type'] ?? '').startsWith('text/event-stream');
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  let isFinished = false;
  const finish = (): void => settle(text.trim() === '' ? UNUSABLE : { kind: 'answer', text });
  const take = (json: string): void => {
    const chunk = parseChunk(json);
    if (chunk === undefined) return settle(UNUSABLE);
    if (chunk === 'error') return settle(UNREACHABLE);
    onPart();
    const [choice] = chunk.choices;
    text += choice?.delta?.content ?? choice?.message?.content ?? '';
    if (Buffer.byteLength(text) > limits.maxModelAnswerBytes)
      return settle({ kind: 'failed', code: 'model-answer-unusable' });
    if (choice?.finish_reason === 'content_filter') return settle(REFUSED);
    if (typeof choice?.finish_reason === 'string') isFinished = true;
  };
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: ({ data }) => {
      if (data === '[DONE]') finish();
      else take(data);
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') settle(UNUSABLE);
    },
  });
  let whole = '';
  response.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > limits.maxModelAnswerBytes * STREAM_FACTOR)
      return settle({ kind: 'failed', code: 'model-answer-unusable' });
    const decoded = decoder.decode(part, { stream: true });
    if (isStream) parser.feed(decoded);
    else if ((whole += decoded).length > MAX_EVENT_LENGTH) settle({ kind: 'failed', code: 'model-answer-unusable' });
  });
  response.on('error', () => settle(UNREACHABLE));
  response.on('close', () => settle(UNREACHABLE));
  response.on('end', () => {
    if (!isStream) take(whole);
    // A stream that just ends was cut, unless the service had said that it was through.
    if (isFinished || (!isStream && text !== '')) finish();
    else settle(isStream ? UNREACHABLE : UNUSABLE);
  });
}

function parseChunk(json: string): z.infer<typeof chunkSchema> | 'error' | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (errorSchema.safeParse(value).success) return 'error';
  return chunkSchema.safeParse(value).data;
}
