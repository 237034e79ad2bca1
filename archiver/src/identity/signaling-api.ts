/** The few routes of the signaling server that an archiver calls. Every answer is parsed; failures are coded errors. */
import { AppError, isErrorCode } from '@vicinal/shared/app-error.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { archiverAuthMessage, archiverEventsMessage, enrolMessage } from '@vicinal/shared/crypto/transcript.ts';
import {
  archiverTokensResponseSchema,
  configResponseSchema,
  enrolResponseSchema,
  errorBodySchema,
  jwksResponseSchema,
} from '@vicinal/shared/http/api.ts';
import { eventsDigest, type ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import { z } from '@vicinal/shared/zod.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

export type ArchiverTokens = z.infer<typeof archiverTokensResponseSchema>;

/** Errors: 'network' when the server cannot be reached or answers nonsense, else the code it answered with. */
export interface SignalingApi {
  config(): Promise<z.infer<typeof configResponseSchema>>;
  jwks(): Promise<z.infer<typeof jwksResponseSchema>>;
  enrol(issuer: string, code: string): Promise<z.infer<typeof enrolResponseSchema>>;
  /** `at`: the server's wall time in ms as far as known. */
  tokens(issuer: string, at: number): Promise<ArchiverTokens>;
  /** Resolves when every event was taken. */
  events(issuer: string, at: number, events: readonly ArchiverEvent[]): Promise<void>;
}

/** `url` without a trailing slash. `closed` ends requests under way. */
export function createSignalingApi(url: string, signer: DeviceSigner, closed?: AbortSignal): SignalingApi {
  const request = async <T>(schema: z.ZodMiniType<T>, path: string, body?: unknown): Promise<T> => {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const answer = await send(
      `${url}${path}`,
      body,
      closed === undefined ? timeout : AbortSignal.any([timeout, closed]),
    );
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw new AppError('network', `${path}: the answer is not understood`);
    return parsed.data;
  };
  const devicePub = toBase64Url(signer.publicKey);
  return {
    config: () => request(configResponseSchema, '/api/config'),
    jwks: () => request(jwksResponseSchema, '/api/jwks'),
    enrol: async (issuer, code) =>
      request(enrolResponseSchema, '/api/archivers/enroll', {
        code,
        devicePub,
        sig: toBase64Url(await signer.sign(enrolMessage(issuer, code))),
      }),
    tokens: async (issuer, at) => {
      const whole = Math.trunc(at);
      const sig = toBase64Url(await signer.sign(archiverAuthMessage(issuer, whole)));
      return request(archiverTokensResponseSchema, '/api/archivers/tokens', { devicePub, at: whole, sig });
    },
    events: async (issuer, at, events) => {
      const whole = Math.trunc(at);
      const sig = toBase64Url(await signer.sign(archiverEventsMessage(issuer, whole, eventsDigest(events))));
      await request(z.undefined(), '/api/archivers/events', { devicePub, at: whole, sig, events });
    },
  };
}

async function send(url: string, body: unknown, signal: AbortSignal): Promise<unknown> {
  let status: number;
  let text: string;
  try {
    const init: RequestInit =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(url, { ...init, signal, redirect: 'error' });
    status = response.status;
    if (Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER_BYTES)
      throw new AppError('network', 'answer too large');
    text = await response.text();
  } catch (cause) {
    throw new AppError('network', `${new URL(url).origin} cannot be reached`, { cause });
  }
  let json: unknown;
  try {
    json = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new AppError('network', `${new URL(url).origin} does not answer as a Vicinal server`);
  }
  if (status >= 200 && status < 300) return json;
  const failure = errorBodySchema.safeParse(json);
  const code = failure.success ? failure.data.error.code : undefined;
  throw new AppError(isErrorCode(code) ? code : 'network', `answered ${status}`);
}
