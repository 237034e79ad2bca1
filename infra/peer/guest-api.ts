/** Requests to the server in the name of one guest. Every answer is parsed; failures are coded errors. */
import { AppError, isErrorCode } from '@vicinal/shared/app-error.ts';
import { errorBodySchema } from '@vicinal/shared/http/api.ts';
import type { z } from '@vicinal/shared/zod.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface GuestRequest<T> {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly accessToken?: string;
  readonly cookie?: string;
  /** Absent: nothing is expected. */
  readonly schema: z.ZodMiniType<T>;
}

export interface GuestAnswer<T> {
  readonly body: T;
  /** Name and value of the refresh cookie that was set. */
  readonly cookie: string | undefined;
}

/** Rejects with 'network' when `origin` cannot be reached or answers nonsense, else with the code it answered with. */
export async function callAsGuest<T>(origin: string, request: GuestRequest<T>): Promise<GuestAnswer<T>> {
  const headers = new Headers({ origin });
  if (request.accessToken !== undefined) headers.set('authorization', `Bearer ${request.accessToken}`);
  if (request.cookie !== undefined) headers.set('cookie', request.cookie);
  if (request.body !== undefined) headers.set('content-type', 'application/json');
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${origin}${request.path}`, {
      method: request.method ?? 'POST',
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      redirect: 'error',
    });
    if (Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER_BYTES) throw new Error('answer too large');
    text = await response.text();
  } catch (cause) {
    throw new AppError('network', `${origin} cannot be reached (${reasonOf(cause)})`, { cause });
  }
  let json: unknown;
  try {
    json = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new AppError('network', `${origin} does not answer as a Vicinal server`);
  }
  if (!response.ok) {
    const failure = errorBodySchema.safeParse(json);
    const code = failure.success ? failure.data.error.code : undefined;
    throw new AppError(isErrorCode(code) ? code : 'network', `${origin} answered ${response.status}`);
  }
  const parsed = request.schema.safeParse(json);
  if (!parsed.success) throw new AppError('network', `${request.path}: the answer is not understood`);
  const cookie = /^((?:__Secure-)?vicinal_refresh=[\w-]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
  return { body: parsed.data, cookie };
}

/** fetch hides the reason, such as an unknown certificate authority, in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
