import { systemClock } from '@vicinal/shared/clock.ts';
import { createVirtualClock } from '@vicinal/shared/testing/virtual-clock.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelProvider } from '../testing/model-provider.ts';
import { startModelProvider } from '../testing/model-provider.ts';
import { placeOf } from './model-address.ts';
import { createModelClient, retryAfterMs } from './model-client.ts';
import type { ModelAnswer, ModelClientOptions } from './model-client.ts';

const MESSAGES = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Grüße 🚢' },
] as const;
const LIMITS = {
  modelConnectTimeoutMs: 20_000,
  modelStallTimeoutMs: 20_000,
  maxModelAnswerBytes: 2000,
  maxModelRetryAfterMs: 60_000,
  retryMinMs: 100,
  retryMaxMs: 1000,
};
let provider: ModelProvider;
beforeEach(async () => {
  provider = await startModelProvider();
});
afterEach(() => provider.close());

const clientOf = (more: Partial<ModelClientOptions> = {}) =>
  createModelClient({
    settings: { baseUrl: provider.baseUrl, model: 'small', apiKey: 'sk-secret' },
    limits: LIMITS,
    clock: systemClock,
    ...more,
  });
const call = (more: Partial<ModelClientOptions> = {}): Promise<ModelAnswer> =>
  clientOf(more).complete(MESSAGES, new AbortController().signal, 'network');

