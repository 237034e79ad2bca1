/**
 * The access token in memory and its renewal through the refresh cookie. Refresh tokens rotate and a reused one ends the
 * session, so one refresh runs at a time over all tabs of the browser, and none while a session begins or ends (`setsCookie`).
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { SessionResponse } from '@vicinal/shared/http/api.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { AccessTokens } from './api-client.ts';

/** Runs `work` while no other tab runs its own under this name. */
export type Exclusive = <T>(name: string, work: () => Promise<T>) => Promise<T>;
/** Resolves once no tab runs exclusive work under this name, and keeps such work waiting until the returned function is called. */
export type Hold = (name: string) => Promise<() => void>;

export interface SessionOptions {
  readonly clock: Clock;
  /** POST /api/auth/refresh. */
  readonly refresh: () => Promise<Result<SessionResponse, AppError>>;
  /** A new session of whichever user the cookie belongs to. Rejecting keeps the token unused. */
  readonly onRefreshed: (session: SessionResponse) => Promise<void>;
  /** The server does not know the session any more. */
  readonly onEnded: (code: AppError['code']) => void;
}

export interface Session extends AccessTokens {
  /** Takes what sign-in, setup or join answered. */
  adopt(session: SessionResponse): void;
  forget(): void;
  /** Asks the server for a new token whatever is held: something said that the session may have ended. */
  verify(): Promise<Result<string, AppError>>;
}

const ENDED_CODES = new Set(['unauthenticated', 'token-expired', 'refresh-reused', 'forbidden', 'revoked']);

export function createSession(options: SessionOptions): Session {
  const { clock } = options;
  let token: { readonly value: string; readonly staleAt: number } | undefined;
  let refreshing: Promise<Result<string, AppError>> | undefined;
  /** Counts forget(): a refresh that was under way then must not bring the session back. */
  let generation = 0;

  const adopt = (session: SessionResponse): void => {
    token = { value: session.accessToken, staleAt: clock.monotonic() + session.expiresInMs };
  };
  const run = async (): Promise<Result<string, AppError>> => {
    const started = generation;
    const answer = await options.refresh();
    if (started !== generation) return err(new AppError('unauthenticated', 'signed out meanwhile'));
    if (!answer.ok) {
      if (ENDED_CODES.has(answer.error.code)) {
        token = undefined;
        options.onEnded(answer.error.code);
      }
      return answer;
    }
    adopt(answer.value);
    try {
      await options.onRefreshed(answer.value);
    } catch (cause) {
      return err(cause instanceof AppError ? cause : new AppError('internal', 'session', { cause }));
    }
    return ok(answer.value.accessToken);
  };
  const refresh = (): Promise<Result<string, AppError>> => {
    refreshing ??= run().finally(() => (refreshing = undefined));
    return refreshing;
  };
  return {
    adopt,
    forget: () => {
      generation++;
      token = undefined;
    },
    verify: refresh,
    current: () => (token && clock.monotonic() < token.staleAt ? Promise.resolve(ok(token.value)) : refresh()),
    renew: (refused) => (token && token.value !== refused ? Promise.resolve(ok(token.value)) : refresh()),
  };
}
