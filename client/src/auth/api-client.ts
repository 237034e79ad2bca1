/** The HTTP API as Results: answers are parsed, failures carry a code, nothing throws. */
import { AppError, isErrorCode } from '@vicinal/shared/app-error.ts';
import { errorBodySchema } from '@vicinal/shared/http/api.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { z } from '@vicinal/shared/zod.ts';

export interface ApiRequest<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the API's base, beginning with a slash. */
  readonly path: string;
  readonly body?: unknown;
  /** Absent for answers without body. */
  readonly answer?: z.ZodMiniType<T>;
  /** Sends the access token; a refused one is refreshed and the request repeated once. */
  readonly isSignedIn?: boolean;
  /** Sends this access token and never another. */
  readonly accessToken?: string;
  /** Its answer sets or clears the refresh cookie: sent {@link ApiClientOptions.alone}. */
  readonly setsCookie?: boolean;
  /** Sent without waiting for {@link ApiClientOptions.beforeAnonymous}. */
  readonly isFirst?: boolean;
}

export interface ApiClient {
  /** 'network' = no answer in time or none from the server itself; any other code is the server's. */
  request<T = undefined>(request: ApiRequest<T>): Promise<Result<T, AppError>>;
}

export interface AccessTokens {
  /** A token that should still be good; errors when the session ended or the server cannot be reached. */
  current(): Promise<Result<string, AppError>>;
  /** Another token than `refused`. */
  renew(refused: string): Promise<Result<string, AppError>>;
}

export interface ApiClientOptions {
  readonly base: string;
  readonly fetch: typeof fetch;
  readonly tokens: AccessTokens;
  /** Runs `work` while no other tab of the browser runs its own. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs before each request without access token; its error is that request's. */
  readonly beforeAnonymous?: () => Promise<Result<undefined, AppError>>;
  /** Told after every request whether the server answered. */
  readonly onReach?: (isReached: boolean) => void;
  /** Default 15 000. */
  readonly timeoutMs?: number;
}

/** Answers of proxies in front of a server that is away. */
const GATEWAY_STATUSES = new Set([502, 503, 504]);
const STALE_TOKEN_CODES = new Set(['unauthenticated', 'token-expired']);

export function createApiClient(options: ApiClientOptions): ApiClient {
  const timeoutMs = options.timeoutMs ?? 15_000;

  // the token is there by now: whoever is alone waits for nobody who wants to be
  const send = <T>(request: ApiRequest<T>, token: string | undefined): Promise<Result<T, AppError>> =>
    request.setsCookie ? options.alone(() => sendNow(request, token)) : sendNow(request, token);
  const sendNow = async <T>(request: ApiRequest<T>, token: string | undefined): Promise<Result<T, AppError>> => {
    let response: Response;
    let text: string;
    try {
      response = await options.fetch(options.base + request.path, {
        method: request.method,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: 'application/json',
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      text = await response.text();
    } catch (cause) {
      options.onReach?.(false);
      return err(new AppError('network', 'no answer', { cause }));
    }
    const json = parseJson(text);
    if (!response.ok) {
      const error = errorOf(response.status, json);
      options.onReach?.(error.code !== 'network');
      return err(error);
    }
    options.onReach?.(true);
    if (request.answer === undefined) return ok(undefined as T); // T is `undefined` when no answer is expected
    const parsed = request.answer.safeParse(json);
    return parsed.success ? ok(parsed.data) : err(new AppError('internal', 'unexpected answer'));
  };

  return {
    request: async (request) => {
      if (request.accessToken !== undefined) return send(request, request.accessToken);
      if (!request.isSignedIn) {
        const before = request.isFirst ? undefined : await options.beforeAnonymous?.();
        return before && !before.ok ? before : send(request, undefined);
      }
      const token = await options.tokens.current();
      if (!token.ok) return token;
      const first = await send(request, token.value);
      if (first.ok || !STALE_TOKEN_CODES.has(first.error.code)) return first;
      const renewed = await options.tokens.renew(token.value);
      return renewed.ok ? send(request, renewed.value) : renewed;
    },
  };
}

function errorOf(status: number, json: unknown): AppError {
  const body = errorBodySchema.safeParse(json);
  if (body.success && isErrorCode(body.data.error.code)) {
    return new AppError(body.data.error.code, `HTTP ${status}, request ${body.data.error.requestId ?? 'unknown'}`);
  }
  if (GATEWAY_STATUSES.has(status)) return new AppError('network', `HTTP ${status}`);
  return new AppError(status >= 500 ? 'internal' : 'bad-request', `HTTP ${status}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // fails the parser of whoever expects something
  }
}