describe('a call of the model', () => {
  test('JOB-20 streams an answer, whatever the pieces, and says where it went', async () => {
    const text = 'Zwei Häfen, ein Sturm. 🚢 [1]\n\nEnde.';
    provider.script({ kind: 'stream', text, gapMs: 1 });
    const client = clientOf();
    expect(client.offer).toBeUndefined();
    expect(await client.complete(MESSAGES, new AbortController().signal, 'internet')).toEqual({ kind: 'answer', text });
    expect(client.model).toEqual({ name: 'small', host: new URL(provider.baseUrl).host, place: 'network' });
    expect(provider.requests).toMatchObject([
      {
        path: '/v1/chat/completions',
        headers: { authorization: 'Bearer sk-secret' },
        body: { model: 'small', stream: true, messages: MESSAGES },
      },
    ]);
    expect(Object.keys(provider.requests[0]?.body ?? {}).toSorted()).toEqual(['messages', 'model', 'stream']);
  });

  test('JOB-20 takes an answer of a service that does not stream', async () => {
    provider.script({ kind: 'whole', text: 'Whole.' });
    expect(await call()).toEqual({ kind: 'answer', text: 'Whole.' });
  });

  test.each([
    ['a stream that stalls', { kind: 'stall', text: 'Half of' }, { kind: 'retry', code: 'model-timeout' }],
    ['no answer', { kind: 'silence' }, { kind: 'retry', code: 'model-timeout' }],
    ['a connection cut', { kind: 'cut', text: 'Half of' }, { kind: 'retry', code: 'model-unreachable' }],
    ['a stream without its end', { kind: 'unfinished', text: 'Half' }, { kind: 'retry', code: 'model-unreachable' }],
    ['an error in the stream', { kind: 'error-event' }, { kind: 'retry', code: 'model-unreachable' }],
    ['500', { kind: 'status', status: 500 }, { kind: 'retry', code: 'model-unreachable' }],
    ['429', { kind: 'status', status: 429 }, { kind: 'retry', code: 'model-busy' }],
    [
      '429 with a pause',
      { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      { kind: 'retry', code: 'model-busy', afterMs: 7000 },
    ],
    [
      '503 with a pause beyond all limits',
      { kind: 'status', status: 503, headers: { 'retry-after': '86400' } },
      { kind: 'failed', code: 'model-busy' },
    ],
    ['bad JSON', { kind: 'bad-json' }, { kind: 'retry', code: 'model-answer-unusable' }],
    ['an empty answer', { kind: 'stream', text: ' ' }, { kind: 'retry', code: 'model-answer-unusable' }],
    ['401', { kind: 'status', status: 401 }, { kind: 'failed', code: 'model-refused' }],
    ['413', { kind: 'status', status: 413 }, { kind: 'failed', code: 'text-too-long' }],
    ['text without end', { kind: 'endless' }, { kind: 'failed', code: 'model-answer-unusable' }],
  ] as const)('JOB-21 %s has its own outcome, and leaves no connection', async (_name, behaviour, outcome) => {
    provider.script(behaviour);
    const isSilent = behaviour.kind === 'stall' || behaviour.kind === 'silence';
    expect(await call(isSilent ? { limits: { ...LIMITS, modelStallTimeoutMs: 150 } } : {})).toEqual(outcome);
    await expect.poll(() => provider.open, { timeout: 10_000 }).toBe(0);
  });

  test('JOB-22 a redirect is not followed, and the key goes nowhere else', async () => {
    const other = await startModelProvider();
    provider.script({ kind: 'status', status: 307, headers: { location: `${other.baseUrl}/chat/completions` } });
    expect(await call()).toEqual({ kind: 'failed', code: 'model-refused' });
    expect(other.requests).toEqual([]);
    await other.close();
  });

  test('JOB-21 nobody listening, and a name without address, are tried again', async () => {
    await provider.close();
    expect(await call()).toEqual({ kind: 'retry', code: 'model-unreachable' });
    const nowhere = async () => {
      throw new Error('ENOTFOUND');
    };
    expect(await call({ locate: nowhere })).toEqual({ kind: 'retry', code: 'model-unreachable' });
  });

  test('JOB-23 a host that moved from the network to the internet is not sent what people agreed to for the former', async () => {
    let addresses = ['127.0.0.1'];
    const places: string[] = [];
    const client = clientOf({
      locate: async () => ({ addresses, place: placeOf(addresses) }),
      onPlace: (place) => void places.push(place),
    });
    await client.refresh();
    addresses = ['192.0.2.1'];
    expect(await client.complete(MESSAGES, new AbortController().signal, 'network')).toEqual({
      kind: 'failed',
      code: 'host-not-agreed',
    });
    expect(provider.requests).toEqual([]);
    expect(places).toEqual(['network', 'internet']);
  });

  test('JOB-23 is offered once it is known where the host is, however long that takes', async () => {
    const clock = createVirtualClock();
    let addresses: readonly string[] | undefined;
    let asked = 0;
    let lost = 0;
    const places: string[] = [];
    const client = clientOf({
      clock,
      locate: async () => {
        asked += 1;
        if (addresses === undefined) throw new Error('EAI_AGAIN');
        return { addresses, place: placeOf(addresses) };
      },
      onPlace: (place) => void places.push(place),
      onLost: () => void (lost += 1),
    });
    expect(client.offer).toBeUndefined();
    await client.refresh();
    for (let n = 1; n <= 8; n += 1) {
      await expect.poll(() => [asked, clock.pending]).toEqual([n, 1]);
      expect([client.offer, places]).toEqual([undefined, []]);
      if (n === 8) addresses = ['192.168.0.9'];
      clock.advance(1000);
    }
    await expect.poll(() => places).toEqual(['network']);
    expect(client.offer).toEqual({ name: 'small', host: new URL(provider.baseUrl).host, place: 'network' });
    expect([asked, lost, clock.pending]).toEqual([9, 1, 0]);
  });

  test('JOB-23 looking for the host ends with the archiver', async () => {
    const clock = createVirtualClock();
    let asked = 0;
    const client = clientOf({
      clock,
      locate: () => {
        asked += 1;
        return Promise.reject(new Error('ENOTFOUND'));
      },
    });
    await client.refresh();
    expect(clock.pending).toBe(1);
    client.close();
    client.close();
    expect(clock.pending).toBe(0);
    await client.refresh();
    expect([asked, clock.pending]).toEqual([2, 0]);
  });

  test('JOB-21 an abort ends the connection', async () => {
    provider.script({ kind: 'silence' });
    const abort = new AbortController();
    const calling = clientOf().complete(MESSAGES, abort.signal, 'network');
    await expect.poll(() => provider.requests.length, { timeout: 10_000 }).toBe(1);
    abort.abort();
    await expect(calling).rejects.toThrow('aborted');
    await expect.poll(() => provider.open, { timeout: 10_000 }).toBe(0);
  });
});

test('JOB-23 a place is the network only when every address is private', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.9',
    '169.254.1.1',
    '100.64.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
  ])
    expect(placeOf([address]), `${address}`).toBe('network');
  for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:db8::1', '::ffff:8.8.8.8'])
    expect(placeOf([address]), `${address}`).toBe('internet');
  expect(placeOf(['10.0.0.1', '8.8.8.8'])).toBe('internet');
  expect(placeOf([])).toBe('internet');
});

test('JOB-21 Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  expect(retryAfterMs('5', now)).toBe(5000);
  expect(retryAfterMs('Sat, 21 Nov 2026 12:00:30 GMT', now)).toBe(30_000);
  expect(retryAfterMs('Sat, 21 Nov 2026 11:00:00 GMT', now)).toBe(0);
  for (const value of [undefined, 'soon', '-1', '1e9']) expect(retryAfterMs(value, now), `${value}`).toBe(undefined);
});
